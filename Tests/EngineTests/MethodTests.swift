import Configuration
import FileFormats
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@testable import Engine

/// Methods beside the paper's own, from the settings that turn them on to the end of a run.
@Suite("A method that a run chooses", .serialized)
struct MethodTests {
    let scratch = try! Scratch()

    static let methods: [(assignments: [String], series: MetricSeries?)] = [
        (["sliding.strategy=time-step-mixup", "loss.mixup_heads=true"], ModalityGuidance.loss),
        (
            ["network.bottleneck=32", "network.separate_input=true", "loss.first_layer_weight=0.1"],
            FirstLayerAlignment.distance
        ),
        (
            [
                "loss.spike_rate_weight=20", "loss.temporal_decay_weight=0.001", "loss.kind=blend",
                "loss.alignment_measure=mmd-rbf", "data.image_channel=edges",
            ], SpikeRatePenalty.penalty
        ),
    ]

    @Test("is in its curves and weights, and goes on bit for bit after a stop", arguments: methods.indices)
    func resumes(index: Int) async throws {
        let (assignments, series) = Self.methods[index]
        let bench = try await Bench(scratch.paths)
        let whole = try await bench.start(.tiny(epochs: 3, assignments))
        #expect(try await bench.end().phase == .finished)
        let plain = try await bench.start(.tiny(epochs: 3))
        try await bench.diary.state { $0.run == plain && $0.phase == .finished }
        #expect(try bench.store.finalModel(of: whole) != bench.store.finalModel(of: plain))
        if let series {
            #expect(try bench.store.metrics(run: whole, series: series).count == 9)
            #expect(try bench.store.metrics(run: plain, series: series).isEmpty)
        }
        let cut = try await bench.start(.tiny(epochs: 3, assignments), heldAt: 5)
        await bench.send(.stop)
        try await bench.diary.state { $0.run == cut && $0.phase == .stopped }
        await bench.close()

        let other = try await Bench(scratch.paths)
        #expect(try await other.resume(cut) == 5)
        #expect(try await other.end().phase == .finished)
        #expect(try other.store.finalModel(of: cut) == other.store.finalModel(of: whole))
        await other.close()
    }

    @Test("trains on images first and fine-tunes on events, with heads for as many classes or others")
    func fineTuning() async throws {
        let bench = try await Bench(scratch.paths)
        let first = try await bench.start(.tiny(epochs: 2, "sliding.strategy=images-only"))
        try await bench.diary.state { $0.run == first && $0.phase == .finished }
        let source = try #require(try bench.store.bestCheckpoint(run: first)).path + "/model.safetensors"
        let weights = try SafetensorsFile(contentsOf: URL(fileURLWithPath: source))
        for reference in [first, source, String(source.dropLast("/model.safetensors".count))] {
            let run = try await bench.start(
                .tiny(
                    epochs: 1, "sliding.strategy=events-only", "training.start_from=\(reference)",
                    "optimizer.learning_rate=1e-7", "training.seed=5", "optimizer.weight_decay=0"))
            try await bench.diary.state { $0.run == run && $0.phase == .finished }
            let final = try SafetensorsFile(
                contentsOf: bench.store.checkpoint(of: run, reason: "final")
                    .appendingPathComponent("model.safetensors"))
            for name in ["feature.0.conv.weight", "dvs_fc.1.weight"] {
                let (found, expected) = (try final.floats(name), try weights.floats(name))
                #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(name)")
            }
        }
        #expect(bench.diary.log.contains { $0.contains("parameters begin as in \(source)") })
        // What does not fit is drawn, and said.
        let wider = try await bench.start(
            .tiny(epochs: 1, "sliding.strategy=events-only", "training.start_from=\(first)", "network.bottleneck=8"))
        try await bench.diary.state { $0.run == wider && $0.phase == .finished }
        #expect(bench.diary.log.contains { $0.contains("drawn anew") && $0.contains("bottleneck.weight") })
        await bench.close()
    }

    @Test("learns from a teacher")
    func distillation() async throws {
        let bench = try await Bench(scratch.paths)
        let teacher = try await bench.start(.tiny(epochs: 3, "sliding.strategy=events-only"))
        try await bench.diary.state { $0.run == teacher && $0.phase == .finished }
        let student = try await bench.start(
            .tiny(
                epochs: 4, "loss.distillation_weight=2", "loss.distillation_teacher=\(teacher)",
                "loss.distillation_phase=phased"))
        try await bench.diary.state { $0.run == student && $0.phase == .finished }
        let weights = try bench.store.metrics(run: student, series: Distillation.weightNow).map(\.value)
        #expect(weights.count == 12 && weights[0] == 2)
        #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 >= $1 } && weights[11] < 1)
        #expect(try bench.store.metrics(run: student, series: Distillation.distance).allSatisfy { $0.value > 0 })
        await bench.close()
    }

    @Test(
        "is refused before it begins where what it names is not there or does not go with it",
        arguments: [
            (["training.start_from=nobody"], "nobody"),
            (["loss.distillation_weight=1"], "loss.distillation_teacher"),
            (["loss.distillation_teacher=nobody"], "nobody"),
            (["loss.distillation_teacher=RUN", "data.size=20"], "data.size 16"),
            (["loss.distillation_teacher=RUN", "data.time_steps=3"], "data.time_steps 2"),
            (["training.start_from=/nowhere/model.safetensors"], "/nowhere/model.safetensors"),
        ])
    func refusals(assignments: [String], problem: String) async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 1, "sliding.strategy=events-only"))
        try await bench.diary.state { $0.run == run && $0.phase == .finished }
        let settings = assignments.map { $0.replacing("RUN", with: run) }
        guard
            case .refused(let text) = await bench.send(.start(configuration: try .tiny(epochs: 1, settings), name: nil))
        else {
            Issue.record("it was begun")
            return
        }
        #expect(text.contains(problem), "\(text)")
        #expect(try bench.store.runs().count == 1)
        await bench.close()
    }
}
