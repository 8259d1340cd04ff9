import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport

@testable import Engine

/// Whatever a trainer does, what was journalled stays, and the run can be gone on with.
@Suite("A bad external trainer", .enabled(if: TrainerScript.canRun, "skipped: there is no Python"))
struct BadTrainerTests {
    let scratch = try! Scratch()

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// What it does in step 6, of 4 steps an epoch.
        var step = "pass"
        var save = "open(folder + '/count', 'w').write(str(state['count']))"
        /// A part of the failure's text.
        var text: String
        /// Seconds that it has for an answer.
        var patience = 600
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "that dies", step: "if step == 6: sys.stderr.write('out of memory\\n'); os._exit(3)",
            text: "exit code 3"),
        Case(name: "that is killed", step: "if step == 6: os.kill(os.getpid(), 9)", text: "signal 9"),
        Case(
            name: "that closes its output", step: "if step == 6: run._lines._output.close(); time.sleep(60)",
            text: "during step 7"),
        Case(
            name: "that answers with something else",
            step: "if step == 6: run._lines.answer(run._asked, {'values': {'loss.total': 'low'}})",
            text: "'values.loss.total' has another type; expected a number"),
        Case(
            name: "that answers without values", step: "if step == 6: run._lines.answer(run._asked, {})",
            text: "'values' is missing"),
        Case(
            name: "that refuses a step", step: "if step == 6: run._lines.refuse(run._asked, 'no gradient')",
            text: "no gradient"),
        Case(
            name: "that hangs", step: "if step == 6: time.sleep(600)", text: "has not answered during step 7 for 8 s",
            patience: 8),
        Case(name: "that saves nothing", save: "pass", text: "has written no file"),
        Case(
            name: "that has no room for a checkpoint", save: "raise OSError(28, 'No space left on device')",
            text: "No space left on device"),
    ]

    @Test("costs nothing that was journalled", arguments: cases)
    func journalled(_ bad: Case) async throws {
        let script = try TrainerScript(TrainerScript.counter(step: bad.step, save: bad.save), in: scratch)
        let trainer = try ExternalTrainer(script.command)
        let bench = try await Bench(scratch.paths, trainer: trainer)
        var configuration = RunConfiguration()
        for assignment in [
            "training.epochs=5", "training.checkpoint_every_epochs=1", "engine.answer_timeout=\(bad.patience)",
        ] {
            try trainer.description.assign(assignment, to: &configuration)
        }
        let run = try await bench.start(configuration)
        let end = try await bench.end()
        #expect(end.phase == .failed)
        await bench.close()
        let detail = try bench.store.run(run)
        #expect(detail.failure?.text.contains(bad.text) == true, "\(detail.failure?.text ?? "no failure")")
        let losses = try bench.store.metrics(run: run).filter { $0.series == .totalLoss }.count
        #expect(losses == (bad.step == "pass" ? 4 : 6))
        guard bad.step != "pass" else { return }
        #expect(try bench.store.latestCheckpoint(run: run)?.optimizerStep == 4)

        // The same command, mended.
        let path = script.command.split(separator: "'")[1]
        try Data(
            String(contentsOfFile: String(path), encoding: .utf8).replacing(bad.step, with: "pass").utf8
        ).write(to: URL(fileURLWithPath: String(path)))
        let mended = try ExternalTrainer(script.command)
        let again = try await Bench(scratch.paths, trainer: mended)
        #expect(try await again.resume(run) == 4)
        // One that failed waits.
        try await again.diary.state { $0.phase == .paused }
        await again.send(.proceed)
        #expect(try await again.end().phase == .finished)
        await again.close()
        #expect(try again.store.metrics(run: run).filter { $0.series == .totalLoss }.count == 20)
    }

    @Test("that prints and logs is heard, and garbage between answers is not taken for one")
    func prints() async throws {
        let noise =
            "print('a line'); run._lines._output.write('{1, 2}\\n[3]\\nloose\\n'); run.log('told', 'warning'); run._lines.write({'id': 99, 'values': {}})"
        let trainer = try ExternalTrainer(try TrainerScript(TrainerScript.counter(step: noise), in: scratch).command)
        let bench = try await Bench(scratch.paths, trainer: trainer)
        var configuration = RunConfiguration()
        try trainer.description.assign("training.epochs=1", to: &configuration)
        _ = try await bench.start(configuration)
        #expect(try await bench.end().phase == .finished)
        try await eventually("its lines in the log", seconds: 30) {
            ["a line", "{1, 2}", "[3]", "loose", "told"].allSatisfy { line in
                bench.diary.log.contains { $0.contains(line) }
            }
        }
        await bench.close()
    }

    @Test(
        "that cannot describe itself is refused at once",
        arguments: [
            ("exit 3", "exit code 3"),
            ("echo '{\"id\":1,\"protocol\":2,\"name\":\"x\"}'; cat", "version 2"),
            ("echo '{\"id\":1,\"protocol\":1}'; cat", "'name' is missing"),
            ("echo '{\"id\":1,\"error\":\"no GPU\"}'; cat", "no GPU"),
            (
                "echo '{\"id\":1,\"protocol\":1,\"name\":\"x\",\"settings\":[{\"key\":\"lr\",\"default\":1}]}'; cat",
                "'lr' is not of the form section.name"
            ),
            (
                "echo '{\"id\":1,\"protocol\":1,\"name\":\"x\",\"settings\":[{\"key\":\"a.b\",\"default\":5,\"range\":[0,1]}]}'; cat",
                "a.b cannot be 5"
            ),
            (
                "echo '{\"id\":1,\"protocol\":1,\"name\":\"x\",\"settings\":[{\"key\":\"training.epochs\",\"default\":5}]}'; cat",
                "Saccade's own"
            ),
        ])
    func description(command: String, text: String) {
        let error = #expect(throws: ExternalError.self) { try ExternalTrainer(command) }
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }

    @Test("that restores something else is found by the check")
    func forgets() throws {
        let script = TrainerScript.counter().replacing(
            #"state["count"] = float(open(folder + "/count").read())"#, with: "pass")
        var check = ExternalCheck(try TrainerScript(script, in: scratch).command, seconds: 60) { _ in }
        let findings = check.run()
        #expect(findings.filter { $0.verdict == .wrong }.map(\.check) == ["resume"])
    }
}
