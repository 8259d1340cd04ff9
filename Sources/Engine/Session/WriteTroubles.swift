import Data
import FileFormats
import Foundation
import Messages
import RunStore

/// What of a run cannot be written at the moment, as on a disk that is full. The run goes on without it; each trouble is
/// told once when it begins, and once when it is over.
final class WriteTroubles {
    enum Subject: String {
        case figures = "the points of the curves"
        case summary = "the summary"
        case state = "how far the run is"
        case pictures = "spikes and alignment"
        case checkpoint = "a checkpoint"
        case manifest = "the list of the files that the run uses"
        case predictions = "what the test recordings were taken for"
        case steps = "which steps are made again"

        /// What becomes of it.
        var consequence: String {
            switch self {
            case .figures, .summary: "the run goes on, and they are kept in memory until there is room"
            case .state: "the run goes on"
            case .pictures, .manifest, .predictions: "the run goes on without"
            case .checkpoint: "the run goes on, and the next checkpoint is tried when it is due"
            case .steps: "the figures of an earlier attempt stay until their steps are made again"
            }
        }
    }

    private var failing: Set<Subject> = []
    /// Those of `failing` of which somebody knows, and when that was last said: not more than once a minute.
    private var told: Set<Subject> = []
    private var lastTold: [Subject: ContinuousClock.Instant] = [:]
    private var news: [LogLine] = []

    /// Writes something that the run can do without.
    ///
    /// - Returns: whether it was written.
    /// - Throws: what the run must not go on after: another process has taken it, or it is not in the history any more.
    @discardableResult
    func attempt(_ subject: Subject, _ body: () throws -> Void) throws -> Bool {
        do {
            try body()
        } catch {
            guard Self.isPassing(error) else { throw error }
            if failing.insert(subject).inserted, lastTold[subject].map({ .now - $0 > .seconds(60) }) ?? true {
                told.insert(subject)
                lastTold[subject] = .now
                news.append(
                    LogLine(
                        level: .warning,
                        text: "\(subject.rawValue) cannot be written; \(subject.consequence): \(error)"))
            }
            return false
        }
        failing.remove(subject)
        if told.remove(subject) != nil {
            news.append(LogLine(level: .info, text: "\(subject.rawValue) can be written again"))
        }
        return true
    }

    /// What is to be told, once.
    func take() -> [LogLine] {
        defer { news.removeAll() }
        return news
    }

    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case RunStoreError.unknownRun, RunStoreError.ambiguousRun, RunStoreError.ownedElsewhere,
            RunStoreError.editConflict:
            false
        case is RunStoreError: true
        case FileFormatError.unwritable, DataSetError.file(.unwritable): true
        default: false
        }
    }
}
