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
        group.waitsLong = true
        defer { group.waitsLong = false }
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
        var problem: (any Error)?
        var files: [[UInt8]] = Checkpoint.files.map { _ in [] }
        if group.isFirst {
            do { files = try state(in: folder, description) } catch { problem = error }
        }
        let received = try files.map { try group.broadcast($0) }
        if !group.isFirst, received.allSatisfy({ !$0.isEmpty }) {
            do { try take(received, in: folder, description) } catch { problem = error }
        }
        try confirm(problem)
    }

    private func state(in folder: URL, _ description: EngineDescription) throws -> [[UInt8]] {
        let state = Checkpoint(
            optimizerStep: 0, epoch: 0, configuration: configuration, editCount: 0, bestValidationAccuracy: nil,
            bestEpoch: nil, endedEpochs: 0)
        try state.write(to: folder, network: network, optimizer: step.optimizer, described: description)
        return try Checkpoint.files.map { try [UInt8](Foundation.Data(contentsOf: folder.appendingPathComponent($0))) }
    }

    private func take(_ files: [[UInt8]], in folder: URL, _ description: EngineDescription) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in zip(Checkpoint.files, files) {
            try Foundation.Data(bytes).write(to: folder.appendingPathComponent(name))
        }
        _ = try Checkpoint.restore(folder, network: network, optimizer: step.optimizer, described: description)
    }

    /// Hears whether all ranks could do what they were told: one that could not would go on with something else.
    ///
    /// - Throws: what was wrong here, or `CommunicationError.rankRefused` for the first of the others.
    func confirm(_ problem: (any Error)?) throws {
        guard let group else { return }
        let answers = try group.gather(texts: problem.map(Trouble.text) ?? "")
        if let problem { throw problem }
        for (rank, answer) in answers.enumerated() where !answer.isEmpty {
            throw CommunicationError.rankRefused(rank: rank, place: group.places[rank], problem: answer)
        }
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
