import Data
import FileFormats
import Foundation
import Messages
import RunStore

/// What of a run cannot be written at the moment, as on a disk that is full. The run goes on without it; each trouble is
/// told once when it begins, and once when it is over.
final class WriteTroubles {
    enum Subject: String {
        case figures = "metrics"
        case summary = "the summary"
        case state = "the state of the run"
        case pictures = "spikes and alignment"
        case checkpoint = "a checkpoint"
        case manifest = "the list of the files that the run uses"
        case predictions = "the predicted class of each test recording"
        case steps = "which steps are repeated"

        /// What becomes of it.
        var consequence: String {
            switch self {
            case .figures, .summary: "the run continues, and they are kept in memory until there is space"
            case .state: "the run continues"
            case .pictures, .manifest, .predictions: "the run continues without them"
            case .checkpoint: "the run continues, and the next checkpoint is tried when it is due"
            case .steps: "the metrics of an earlier attempt stay until their steps are repeated"
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
