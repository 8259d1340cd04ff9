import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Testing
import TestSupport
import Training

@testable import Engine

@Suite("Edits", .serialized)
struct EditTests {
    let scratch = try! Scratch()

    /// A new value for a live knob that changes a short run.
    private static func newValue(_ knob: Knob, _ configuration: RunConfiguration) -> KnobValue {
        let chosen: [String: KnobValue] = [
            "sliding.strategy": .text("events-only"), "sliding.exponent": .number(0.1), "sliding.end": .number(0.2),
            "sliding.curve": .text("0:0.9, 1:1"), "loss.time_step_weights": .text("off"),
            "optimizer.clip_norm": .number(0.01), "optimizer.learning_rate_scale": .number(0.5),
            "data.image_share": .number(0.05),
        ]
        if let value = chosen[knob.key] { return value }
        switch (knob.kind, knob.value(in: configuration)) {
        case (.number(let range, _, _), .number(let old)):
            let third = range.lowerBound + (range.upperBound - range.lowerBound) / 3
            return .number(third == old ? range.upperBound : third)
        case (.flag, .flag(let old)): return .flag(!old)
        case (.choice(let choices), let old): return .text(choices.first { .text($0) != old } ?? "")
        case (.catalogue(let name), let old):
            return .text(EngineDescription.shipped.catalogues[name]?.first { .text($0) != old } ?? "")
        case (_, let old): return old
        }
    }

    private static func configuration(_ assignments: [String] = []) throws -> RunConfiguration {
        // The weights are fixed and recordings are mixed so that the values for that count.
        try .tiny(epochs: 4, ["loss.time_step_weights=fixed", "data.mix=cutmix"] + assignments)
    }

    /// Under which settings a knob has something to do.
    private static func circumstances(of key: String) async throws -> [String] {
        if key.hasPrefix("loss.distillation_") {
            let teacher = "loss.distillation_teacher=\(try await teacher.value.model)"
            return key == Distillation.weight.key ? [teacher] : [teacher, "loss.distillation_weight=2"]
        }
        return switch key {
        case "loss.spike_rate_target": ["loss.spike_rate_weight=20"]
        case "loss.spike_rate_side": ["loss.spike_rate_weight=20", "loss.spike_rate_target=0.9"]
        case "loss.temporal_decay_rate", "loss.temporal_decay_epsilon": ["loss.temporal_decay_weight=0.01"]
        case "loss.squared_error_share": ["loss.kind=blend"]
        case "sliding.mixup_reading": ["sliding.strategy=time-step-mixup"]
        case "loss.modality_weight", "loss.mix_ratio_weight":
            ["sliding.strategy=time-step-mixup", "loss.mixup_heads=true"]
        default: []
        }
    }

