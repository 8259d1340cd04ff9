import Configuration

/// A run that is to be trained later.
public enum QueuedJob: Sendable, Hashable, Codable {
    /// As `TuningCommand.start`.
    case start(configuration: RunConfiguration, name: String?, preset: String? = nil)
    case resume(run: String)
    /// As `TuningCommand.fork`.
    case fork(run: String, checkpoint: String?, changes: [KnobChange], name: String?)
    /// As `TuningCommand.reproduce`.
    case reproduce(run: String, name: String?)

    /// Names in stored queues and on the wire stay what they were.
    private enum CodingKeys: String, CodingKey {
        case start, resume, fork
        case reproduce = "replay"
    }
}

/// A place in the queue. The queue is kept in the history: it outlives the program.
public struct QueueEntry: Sendable, Hashable, Codable {
    /// Stays the same when the entry is moved.
    public var number: Int
    public var job: QueuedJob
    /// For lists: "new run of digits, seed 3", "fork of digits-56nd@680: loss.domain_coefficient=0.3".
    public var title: String
    /// When it was put there, in seconds since 1970.
    @TimeOfDay public var created: Double
    /// Why it could not begin when its turn came; `nil` until then. It waits until it is chosen or taken away.
    public var problem: String?

    public init(number: Int, job: QueuedJob, title: String, created: Double, problem: String? = nil) {
        (self.number, self.job, self.title, self.created) = (number, job, title, created)
        self.problem = problem
    }
}

extension QueuedJob {
    /// The command that would begin it at once.
    public var command: TuningCommand {
        switch self {
        case .start(let configuration, let name, let preset):
            .start(configuration: configuration, name: name, preset: preset)
        case .resume(let run): .resume(run: run)
        case .fork(let run, let checkpoint, let changes, let name):
            .fork(run: run, checkpoint: checkpoint, changes: changes, name: name)
        case .reproduce(let run, let name): .reproduce(run: run, name: name)
        }
    }

    /// What the new run is to be called, if that was said.
    public var label: String? {
        switch self {
        case .start(_, let name, _), .fork(_, _, _, let name), .reproduce(_, let name): name
        case .resume: nil
        }
    }

    /// The run that it goes on with or comes from.
    public var run: String? {
        switch self {
        case .start: nil
        case .resume(let run), .fork(let run, _, _, _), .reproduce(let run, _): run
        }
    }
}

extension TuningCommand {
    /// As a job for the queue; `nil` for commands that begin no run.
    public var job: QueuedJob? {
        switch self {
        case .start(let configuration, let name, let preset):
            .start(configuration: configuration, name: name, preset: preset)
        case .resume(let run): .resume(run: run)
        case .fork(let run, let checkpoint, let changes, let name):
            .fork(run: run, checkpoint: checkpoint, changes: changes, name: name)
        case .reproduce(let run, let name): .reproduce(run: run, name: name)
        default: nil
        }
    }
}
