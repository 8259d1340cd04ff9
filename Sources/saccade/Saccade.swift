import ArgumentParser
import Configuration
import Foundation
import Messages

@main
struct Saccade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saccade",
        abstract: "A workbench for training spiking neural networks on event-camera data with help from static images.",
        discussion: """
            Without a subcommand the workbench opens in the terminal. Everything is kept in the XDG base directories, or in \
            $SACCADE_HOME if that is set; data sets are looked for in $SACCADE_DATA. `saccade help TOPIC` tells about \
            \(HelpCommand.topics); `saccade man` prints the man page.
            """,
        version: RunOrigin.programVersion,
        subcommands: [
            OpenCommand.self, TrainCommand.self, AttachCommand.self, TellCommand.self, ScreenCommand.self,
            EvaluateCommand.self,
            DataCommand.self, EventsCommand.self, RunsCommand.self, PresetsCommand.self, ThemesCommand.self,
            HelpCommand.self, ManCommand.self, BenchCommand.self, DamageTrialCommand.self,
        ],
        defaultSubcommand: OpenCommand.self)

    static func main() async {
        StandardStream.occupy()
        StandardStream.reportFailedWrites()
        Foundation.exit(await status())
    }

    /// Runs what the command line asks for.
    ///
    /// - Returns: the exit code: 0, 64 for a command line that makes no sense, 1 for everything else.
    private static func status() async -> Int32 {
        var code = ExitCode.success
        do {
            do {
                var command = try await asyncParseAsRoot()
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            } catch let failure as Output.Failure {
                throw failure
            } catch {
                code = exitCode(for: error)
                let text = unknownCommand(code) ?? fullMessage(for: error)
                // Help, version and completions come as errors too.
                if !text.isEmpty { code == .success ? try Output.line(text) : StandardError.line(text) }
            }
            // What ended otherwise has said why.
            if code == .success, let failure = Output.failure { throw failure }
            try Output.finish()
        } catch {
            let failure = error as? Output.Failure
            if failure?.isClosedPipe == true, code == .success { StandardStream.endOfClosedPipe() }
            if code == .success { code = .failure }
            StandardError.line("saccade: \(failure?.description ?? "\(error)")")
        }
        return code.rawValue
    }

    /// What is said of a command that there is not, which the parser takes for an argument of the usual one.
    ///
    /// - Parameter code: the one of the parser's refusal.
    private static func unknownCommand(_ code: ExitCode) -> String? {
        guard code == .validationFailure else { return nil }
        var (level, path) = (Saccade.self as any ParsableCommand.Type, "saccade")
        for word in CommandLine.arguments.dropFirst() {
            let commands = level.configuration.subcommands
            if word.hasPrefix("-") || word == "help" || commands.isEmpty { return nil }
            guard let next = commands.first(where: { $0._commandName == word }) else {
                let names = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                let near = NearestWord.nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ":"
                return "saccade: there is no command '\(path) \(word)'\(near) `\(path) --help` lists them"
            }
            (level, path) = (next, "\(path) \(word)")
        }
        return nil
    }
}