    /// A trained model, and the folder in which it lies.
    private static let teacher = Task {
        let scratch = try Scratch()
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 2, "sliding.strategy=events-only"))
        try await bench.end()
        let model = try bench.store.checkpoint(of: run, reason: "final").path
        await bench.close()
        return (scratch: scratch, model: model)
    }

    /// The weights of the runs that nobody edits, by what they were told beside the usual.
    private static let unedited = Unedited()

    private actor Unedited {
        private var models: [[String]: Task<Data, any Error>] = [:]

        func model(_ assignments: [String]) async throws -> Data {
            let task =
                models[assignments]
                ?? Task {
                    let scratch = try Scratch()
                    let bench = try await Bench(scratch.paths)
                    let run = try await bench.start(EditTests.configuration(assignments))
                    try await bench.end()
                    let model = try bench.store.finalModel(of: run)
                    await bench.close()
                    return model
                }
            models[assignments] = task
            return try await task.value
        }
    }

    @Test("reach the running engine", arguments: EngineDescription.shipped.liveKnobs.map(\.key))
    func everyLiveKnob(key: String) async throws {
        let knob = try EngineDescription.shipped.knob(key)
        let circumstances = try await Self.circumstances(of: key)
        let value = Self.newValue(knob, try Self.configuration(circumstances))
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(circumstances), heldAt: 4)
        #expect(await bench.edit((key, value)) == .tookEffect(run: run, optimizerStep: 4))
        #expect(knob.value(in: try bench.store.lastState(run: run).configuration) == value)
        let ended = try await bench.proceed()
        #expect(ended.phase == .finished)
        #expect(knob.value(in: ended.configuration) == value)
        let final = try Checkpoint.read(try bench.store.checkpoint(of: run, reason: "final"))
        #expect(knob.value(in: final.configuration) == value)
        #expect(
            try await bench.store.finalModel(of: run) != Self.unedited.model(circumstances),
            "the run went on as if nothing was said")
        await bench.close()
    }

    @Test("of knobs that are not live, beyond their range, of another type or of no knob are refused")
    func refusals() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(), heldAt: 3)
        func isRefused(_ key: String, _ value: KnobValue, _ expected: String) async {
            let answer = await bench.edit((key, value))
            guard case .refused(let reason) = answer else {
                Issue.record("\(key) = \(value) was answered with \(answer)")
                return
            }
            #expect(reason.contains(key) && reason.contains(expected), "\(reason)")
        }
        let configuration = RunConfiguration()
        for knob in EngineDescription.shipped.knobs where !knob.isLive {
            await isRefused(knob.key, knob.value(in: configuration), "begin a new run")
        }
        for knob in EngineDescription.shipped.liveKnobs {
            switch knob.kind {
            case .number(let range, _, _):
                await isRefused(knob.key, .number(range.upperBound + 1), "a number from")
                await isRefused(knob.key, .number(range.lowerBound - 1), "a number from")
                await isRefused(knob.key, .number(.nan), "a number from")
                await isRefused(knob.key, .text("much"), "a number from")
            case .flag: await isRefused(knob.key, .text("perhaps"), "true or false")
            case .choice: await isRefused(knob.key, .text("perhaps"), "one of")
            case .catalogue: await isRefused(knob.key, .text("perhaps"), "expected one of")
            case .curve: await isRefused(knob.key, .text("1:1, 0:0"), "progress:probability")
            case .integer, .edits, .text, .unknown: break
            }
        }
        await isRefused("loss.domain_coeficient", .number(1), "did you mean 'loss.domain_coefficient'")
        // One bad change takes the good ones with it.
        guard case .refused = await bench.edit(("sliding.exponent", .number(2)), ("sliding.end", .number(2))) else {
            Issue.record("half an edit")
            return
        }
        #expect(try bench.store.run(run).edits.isEmpty)
        #expect(bench.diary.states.last?.configuration == (try Self.configuration()))
        await bench.close()
    }

    @Test("that change nothing leave no mark")
    func nothing() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(), heldAt: 3)
        _ = await bench.edit(("sliding.exponent", .number(3)))
        #expect(try bench.store.run(run).edits.isEmpty)
        await bench.close()
    }

    @Test("for the next epoch wait for it")
    func nextEpoch() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(), heldAt: 4)
        #expect(await bench.edit(("sliding.exponent", .number(2)), at: .nextEpoch) == .waitsForEpoch)
        guard case .refused = await bench.edit(("sliding.end", .number(2)), at: .nextEpoch) else {
            Issue.record("a bad edit may wait")
            return
        }
        #expect(try bench.store.run(run).edits.isEmpty)
        try await bench.proceed()
        let edits = try bench.store.run(run).edits
        #expect(edits.map(\.optimizerStep) == [6])
        #expect(
            edits.first?.differences == [
                KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(2))
            ])
        await bench.close()
    }

    @Test("have a checkpoint before them, which holds the values before them")
    func checkpoints() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(), heldAt: 3)
        _ = await bench.edit(("sliding.exponent", .number(2)))
        _ = await bench.edit(("sliding.exponent", .number(1)))
        try await bench.hold(at: 5)
        _ = await bench.edit(("sliding.exponent", .number(4)))
        let edits = try bench.store.run(run).edits
        #expect(edits.map(\.optimizerStep) == [3, 3, 5] && edits.map(\.number) == [1, 2, 3])
        for (edit, before) in zip(edits, [3.0, 2, 1]) {
            let checkpoint = try Checkpoint.read(URL(fileURLWithPath: try #require(edit.checkpoint)))
            #expect(checkpoint.configuration[Sliding.exponent] == before)
            #expect(checkpoint.optimizerStep == edit.optimizerStep && checkpoint.editCount == edit.number - 1)
        }
        await bench.close()
    }

    @Test("are undone and redone by edits of their own")
    func undoAndRedo() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(), heldAt: 3)
        func values() -> [Double] {
            let configuration = bench.diary.states.last?.configuration ?? RunConfiguration()
            return [configuration[Sliding.exponent], configuration[DomainAlignment.coefficient]]
        }
        func isRefused(_ command: TuningCommand) async {
            guard case .refused(let reason) = await bench.send(command) else {
                Issue.record("\(command) had an effect")
                return
            }
            #expect(reason.contains("no edit"))
        }
        await isRefused(.undo)
        await isRefused(.redo)
        _ = await bench.edit(("sliding.exponent", .number(5)))
        _ = await bench.edit(("loss.domain_coefficient", .number(0.7)))
        #expect(values() == [5, 0.7])
        await bench.send(.undo)
        #expect(values() == [5, 0.5])
        await bench.send(.undo)
        #expect(values() == [3, 0.5])
        await isRefused(.undo)
        await bench.send(.redo)
        #expect(values() == [5, 0.5])
        await bench.send(.redo)
        #expect(values() == [5, 0.7])
        await isRefused(.redo)
        await bench.send(.undo)
        #expect(values() == [5, 0.5])
        #expect(
            try bench.store.run(run).edits.map(\.origin)
                == [.user, .user, .undo(of: 2), .undo(of: 1), .redo(of: 1), .redo(of: 2), .undo(of: 2)])
        await bench.close()

        // The chain outlives the process; a new edit ends what can be redone.
        let later = try await Bench(scratch.paths)
        try await later.resume(run, heldAt: 8)
        await later.send(.redo)
        #expect(later.diary.states.last?.configuration[DomainAlignment.coefficient] == 0.7)
        await later.send(.undo)
        _ = await later.edit(("sliding.end", .number(0.5)))
        guard case .refused = await later.send(.redo) else {
            Issue.record("redone after an edit")
            return
        }
        await later.close()
    }

    @Test("may change the number of streams, and back")
    func streams() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(Self.configuration(), heldAt: 3)
        _ = await bench.edit(("sliding.strategy", .text("events-only")))
        try await bench.hold(at: 6)
        _ = await bench.edit(("sliding.strategy", .text("hard-switch")))
        #expect(try await bench.proceed().phase == .finished)
        let steps = try bench.store.metrics(run: run, series: .imageLoss).map(\.optimizerStep)
        #expect(steps == [1, 2, 3] + Array(7...12))
        await bench.close()
    }

    @Test("and everything else that is journalled are on disk before they are told")
    func diskFirst() async throws {
        let bench = try await Bench(scratch.paths)
        let witness = Witness(bench.store)
        let subscription = await bench.bus.subscribe { witness.look() }
        witness.watch(subscription)
        _ = try await bench.start(Self.configuration(), heldAt: 3)
        _ = await bench.edit(("sliding.exponent", .number(2)))
        await bench.send(.undo)
        await bench.send(.note("look"))
        await bench.send(.checkpoint)
        try await bench.proceed()
        await bench.close()
        #expect(witness.missing == [])
        #expect(witness.seen.isSuperset(of: ["state", "edit", "note", "checkpoint", "finished"]))
    }
}

