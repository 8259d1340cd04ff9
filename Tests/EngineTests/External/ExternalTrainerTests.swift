import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@testable import Engine

/// Programs in Python for tests, beside a copy of the file that makes them trainers.
struct TrainerScript {
    let command: String
    private let folder: URL

    /// Without Python there is nothing to try.
    static let canRun = ["/usr/bin/python3", "/usr/local/bin/python3"].contains { (path: String) in
        access(path, X_OK) == 0
    }
    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../Examples/ExternalTrainer"
    ).standardizedFileURL

    /// - Parameter body: what stands below the import of the helper.
    init(_ body: String, in scratch: Scratch, arguments: String = "") throws {
        folder = scratch.root.appendingPathComponent("script \(UUID().uuidString.prefix(8))", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("trainer.py")
        let head =
            "import sys, os, json, time\nsys.path.insert(0, '\(Self.examples.path)')\nimport saccade_trainer as saccade\n"
        try Data((head + body).utf8).write(to: file)
        command = "python3 '\(file.path)' \(arguments)"
    }

    static let toy = "python3 '\(examples.path)/toy.py'"

    /// A counter whose loss is the distance to a number; everything it knows is its count. `HOOK` and `SAVE` may do worse.
    static func counter(
        step hook: String = "", save: String = "open(folder + '/count', 'w').write(str(state['count']))"
    ) -> String {
        """
        run = saccade.connect("counter 2.1", settings=[
            saccade.number("optimizer.rate", 0.5, range=(0, 1), live=True),
            saccade.choice("loss.kind", ["square", "absolute"], live=True)],
            series=[saccade.series("loss.total")])
        state = {"count": 0.0}
        def save(folder):
            \(save)
        def load(folder):
            state["count"] = float(open(folder + "/count").read())
        def edit(changes):
            if changes.get("optimizer.rate") == 0.25:
                raise ValueError("a quarter is not to be had")
        def evaluate(split):
            return {"accuracy": 1 / (1 + abs(10 - state["count"])), "loss": abs(10 - state["count"])}
        run.ready(4, evaluate=evaluate, save=save, load=load, edit=edit, fingerprint="ten")
        while True:
            step = run.step_number
            \(hook)
            state["count"] += run.settings["optimizer.rate"] * (10 - state["count"])
            run.step({"loss.total": abs(10 - state["count"])}, samples=3)
        """
    }
}

@Suite("An external trainer", .enabled(if: TrainerScript.canRun, "skipped: there is no Python"))
struct ExternalTrainerTests {
    let scratch = try! Scratch()

    private func trainer(_ body: String) throws -> ExternalTrainer {
        try ExternalTrainer(try TrainerScript(body, in: scratch).command)
    }

    private func configuration(_ trainer: ExternalTrainer, _ assignments: String...) throws -> RunConfiguration {
        var configuration = RunConfiguration()
        for assignment in assignments { try trainer.description.assign(assignment, to: &configuration) }
        return configuration
    }

