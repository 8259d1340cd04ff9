import Communication
import Configuration
import Data
import Foundation
import Network
import RunStore
import TestSupport
import Testing

@testable import Engine
@testable import Training

/// One batch on one rank and on several: the same loss, the same gradients, the same answers.
@Suite("Replicas", .serialized) struct ReplicaTests {
    struct Entry: Sendable, CustomTestStringConvertible {
        let name: String
        let assignments: [String]
        var testDescription: String { name }
        init(_ name: String, _ assignments: String...) { (self.name, self.assignments) = (name, assignments) }
    }

    static let entries = [
        Entry("as it comes"),
        Entry("events only", "sliding.strategy=events-only"),
        Entry("images only", "sliding.strategy=images-only"),
        Entry("dropout", "network.model=nmnist", "network.dropout=0.4", "data.size=8"),
        Entry("pooled normalization", "network.model=residual", "data.size=8"),
        Entry("parametric neuron", "network.neuron=parametric", "network.surrogate=sigmoid"),
        Entry("debiased CKA of outputs", "loss.alignment_measure=debiased-cka", "loss.alignment_feature=outputs"),
        Entry("RBF CKA", "loss.alignment_measure=rbf-cka"),
        Entry("mean difference", "loss.alignment_measure=mean-difference", "loss.time_step_weights=off"),
        Entry(
            "every addition", "loss.first_layer_weight=0.3", "loss.spike_rate_weight=30",
            "loss.temporal_decay_weight=1e-3",
            "sliding.strategy=time-step-mixup", "loss.mixup_heads=true", "loss.modality_weight=0.5",
            "loss.mix_ratio_weight=2"),
        Entry("mixed recordings", "data.mix=cutmix"),
        Entry("few recordings, drawn by class", "data.sampling=weighted"),
    ]

    static let scratch = try! Scratch()
    static let catalogue = {
        var catalogue = TrainingCatalogue.shipped
        catalogue.networks.append(SmallResidualNetwork())
        return catalogue
    }()

    struct Found: Sendable {
        var losses: [Double]
        var points: [[Double]]
        var accuracies: [Double]
        /// Of the first step, by parameter.
        var gradients: [[Float]]
        var weights: [[Float]]
        var answers: [Int]
        var evaluationLoss: Double
        var traffic: Traffic?
        var parameterCount: Int
    }

    static func configuration(_ entry: Entry, _ more: [String] = []) throws -> RunConfiguration {
        try .tiny(
            epochs: 4,
            ["training.kernels=exact", "sliding.exponent=0.5", "data.test=rest", "data.validation_share=0.3"]
                + entry.assignments + more)
    }

    /// Makes some steps and answers the validation recordings.
    static func train(_ configuration: RunConfiguration, _ group: RankGroup?, steps: Int = 2) throws -> Found {
        let plan = Replica.Plan(configuration: configuration, needsImages: false, teacher: nil)
        let replica: Replica
        if let group, !group.isFirst {
            replica = try follow(group) { try Replica.make(plan, catalogue, paths: scratch.paths, group: group) }
        } else {
            replica = try Replica.make(plan, catalogue, paths: scratch.paths, group: group)
        }
        var found = Found(
            losses: [], points: [], accuracies: [], gradients: [], weights: [], answers: [], evaluationLoss: 0,
            parameterCount: replica.network.parameters.reduce(0) { $0 + $1.value.count })
        for step in 0..<steps {
            let progress = RunProgress(epoch: 1, batch: step, epochs: 4, batchesPerEpoch: 3)
            let outcome = try follow(group) { try replica.advance(progress, optimizerStep: step).outcome }
            found.losses.append(outcome.loss.total)
            found.points.append(outcome.loss.points.map(\.value))
            found.accuracies.append(outcome.eventAccuracy)
            if step == 0 {
                found.gradients = replica.network.parameters.map(\.gradient.values)
                found.traffic = group?.traffic
            }
        }
        found.weights = replica.network.parameters.map(\.value.values) + replica.network.buffers.map(\.tensor.values)
        var tally = replica.evaluation.begin()
        for round in 0..<replica.roundCount(of: .test) {
            try follow(group) { try replica.evaluate(.test, round: round, into: &tally) }
        }
        (found.answers, found.evaluationLoss) = (tally.result.answers, tally.result.loss)
        return found
    }

    /// Those that are not the first hear an order before each thing that all do.
    private static func follow<Value>(_ group: RankGroup?, _ body: () throws -> Value) throws -> Value {
        if let group, !group.isFirst { _ = try RankOrder.next(from: group, catalogue) }
        return try body()
    }

