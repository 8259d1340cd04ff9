/// What a person (or a script) can tell the engine. Closed: the engine handles every case.
public enum TuningCommand: Sendable, Hashable, Codable {
    /// Begins a new run. `name` is a label; the identifier comes from the engine.
    case start(configuration: RunConfiguration, name: String?)
    /// Continues an unfinished run from its last checkpoint.
    case resume(run: String)
    case pause
    case proceed
    /// Makes one optimizer step and pauses.
    case step
    /// Writes a checkpoint and ends the run; it can be resumed.
    case stop
    case edit([KnobChange], at: Boundary)
    /// Reverts the latest edit that stands, by a new edit.
    case undo
    case redo
    case checkpoint
    /// Leaves a line of text at the current optimizer step.
    case note(String)

    public enum Boundary: String, Sendable, Hashable, Codable, CaseIterable {
        case nextStep = "next step"
        case nextEpoch = "next epoch"
    }
}

/// A knob and the value it is to take.
public struct KnobChange: Sendable, Hashable, Codable {
    public var key: String
    public var value: KnobValue

    public init(key: String, value: KnobValue) {
        (self.key, self.value) = (key, value)
    }
}

/// The engine's answer to one command.
public enum CommandAnswer: Sendable, Hashable, Codable {
    /// Took effect before this optimizer step of this run.
    case tookEffect(run: String?, optimizerStep: Int)
    /// Accepted; takes effect when the next epoch begins.
    case waitsForEpoch
    case refused(String)
}
