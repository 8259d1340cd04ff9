import Configuration
import Data
import Foundation
import Messages
import RunStore
import Training

/// Makes learners of an external trainer.
final class ExternalSource: LearnerSource {
    let trainer: ExternalTrainer
    private let store: RunStore
    private let endIsWanted: @Sendable () -> Bool
    private let onLog: (LogLine) -> Void

    var description: EngineDescription { trainer.description }

    init(
        _ trainer: ExternalTrainer, _ store: RunStore, endIsWanted: @escaping @Sendable () -> Bool,
        onLog: @escaping (LogLine) -> Void
    ) {
        (self.trainer, self.store, self.endIsWanted, self.onLog) = (trainer, store, endIsWanted, onLog)
    }

    func completed(_ configuration: RunConfiguration) -> RunConfiguration {
        var completed = configuration
        completed[ExternalSettings.shared.command] = trainer.command
        return completed
    }

    func check(_ configuration: RunConfiguration) throws {}

    func checkAgain(_ configuration: RunConfiguration) throws {
        guard !configuration.externalCommand.isEmpty else {
            throw ExternalError.otherEngine(own: "")
        }
    }

    func checkLiveNames(of configuration: RunConfiguration) throws {}
    func warnings(_ configuration: RunConfiguration) throws -> [String] { [] }
    func cost(_ configuration: RunConfiguration) throws -> String? { nil }
    func checkFork(_ edited: RunConfiguration, startedAs started: RunConfiguration) throws {}

    func make(_ order: LearnerOrder) throws -> any Learner {
        let file = ExternalTrainer.file(in: store.folder(of: order.run))
        let folder = file.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try trainer.describedAs.write(to: file)
        let process = try trainer.freshProcess(onLog: onLog)
        do {
            return try ExternalLearner(order, process, folder: folder, trainer.description, endIsWanted: endIsWanted)
        } catch {
            process.end(patience: 500)
            // A run whose preparation somebody ended has not failed.
            if endIsWanted() { throw DataSetError.cancelled }
            throw error
        }
    }
}
