import ArgumentParser
import Configuration
import Messages

/// Help of a command or about a topic. Takes the place of the one that the library adds by itself.
struct HelpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help", abstract: "Show the help of a command or a topic. Topics: \(topics).",
        discussion: """
            saccade help train          same as saccade train --help
            saccade help runs queue     help of a subcommand
            saccade help files          a topic; the man page contains all topics
            saccade help json --schema  JSON Schema of what commands print with --json
            """)

    @Argument(help: ArgumentHelp("Command or topic; without one, all commands are listed.", valueName: "words"))
    var words: [String] = []
    @Flag(help: "Print the JSON Schema of what the command prints with --json; with the topic json, of all commands.")
    var schema = false

    static let topics = TopicCatalogue.all.map(\.name).joined(separator: ", ")

    func run() async throws {
        try await reportingFailures {
            if schema { return try Output.text(try schemaText) }
            try Output.line(try text)
        }
    }

    private var schemaText: String {
        get throws {
            let words = words.map { $0.lowercased() }
            return words == ["json"] || words.isEmpty ? try OutputSchema.text() : try OutputSchema.text(of: words)
        }
    }

    private var text: String {
        get throws {
            let words = words.map { $0.lowercased() }
            if words.count == 1, let topic = TopicCatalogue.topic(words[0]) { return topic.plainText() }
            var command: any ParsableCommand.Type = Saccade.self
            for word in words {
                guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                    let names =
                        command.configuration.subcommands.map { $0._commandName }
                        + (words.count == 1 ? TopicCatalogue.all.map(\.name) : [])
                    let near = Choice.nearest(to: word, among: names) ?? ":"
                    throw CommandFailure(
                        "there is no command or topic '\(words.joined(separator: " "))'\(near) the commands are "
                            + "\(Self.names(within: command)), the topics \(Self.topics)",
                        code: 64)
                }
                command = next
            }
            return Saccade.helpMessage(for: command)
        }
    }

    private static func names(within command: any ParsableCommand.Type) -> String {
        let within = command.configuration.subcommands
        let shown = within.isEmpty ? Saccade.configuration.subcommands : within
        return shown.filter { $0.configuration.shouldDisplay }.map { $0._commandName }.joined(separator: ", ")
    }
}
