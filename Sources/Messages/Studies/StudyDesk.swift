/// Opens a study, says how far it is, and has it trained. One study is open at a time.
///
/// Everything that is ordered is kept beside the study's locks: whoever trains it, here or in another terminal, does it, and
/// nothing is lost when a screen is closed or killed.
public protocol StudyDesk: Sendable {
    /// Studies that come with the program, that were opened before, and of which there are runs.
    func studies() async throws(LibraryFailure) -> [StudySummary]
    /// Files and folders that the beginning of a path may become; folders end in a slash.
    func completions(of text: String) async -> [String]
    /// - Parameter reference: a file, or the name of one of `studies`.
    func open(_ reference: String) async throws(LibraryFailure) -> StudyBoard
    /// The open study as it is now.
    func board() async throws(LibraryFailure) -> StudyBoard
    /// - Returns: what was done, for people.
    func carryOut(_ order: StudyOrder) async throws(LibraryFailure) -> String
    /// The report of what is finished, in the words of a file.
    func report(_ format: StudyReportFormat) async throws(LibraryFailure) -> String
    /// Hears, from any thread, that the board has changed without that anybody has written the history.
    func onChange(_ hear: @escaping @Sendable () -> Void)
}

/// What can be ordered of the open study.
public enum StudyOrder: Sendable, Hashable {
    /// Trains what is missing, in a process of its own.
    case train
    /// Begins nothing any more; what goes on is trained to its end.
    case pause
    /// The same, and stops what goes on with checkpoints.
    case stop
    /// Stops these cells with checkpoints. They are not begun again until they are released.
    case hold(cells: [String])
    case release(cells: [String])
    /// These before all others, in this order.
    case putFirst(cells: [String])
    /// The seeds besides those of the file, in place of those that were added before.
    case setAddedSeeds([Int])
    /// Compares with another arm; empty: the file's.
    case compare(arm: String)
}

public enum StudyReportFormat: String, Sendable, Hashable, CaseIterable {
    case csv, json, markdown, svg

    /// Of the name of a file.
    public var ending: String { self == .markdown ? "md" : rawValue }
    public var title: String { self == .markdown ? "Markdown" : rawValue.uppercased() }
}

/// A study in a list.
public struct StudySummary: Sendable, Hashable, Codable {
    public var name: String
    /// Where its file is; `nil` of one that is known by its runs alone.
    public var path: String?
    /// Whether it comes with the program.
    public var isShipped: Bool
    /// Runs that carry its tag.
    public var runCount: Int

    public init(name: String, path: String?, isShipped: Bool = false, runCount: Int = 0) {
        (self.name, self.path, self.isShipped, self.runCount) = (name, path, isShipped, runCount)
    }
}

/// Of a library that knows no studies.
public struct NoStudyDesk: StudyDesk {
    public init() {}

    private static let refusal = LibraryFailure("there are no studies here")

    public func studies() async throws(LibraryFailure) -> [StudySummary] { [] }
    public func completions(of text: String) async -> [String] { [] }
    public func open(_ reference: String) async throws(LibraryFailure) -> StudyBoard { throw Self.refusal }
    public func board() async throws(LibraryFailure) -> StudyBoard { throw Self.refusal }
    public func carryOut(_ order: StudyOrder) async throws(LibraryFailure) -> String { throw Self.refusal }
    public func report(_ format: StudyReportFormat) async throws(LibraryFailure) -> String { throw Self.refusal }
    public func onChange(_ hear: @escaping @Sendable () -> Void) {}
}