    @Test(arguments: entries) func severalRanksAreAsOne(_ entry: Entry) throws {
        let configuration = try Self.configuration(entry)
        let alone = try Self.train(configuration, nil)
        for count in entry.name == Self.entries[0].name ? [2, 4] : [2] {
            let all = try LocalRanks(count).run { try Self.train(configuration, $0) }
            for (rank, found) in all.enumerated() {
                #expect(abs(found.losses[0] - alone.losses[0]) < 1e-5 * abs(alone.losses[0]), "\(count) ranks, \(rank)")
                for (here, there) in zip(found.points[0], alone.points[0]) {
                    #expect(abs(here - there) <= 1e-5 * max(1, abs(there)))
                }
                #expect(found.accuracies[0] == alone.accuracies[0])
                for (name, (here, there)) in zip(found.gradients, alone.gradients).enumerated() {
                    let size = there.reduce(0) { max($0, abs($1)) }
                    let error = zip(here, there).reduce(0) { max($0, abs($1.0 - $1.1)) }
                    #expect(error <= 2e-4 * size + 1e-7, "parameter \(name), rank \(rank) of \(count)")
                }
                // Everybody goes on with the same bits.
                #expect(found.weights == all[0].weights)
                #expect(found.losses == all[0].losses)
                #expect(found.answers.count == alone.answers.count)
            }
        }
    }

    /// The same number of ranks gives the same bits, whoever comes first.
    @Test func theSameBitsAgain() throws {
        let configuration = try Self.configuration(Self.entries[0], ["training.kernels=fast"])
        let first = try LocalRanks(2).run { try Self.train(configuration, $0, steps: 4) }
        let second = try LocalRanks(2).run { try Self.train(configuration, $0, steps: 4) }
        #expect(first[0].weights == second[0].weights)
        #expect(first[0].answers == second[0].answers)
    }

    /// An evaluation of weights that are the same is the same.
    @Test func evaluationsAreShared() throws {
        let configuration = try Self.configuration(Self.entries[0])
        let alone = try Self.train(configuration, nil, steps: 0)
        let all = try LocalRanks(3).run { group in
            // Three ranks share evaluations, whatever a batch has: no step is made.
            try Self.train(try Self.configuration(Self.entries[0], ["training.batch_size=9"]), group, steps: 0)
        }
        #expect(all[0].answers == alone.answers)
        #expect(abs(all[0].evaluationLoss - alone.evaluationLoss) < 1e-12)
    }

    /// Statistics of each rank alone are another loss, and nothing is sent for them.
    @Test func statisticsOfEachRank() throws {
        let whole = try Self.configuration(Self.entries[0])
        let own = try Self.configuration(Self.entries[0], ["training.batch_statistics=rank"])
        let (a, b) = (
            try LocalRanks(2).run { try Self.train(whole, $0) }[0], try LocalRanks(2).run { try Self.train(own, $0) }[0]
        )
        #expect(abs(a.losses[0] - b.losses[0]) > 1e-6)
        #expect(b.traffic?.gradientBytes == a.traffic?.gradientBytes)
        #expect(b.traffic?.otherBytes ?? 0 < a.traffic?.otherBytes ?? 0)
    }

    /// A rank sends 2 (n − 1) / n of the gradients, and no more but what buckets are rounded up by.
    @Test(arguments: [2, 4]) func gradientsOnTheWire(count: Int) throws {
        let configuration = try Self.configuration(Self.entries[0])
        let found = try LocalRanks(count).run { try Self.train(configuration, $0, steps: 1) }
        for own in found {
            let sent = own.traffic?.gradientBytes ?? 0
            let least = 2 * (count - 1) * 4 * own.parameterCount / count
            #expect(sent >= least && sent <= least + 2 * (count - 1) * 4 * 64)
        }
    }

    /// Data that one of them cannot read: everybody hears of it, and can be told something else.
    @Test func aRankWithoutData() throws {
        let found = try LocalRanks(2).run { group in
            var configuration = try Self.configuration(Self.entries[0])
            if !group.isFirst {
                _ = try RankOrder.next(from: group, Self.catalogue)
                (configuration.data.set, configuration.data.folder) = ("nmnist", "/nowhere")
            }
            let plan = Replica.Plan(configuration: configuration, needsImages: true, teacher: nil)
            do {
                _ = try Replica.make(plan, Self.catalogue, paths: Self.scratch.paths, group: group)
                return "made"
            } catch {
                return "\(error)"
            }
        }
        #expect(found[0].contains("rank 1 on thread 1"))
        #expect(found[0].contains("/nowhere"))
        #expect(found[1].contains("/nowhere"))
    }
}
