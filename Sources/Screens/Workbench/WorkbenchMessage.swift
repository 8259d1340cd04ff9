import Messages
import Terminal

/// Everything that can happen to the workbench. Time comes in as a message too, so that the state stays pure.
public enum WorkbenchMessage: Sendable {
    case size(Size)
    case key(KeyPress)
    /// So many seconds have passed.
    case tick(Double)
    case reports(ReportSubscription.Batch)
    case reply(LibraryReply)
    case answer(TuningCommand, CommandAnswer)
    /// Lines that something printed while the screen was open.
    case printed([String])
}

/// What the workbench wants done; carried out by the runner.
public enum WorkbenchEffect: Sendable, Hashable {
    case send(TuningCommand)
    case ask(LibraryRequest)
    /// Leaves; with a checkpoint first if `stopping`.
    case quit(stopping: Bool)
    case suspend
    case repaint
    /// The layout has changed: to be kept for the next time.
    case savedLayout(WorkbenchLayout)
}

/// What is remembered between two visits.
public struct WorkbenchLayout: Sendable, Hashable, Codable {
    public var screen = Screen.train
    public var isLossLogarithmic = true
    var smoothing = Smoothing.off
    var eventMode = EventMode.polarity
    var slicing = EventSlicing.time(bins: 12)
    var showsPair = true

    public init() {}

    public enum Screen: String, Sendable, Hashable, Codable, CaseIterable {
        case data, train, runs, log

        public var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }
}
