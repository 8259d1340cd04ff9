import ArgumentParser
import Foundation
import Messages
import RunStore
import Training

struct RunsReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Make a run again, with every edit at its step, and compare the weights.",
        discussion: """
            The weights are compared by SHA-256 with those that the run ended with (or with its last checkpoint, if it was \
            stopped). The same machine and number of threads give the same bits; the exit code is 1 if they differ.
            """)

    @OptionGroup var subject: RunArgument
    @Option(help: "A label for the new run.") var name: String?
    @Flag(help: "A JSON object a line; the last says whether the bits are the same.") var json = false
    @Flag(help: "Delete the new run afterwards if the bits are the same.") var discard = false

    struct Verdict: Encodable {
        var event = "replay"
        var original: String
        var replay: String
        var optimizerStep: Int
        var originalSha256: String
        var replaySha256: String
        var isSame: Bool
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            let original = try host.store.identifier(of: subject.run)
            let printer: any ReportPrinter = json ? JSONReportPrinter() : PlainReportPrinter()
            let replay = try await TrainingLoop(host: host, printer: printer).run(.replay(run: original, name: name))
            guard let replay else { return }
            let verdict = try Self.verdict(original, replay, host.store)
            if verdict.isSame, discard { try host.store.delete(run: replay) }
            if json {
                try JSON.print(verdict)
            } else {
                try Output.line(
                    verdict.isSame
                        ? "the same bits after step \(verdict.optimizerStep): SHA-256 of the weights "
                            + verdict.originalSha256
                        : "other bits after step \(verdict.optimizerStep):\n  \(original) \(verdict.originalSha256)\n"
                            + "  \(replay) \(verdict.replaySha256)\nwas it made on another machine, with another "
                            + "number of threads or by another version?")
            }
            if !verdict.isSame { throw ExitCode(1) }
        }
    }

    private static func verdict(_ original: String, _ replay: String, _ store: RunStore) throws -> Verdict {
        func last(_ run: String) throws -> (step: Int, fingerprint: String) {
            guard let record = try store.latestCheckpoint(run: run) else {
                throw CommandFailure(
                    "\(replay) was made, but cannot be compared: the checkpoints of \(run) are gone")
            }
            return (record.optimizerStep, try Checkpoint.weightFingerprint(of: URL(fileURLWithPath: record.path)))
        }
        let (old, new) = (try last(original), try last(replay))
        return Verdict(
            original: original, replay: replay, optimizerStep: new.step, originalSha256: old.fingerprint,
            replaySha256: new.fingerprint, isSame: old == new)
    }
}
