import Communication
import Configuration
import Data
import Foundation
import RunStore
import Training

/// What the first rank tells the others to do; all then do it together.
enum RankOrder: Codable {
    /// Forget what there is and make a replica.
    case prepare(Replica.Plan)
    /// Take weights, statistics and what the optimizer remembers: they follow.
    case takeState
    /// - Parameter configuration: since this step, where it has changed.
    case step(RunProgress, optimizerStep: Int, configuration: RunConfiguration?)
    case evaluate(Split, round: Int)
    case quit
}

extension Replica {
    /// Tells the other ranks; nothing without any, or where this is one of them.
    func tell(_ order: RankOrder) throws(TrainingError) {
        guard let group, group.isFirst else { return }
        do throws(CommunicationError) {
            try order.send(to: group, catalogue)
        } catch {
            throw .ranks(error)
        }
    }

    /// Makes the replicas of all ranks together.
    ///
    /// - Throws: what is wrong here, `CommunicationError` where another rank could not, or has other data.
    static func make(
        _ plan: Plan, _ catalogue: TrainingCatalogue, paths: StoragePaths, group: RankGroup?
    ) throws -> Replica {
        guard let group else { return try Replica(plan, catalogue, paths: paths) }
        if group.isFirst { try RankOrder.prepare(plan).send(to: group, catalogue) }
        let exchange = FrameExchange(group)
        let made = Result { try Replica(plan, catalogue, paths: paths, group: group, exchange: exchange) }
        // Who has failed before takes part in what the others wait for.
        if !exchange.isDone { _ = exchange.exchange(nil) }
        let own =
            switch made {
            case .success(let replica): replica.dataSet.fingerprint
            case .failure(let error): refusal + Trouble.text(of: error)
            }
        let answers = try group.gather(texts: own)
        let replica: Replica
        do { replica = try made.get() } catch DataSetError.elsewhere where group.isFirst {
            let (rank, answer) =
                answers.enumerated().first {
                    $0.element.hasPrefix(refusal) && !$0.element.hasSuffix(FrameExchange.othersFailed)
                } ?? (0, own)
            throw CommunicationError.rankRefused(
                rank: rank, place: group.places[rank], problem: String(answer.dropFirst(refusal.count)))
        }
        for (rank, answer) in answers.enumerated() where answer != own {
            // The one that could not read says it better.
            if answer.hasSuffix(FrameExchange.othersFailed) { continue }
            let problem =
                answer.hasPrefix(refusal)
                ? String(answer.dropFirst(refusal.count)) : "it has other data: \(answer), the first rank \(own)"
            throw CommunicationError.rankRefused(rank: rank, place: group.places[rank], problem: problem)
        }
        return replica
    }

    /// No fingerprint begins like this.
    static let refusal = "refused: "

    /// Gives the first rank's weights, statistics and optimizer to all.
    func shareState(described description: EngineDescription) throws {
        guard let group else { return }
        try tell(.takeState)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var files: [[UInt8]] = [[], []]
        if group.isFirst {
            let state = Checkpoint(
                optimizerStep: 0, epoch: 0, configuration: configuration, editCount: 0, bestValidationAccuracy: nil,
                bestEpoch: nil, endedEpochs: 0)
            try state.write(to: folder, network: network, optimizer: step.optimizer, described: description)
            files = try Checkpoint.files.map {
                try [UInt8](Foundation.Data(contentsOf: folder.appendingPathComponent($0)))
            }
        }
        let received = try files.map { try group.broadcast($0) }
        guard !group.isFirst else { return }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in zip(Checkpoint.files, received) {
            try Foundation.Data(bytes).write(to: folder.appendingPathComponent(name))
        }
        _ = try Checkpoint.restore(folder, network: network, optimizer: step.optimizer, described: description)
    }
}

extension RankOrder {
    func send(to group: RankGroup, _ catalogue: TrainingCatalogue) throws(CommunicationError) {
        let text: Foundation.Data
        do { text = try catalogue.description.encoder.encode(self) } catch {
            throw .rankRefused(rank: 0, place: group.places[0], problem: "an order cannot be written: \(error)")
        }
        _ = try group.broadcast([UInt8](text))
    }

    /// Waits for the next order.
    static func next(from group: RankGroup, _ catalogue: TrainingCatalogue) throws -> RankOrder {
        let bytes = try group.broadcast([], waits: true)
        return try catalogue.description.decoder.decode(RankOrder.self, from: Foundation.Data(bytes))
    }
}
