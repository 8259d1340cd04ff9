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
            Without a subcommand the workbench opens in the terminal. Runs, presets and logs are stored in the XDG \
            base directories, or in $SACCADE_HOME if that is set; data sets are searched for in $SACCADE_DATA. \
            `saccade help TOPIC` explains \(HelpCommand.topics); `saccade man` prints the man page.
            """,
        version: EngineDescription.programVersion,
        subcommands: [
            OpenCommand.self, TrainCommand.self, StudyCommand.self, AttachCommand.self, TellCommand.self,
            ScreenCommand.self,
            EvaluateCommand.self, AnalyzeCommand.self, ExportNIRCommand.self,
            DataCommand.self, EventsCommand.self, RunsCommand.self, PresetsCommand.self, AlertsCommand.self,
            ThemesCommand.self, DoctorCommand.self, EngineCheckCommand.self,
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
                var command = try await asyncParseAsRoot(Self.joined(Array(CommandLine.arguments.dropFirst())))
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            } catch let failure as Output.Failure {
                throw failure
            } catch {
                code = exitCode(for: error)
                let message = fullMessage(for: error)
                let text = unknownCommand(code) ?? unknownOption(code, message) ?? message
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

    /// A number below zero behind an option is its value: the parser would take it for an option, and say that the value is
    /// missing.
    static func joined(_ arguments: [String]) -> [String] {
        var joined: [String] = []
        var areOptions = true
        for argument in arguments {
            // No option begins with a digit.
            let isNegative =
                argument.hasPrefix("-") && argument.dropFirst().first.map { $0.isNumber || $0 == "." } == true
            if areOptions, isNegative, let last = joined.last, last.hasPrefix("--"), last != "--", !last.contains("=") {
                joined[joined.count - 1] = last + "=" + argument
            } else {
                if argument == "--" { areOptions = false }
                joined.append(argument)
            }
        }
        return joined
    }

    /// Of the options that every command has, the parser knows none that is near.
    private static func unknownOption(_ code: ExitCode, _ message: String) -> String? {
        guard code == .validationFailure, !message.contains("Did you mean"),
            let word = CommandLine.arguments.dropFirst().first(where: { message.contains("Unknown option '\($0)'") }),
            let near = Choice.nearest(to: word, among: ["--help", "--version"])
        else { return nil }
        return "saccade: there is no option '\(word)'\(near)"
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
                // It belongs to the command that is meant where none is named, which has refused something else.
                if level != Saccade.self, level.configuration.defaultSubcommand != nil { return nil }
                let names = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                let near = Choice.nearest(to: word, among: names) ?? ":"
                return "saccade: there is no command '\(path) \(word)'\(near) `\(path) --help` lists them"
            }
            (level, path) = (next, "\(path) \(word)")
        }
        return nil
    }
}