    @Test("passes its own check", arguments: [TrainerScript.toy])
    func check(command: String) throws {
        var check = ExternalCheck(command, seconds: 60) { _ in }
        let findings = check.run()
        #expect(findings.filter { $0.verdict == .wrong } == [])
        #expect(
            Set(findings.map(\.check)).isSuperset(of: [
                "describe", "start", "step", "edit", "resume", "evaluate", "stop",
            ]))
    }

    @Test("trains, is edited, undone and tested like any run")
    func aRun() async throws {
        let trainer = try trainer(TrainerScript.counter())
        #expect(trainer.description.engine == "counter 2.1")
        #expect(trainer.description.panels.map(\.key) == ["tuning", "loss", "accuracy", "edits"])
        #expect(ExternalTrainer.folderName(of: trainer.description) == "trainer-counter")
        let bench = try await Bench(scratch.paths, trainer: trainer)
        let run = try await bench.start(try configuration(trainer, "training.epochs=3"), heldAt: 3)
        #expect(
            await bench.send(.edit([KnobChange(key: "optimizer.rate", value: .number(0.1))], at: .nextStep))
                == .tookEffect(run: run, optimizerStep: 3))
        // Within its range, but the trainer does not want it: nothing is journalled.
        let refused = await bench.send(.edit([KnobChange(key: "optimizer.rate", value: .number(0.25))], at: .nextStep))
        guard case .refused(let reason) = refused else { throw BenchError("\(refused)") }
        #expect(reason.contains("a quarter is not to be had"))
        let outside = await bench.send(.edit([KnobChange(key: "optimizer.rate", value: .number(7))], at: .nextStep))
        guard case .refused = outside else { throw BenchError("\(outside)") }
        await bench.send(.step)
        await bench.send(.undo)
        await bench.send(.proceed)
        let end = try await bench.end()
        #expect(end.phase == .finished)
        await bench.close()
        let losses = try bench.store.metrics(run: run).filter { $0.series == .totalLoss }.map(\.value)
        // Three steps with half, one with a tenth, the rest with half again.
        var (count, wanted) = (0.0, [Double]())
        for step in 0..<12 {
            count += (step == 3 ? 0.1 : 0.5) * (10 - count)
            wanted.append(abs(10 - count))
        }
        #expect(losses == wanted)
        #expect(try bench.store.run(run).edits.map(\.letter) == ["a", "b"])
        let result = try #require(try bench.store.result(run: run))
        // The last of three validations is the best: it is the nearest to ten.
        #expect(result.testedEpoch == 3)
        #expect(abs((result.testAccuracy ?? 0) - 1 / (1 + wanted[11])) < 1e-12)
        #expect(try bench.store.run(run).configuration.externalCommand == trainer.command)
        #expect(ExternalTrainer.description(keptIn: bench.store.folder(of: run)) == trainer.description)
    }

    @Test("goes on from a checkpoint as if it had not stopped; a damaged one gives way to the one before")
    func resume() async throws {
        let script = TrainerScript.counter()
        let first = try trainer(script)
        let configuration = try configuration(first, "training.epochs=4", "training.checkpoint_every_epochs=1")
        let straight = try await Bench(scratch.paths, trainer: first)
        let whole = try await straight.start(configuration)
        try await straight.end()
        await straight.close()

        let second = try trainer(script)
        let bench = try await Bench(scratch.paths, trainer: second)
        let run = try await bench.start(configuration, heldAt: 10)
        await bench.send(.stop)
        try await bench.end()
        await bench.close()
        let last = try #require(try bench.store.latestCheckpoint(run: run))
        #expect(last.optimizerStep == 10)
        try Data("7".utf8).write(to: URL(fileURLWithPath: last.path + "/trainer/count"))

        let third = try trainer(script)
        let again = try await Bench(scratch.paths, trainer: third)
        try await again.resume(run)
        #expect(try await again.end().phase == .finished)
        await again.close()
        #expect(again.diary.log.contains { $0.contains("'count' is not as it was written") })
        #expect(try again.store.curves(of: run) == again.store.curves(of: whole))
    }

    @Test("is forked with other values, and reproduced with its edits")
    func forkAndReproduce() async throws {
        let trainer = try trainer(TrainerScript.counter())
        let bench = try await Bench(scratch.paths, trainer: trainer)
        let run = try await bench.start(try configuration(trainer, "training.epochs=3"), heldAt: 5)
        await bench.send(.edit([KnobChange(key: "optimizer.rate", value: .number(0.2))], at: .nextStep))
        await bench.send(.proceed)
        try await bench.end()
        let change = KnobChange(key: "optimizer.rate", value: .number(0.9))
        let checkpoint = try bench.store.run(run).edits[0].checkpoint
        guard
            case .tookEffect(let child?, let step) = await bench.send(
                .fork(run: run, checkpoint: checkpoint, changes: [change], name: nil))
        else { throw BenchError("no fork") }
        #expect(step == 5)
        try await bench.diary.state { $0.run == child && $0.phase.isEnd }
        guard case .tookEffect(let twin?, _) = await bench.send(.reproduce(run: run, name: nil)) else {
            throw BenchError("not reproduced")
        }
        try await bench.diary.state { $0.run == twin && $0.phase.isEnd }
        await bench.close()
        #expect(try bench.store.curves(of: twin) == bench.store.curves(of: run))
        let losses = try bench.store.metricsWithAncestors(run: child, from: 1).filter { $0.series == .totalLoss }
        #expect(losses.count == 12)
        #expect(abs(losses[5].value / losses[4].value - 0.1) < 1e-9)
    }

    @Test("is not taken for the engine of this program's own runs, nor the other way round")
    func otherEngines() async throws {
        let trainer = try trainer(TrainerScript.counter())
        let bench = try await Bench(scratch.paths, trainer: trainer)
        let run = try await bench.start(try configuration(trainer, "training.epochs=2"), heldAt: 3)
        await bench.send(.stop)
        try await bench.end()
        await bench.close()
        let own = try await Bench(scratch.paths)
        guard case .refused(let reason) = await own.send(.resume(run: run)) else { throw BenchError("resumed") }
        #expect(reason.contains("--engine '\(trainer.command)'"))
        await own.close()
    }
}
