import ArgumentParser
import Foundation
import Messages
import RunStore
import Training

struct RunsReproduce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Train a run again, with every edit at its step, and compare the weights bit by bit.",
        discussion: """
            The SHA-256 of the weights is compared with that of the original run at its end (or at its last \
            checkpoint, if it was stopped). The same machine and number of threads give the same weights; the exit \
            code is 1 if they differ.
            """)

    @OptionGroup var subject: RunArgument
    @Option(help: "Name of the new run.") var name: String?
    @Flag(help: "Print one JSON object per line; the last says whether the weights are the same.") var json = false
    @OptionGroup var tensorBoard: TensorBoardOption
    @Flag(help: "Delete the new run afterwards if the weights are the same.") var discard = false

    struct Verdict: Encodable {
        var event = "reproduction"
        var original: String
        var reproduction: String
        var optimizerStep: Int
        var originalSha256: String
        var reproductionSha256: String
        var isSame: Bool
    }

    func run() async throws {
        try await reportingFailures {
            let ranks = try Ranks.join()
            if let ranks, !ranks.isFirst { return try ranks.follow() }
            defer { ranks?.release() }
            let folder = try tensorBoard.ready()
            let host = try Host(.existing, trainer: try EngineOption.none.trainer(of: subject.run))
            let original = try host.store.identifier(of: subject.run)
            let printer: any ReportPrinter = json ? JSONReportPrinter() : PlainReportPrinter()
            let run = try await TrainingLoop(host: host, printer: printer, tensorBoard: folder).run(
                .reproduce(run: original, name: name), group: ranks?.takeGroup())
            guard let run else { return }
            let verdict = try Self.verdict(original, run, host.store)
            if verdict.isSame, discard { try host.store.delete(run: run) }
            if json {
                try JSON.print(verdict)
            } else {
                try Output.line(
                    verdict.isSame
                        ? "same weights after step \(verdict.optimizerStep): SHA-256 of the weights "
                            + verdict.originalSha256
                        : "different weights after step \(verdict.optimizerStep):\n  \(original) \(verdict.originalSha256)\n"
                            + "  \(run) \(verdict.reproductionSha256)\nwas the original trained on another machine, with another "
                            + "number of ranks (the tag ranks:N says it) or by another version?")
            }
            if !verdict.isSame { throw ExitCode(1) }
        }
    }

    private static func verdict(_ original: String, _ reproduction: String, _ store: RunStore) throws -> Verdict {
        func last(_ run: String) throws -> (step: Int, fingerprint: String) {
            guard let record = try store.latestCheckpoint(run: run) else {
                throw CommandFailure(
                    "\(reproduction) was trained, but cannot be compared: the checkpoints of \(run) no longer exist")
            }
            return (record.optimizerStep, try Checkpoint.weightFingerprint(of: URL(fileURLWithPath: record.path)))
        }
        let (old, new) = (try last(original), try last(reproduction))
        return Verdict(
            original: original, reproduction: reproduction, optimizerStep: new.step, originalSha256: old.fingerprint,
            reproductionSha256: new.fingerprint, isSame: old == new)
    }
}

/// The name that it had before: scripts go on working.
struct RunsReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: RunsReproduce.configuration.abstract, shouldDisplay: false)

    @OptionGroup var command: RunsReproduce

    func run() async throws { try await command.run() }
}
