import Configuration
import Foundation
import Messages
import OrderedCollections

/// The tuning panel: every knob, what is staged, and what has been sent and not yet taken effect.
struct TuningState: Sendable, Hashable {
    /// The knobs that there are.
    var description = EngineDescription.empty {
        didSet {
            sortKnobs()
            curveColors = description.curveColors
        }
    }
    /// Of the description: found once, and asked for at every drawing.
    private(set) var curveColors: [MetricSeries: Int] = [:]
    /// Settings for the next run while none is active.
    var draft = RunConfiguration()
    /// Where the draft came from.
    var draftSource = "defaults"
    /// The preset that the draft came from, changed or not.
    var preset: String?
    /// Changed here, not sent yet: of the fork while one is being made ready.
    private(set) var staged: OrderedDictionary<String, KnobValue> {
        get { fork?.staged ?? ownStaged }
        set { if fork == nil { ownStaged = newValue } else { fork?.staged = newValue } }
    }
    private var ownStaged: OrderedDictionary<String, KnobValue> = [:]
    /// The fork that the panel is about instead of the run or the next one.
    var fork: ForkValues?
    /// Sent; the engine has not said yet that they took effect.
    private(set) var sent: OrderedDictionary<String, KnobValue> = [:]
    var boundary = TuningCommand.Boundary.nextStep
    var cursor = ListCursor()

    /// Live knobs first, because only they reach a running run.
    private(set) var knobs: [Knob] = []

    private mutating func sortKnobs() { knobs = description.liveKnobs + description.knobs.filter { !$0.isLive } }

    var shown: [Knob] {
        cursor.filter.isEmpty ? knobs : knobs.filter { cursor.matches($0.key + " " + $0.title) }
    }

    var chosen: Knob? {
        let shown = shown
        return cursor.index(in: shown.count).map { shown[$0] }
    }

    /// What the staged edits are laid over: the settings at the fork, the run's, or the draft.
    func base(_ run: RunState) -> RunConfiguration { fork?.base ?? (run.isActive ? run.configuration : draft) }

    func value(of knob: Knob, _ run: RunState) -> KnobValue { staged[knob.key] ?? knob.value(in: base(run)) }

    /// The settings with everything staged put in.
    func edited(_ run: RunState) -> RunConfiguration {
        var configuration = base(run)
        for (key, value) in staged { try? description.set(key, to: value, in: &configuration) }
        return configuration
    }

    var stagedLive: [KnobChange] {
        staged.compactMap { key, value in
            description.knownKnob(key)?.isLive == true ? KnobChange(key: key, value: value) : nil
        }
    }

    // MARK: Changing

    /// Stages a value; one that equals the base is no longer staged.
    ///
    /// - Throws: `ConfigurationError` if the knob does not take it.
    mutating func stage(_ knob: Knob, _ value: KnobValue, _ run: RunState) throws(ConfigurationError) {
        var trial = base(run)
        try knob.set(value, in: &trial)
        let adapted = knob.value(in: trial)
        staged[knob.key] = adapted == knob.value(in: base(run)) ? nil : adapted
    }

    /// Moves a knob by so many nudges: numbers by their step, the others round their choices.
    mutating func nudge(_ knob: Knob, by count: Int, _ run: RunState)
        throws(ConfigurationError)
    {
        let value = value(of: knob, run)
        switch (knob.kind, value) {
        case (.number(let range, let step, let scale), .number(let number)):
            let moved = Self.moved(number, by: Double(count) * step, scale)
            try stage(knob, .number(min(range.upperBound, max(range.lowerBound, moved))), run)
        case (.integer(let range), .integer(let number)):
            let moved = number.addingReportingOverflow(count).partialValue
            try stage(knob, .integer(min(range.upperBound, max(range.lowerBound, moved))), run)
        case (.flag, .flag(let isOn)): try stage(knob, .flag(!isOn), run)
        case (.choice(let names), .text(let name)):
            try stage(knob, .text(Self.cycled(name, names, count)), run)
        case (.catalogue(let catalogue), .text(let name)):
            let names = description.catalogues[catalogue] ?? []
            guard !names.isEmpty else { return }
            try stage(knob, .text(Self.cycled(name, names, count)), run)
        default: break
        }
    }

    /// Keeps the dust of binary fractions away.
    private static func moved(_ number: Double, by distance: Double, _ scale: Knob.Scale) -> Double {
        switch scale {
        case .linear: return ((number + distance) * 1e9).rounded() / 1e9
        case .logarithmic:
            let moved = number * pow(10, distance)
            guard moved > 0, moved.isFinite else { return number }
            let unit = pow(10, floor(log10(moved)) - 3)
            return (moved / unit).rounded() * unit
        }
    }

    private static func cycled(_ name: String, _ names: [String], _ count: Int) -> String {
        guard let index = names.firstIndex(of: name) else { return names[0] }
        let moved = (index + (count < 0 ? -1 : 1) + names.count) % names.count
        return names[moved]
    }

    mutating func unstage(_ key: String) { staged[key] = nil }
    mutating func unstageAll() { staged = [:] }

    /// The changes have been sent: they are no longer staged, and not forgotten either.
    mutating func markSent(_ changes: [KnobChange]) {
        for change in changes {
            ownStaged[change.key] = nil
            sent[change.key] = change.value
        }
    }

    /// The engine would not: what was sent is staged again, unless it has been staged again meanwhile.
    mutating func takeBack(_ changes: [KnobChange]) {
        for change in changes {
            sent[change.key] = nil
            if ownStaged[change.key] == nil { ownStaged[change.key] = change.value }
        }
    }

    /// The run's settings are as given now.
    mutating func settle(_ configuration: RunConfiguration, keys: [String]) {
        for key in keys { sent[key] = nil }
        for (key, value) in ownStaged where description.knownKnob(key)?.value(in: configuration) == value {
            ownStaged[key] = nil
        }
    }

    mutating func forgetSent() { sent = [:] }

    /// Takes settings over as what is to come: the draft if no run is active, else staged edits.
    mutating func load(
        _ configuration: RunConfiguration, from source: String, preset: String? = nil, _ run: RunState
    ) {
        (fork, ownStaged) = (nil, [:])
        self.preset = preset
        if run.isActive {
            for difference in description.differences(from: run.configuration, to: configuration) {
                staged[difference.key] = difference.new
            }
        } else {
            (draft, draftSource) = (configuration, source)
        }
    }
}