/// Looks into the store at the moment a report comes: the bus calls it before it goes on.
private final class Witness: Sendable {
    private struct Notes {
        var subscription: ReportSubscription?
        var missing: [String] = []
        var seen: Set<String> = []
    }
    private let notes = Mutex(Notes())
    private let store: RunStore

    init(_ store: RunStore) { self.store = store }

    var missing: [String] { notes.withLock(\.missing) }
    var seen: Set<String> { notes.withLock(\.seen) }

    func watch(_ subscription: ReportSubscription) {
        notes.withLock { $0.subscription = subscription }
        look()
    }

    func look() {
        guard let batch = notes.withLock({ $0.subscription?.take() }) else { return }
        for report in batch.lossless {
            let (kind, isThere) = check(report)
            notes.withLock { notes in
                notes.seen.insert(kind)
                if !isThere { notes.missing.append("\(report)") }
            }
        }
    }

    private func check(_ report: EngineReport) -> (String, Bool) {
        switch report {
        case .state(let state):
            guard let run = state.run, let known = try? store.lastState(run: run) else {
                return ("state", state.run == nil)
            }
            return ("state", known.phase == state.phase && known.optimizerStep >= state.optimizerStep)
        case .edit(let edit):
            let edits = try? store.run(edit.run).edits
            return (
                "edit", edits?.contains { $0.number == edit.number && $0.optimizerStep == edit.optimizerStep } == true
            )
        case .checkpoint(let record):
            return ("checkpoint", (try? store.run(record.run))?.checkpoints.contains(record) == true)
        case .note(let note): return ("note", (try? store.run(note.run))?.notes.contains(note) == true)
        case .finished(let result): return ("finished", (try? store.result(run: result.run)) == result)
        default: return ("other", true)
        }
    }
}
