import ArgumentParser
import Engine
import Foundation

/// Tells whoever writes an external trainer what is wrong with it.
struct EngineCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine-check", abstract: "Test an external trainer against the protocol of --engine.",
        discussion: """
            The trainer is started, described, trained for a few steps, edited, saved, restored in the same and in a new \
            process, evaluated and stopped. Each line says ok, note (something people would miss) or wrong. The exit code \
            is 1 if anything is wrong. `saccade help engine` specifies the protocol.
            """)

    @Argument(help: ArgumentHelp("Command that starts the trainer, as after --engine.", valueName: "command"))
    var command: String

    @Option(help: ArgumentHelp("Time to wait for each answer.", valueName: "seconds"))
    var timeout = 120

    @Flag(help: "Print one JSON object per line; the last is the verdict.")
    var json = false

    struct Verdict: Encodable {
        var event = "verdict"
        var checks: Int
        var notes: Int
        var wrong: Int
    }

    func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds") }
        if command.allSatisfy(\.isWhitespace) { throw ValidationError("give the command that starts the trainer") }
    }

    func run() async throws {
        try await reportingFailures {
            var unprinted: (any Error)?
            var check = ExternalCheck(command, seconds: timeout) { finding in
                do {
                    if json { return try JSON.print(finding) }
                    let verdict = finding.verdict.rawValue.padding(toLength: 5, withPad: " ", startingAt: 0)
                    let name = finding.check.padding(toLength: 12, withPad: " ", startingAt: 0)
                    try Output.line("\(verdict)  \(name)  \(finding.text)")
                } catch {
                    unprinted = error
                }
            }
            let findings = check.run()
            if let unprinted { throw unprinted }
            let (notes, wrong) = (findings.count { $0.verdict == .note }, findings.count { $0.verdict == .wrong })
            if json {
                try JSON.print(Verdict(checks: findings.count, notes: notes, wrong: wrong))
            } else {
                try Output.line(
                    wrong == 0 ? "it can take the place of the engine" : "\(wrong) of \(findings.count) are wrong")
            }
            if wrong > 0 { throw ExitCode(1) }
        }
    }
}
