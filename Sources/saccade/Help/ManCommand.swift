import ArgumentParser
import Foundation

/// Prints the man page.
struct ManCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Print the man page: `saccade man > saccade.1`, `saccade man | man -l -`.",
        discussion: "It contains the --help of every command and every topic of `saccade help TOPIC`.")

    func run() async throws {
        try await reportingFailures {
            try Output.line(try ManualPage(helpDump: Self.helpDump).text)
        }
    }
}

extension ManCommand {
    /// What `--experimental-dump-help` prints: a request for it ends parsing with an error that carries the text.
    fileprivate static var helpDump: String {
        do {
            _ = try Saccade.parseAsRoot(["--experimental-dump-help"])
            return ""
        } catch {
            return Saccade.message(for: error)
        }
    }
}

/// A page in mdoc(7), the language of man pages, out of the command line's own description of itself.
struct ManualPage {
    private struct Dump: Decodable { var command: Command }

    private struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }

        var kind: String
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?
    }

    private let root: Command

    /// - Parameter helpDump: the JSON of `--experimental-dump-help`.
    init(helpDump: String) throws {
        root = try JSONDecoder().decode(Dump.self, from: Data(helpDump.utf8)).command
    }

    var text: String {
        var lines = [".Dd November 25, 2026", ".Dt SACCADE 1", ".Os", ".Sh NAME"]
        lines += [".Nm \(root.commandName)", ".Nd \(Self.escaped(Self.name(root.abstract)))", ".Sh SYNOPSIS"]
        lines += Self.synopsis(root, path: [])
        lines += [".Sh DESCRIPTION"] + Self.paragraphs(root.discussion) + Self.options(root)
        lines.append(".Sh COMMANDS")
        for command in root.subcommands ?? [] { lines += Self.section(command, path: []) }
        for topic in TopicCatalogue.all { lines += Self.section(topic) }
        return lines.joined(separator: "\n")
    }

    private static func section(_ topic: Topic) -> [String] {
        var lines = [".Sh \(escaped(topic.title.uppercased()))"]
        var hasBegun = false
        for line in topic.blocks.flatMap(block) {
            // A paragraph stands apart from its heading by itself.
            if line == ".Pp", !hasBegun || lines.last?.hasPrefix(".S") == true { continue }
            hasBegun = true
            lines.append(line)
        }
        return lines
    }

    private static func block(_ block: Topic.Block) -> [String] {
        var lines: [String] = []
        switch block {
        case .heading(let text): lines.append(".Ss \(escaped(text))")
        case .text(let text):
            lines.append(".Pp")
            lines += paragraphs(text)
        case .lines(let text):
            lines.append(".Bd -literal")
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append(escaped(String(line)))
            }
            lines.append(".Ed")
        case .list(let entries):
            lines.append(".Bl -tag -width Ds")
            for entry in entries {
                lines.append(".It \(argument(entry.term))")
                lines += paragraphs(entry.meaning)
            }
            lines.append(".El")
        }
        return lines
    }

    /// A term as the argument of a macro, behind a mark that takes no room: words could be macros themselves, and a
    /// bracket or a full stop alone would be punctuation.
    private static func argument(_ text: String) -> String {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false).map { part in
            let safe = escaped(String(part))
            return safe.hasPrefix("\\&") ? String(safe.dropFirst(2)) : safe
        }
        return "\"\\&" + parts.joined(separator: "\\(dq") + "\""
    }

    /// A name takes no full stop.
    private static func name(_ abstract: String?) -> String {
        let text = abstract ?? ""
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private static func section(_ command: Command, path: [String]) -> [String] {
        guard command.shouldDisplay ?? true, command.commandName != "help" else { return [] }
        let path = path + [command.commandName]
        var lines = [".Ss \(path.joined(separator: " "))"]
        lines += paragraphs(command.abstract) + [".Pp"] + synopsis(command, path: path)
        if let discussion = command.discussion { lines += [".Pp"] + paragraphs(discussion) }
        lines += options(command)
        for sub in command.subcommands ?? [] { lines += section(sub, path: path) }
        return lines
    }

    private static func shown(_ command: Command) -> [Argument] {
        (command.arguments ?? []).filter { argument in
            argument.shouldDisplay && !(argument.names ?? []).contains { ["help", "version"].contains($0.name) }
        }
    }

    private static func synopsis(_ command: Command, path: [String]) -> [String] {
        var line = ([".Nm saccade"] + path.map { "Cm \($0)" }).joined(separator: " ")
        if command.subcommands?.isEmpty == false { line += " Ar subcommand" }
        return [line]
            + shown(command).map { argument in
                let body = flag(argument)
                let repeated = argument.isRepeating ? " Ns ..." : ""
                return argument.isOptional ? ".Op \(body)\(repeated)" : ".\(body)\(repeated)"
            }
    }

    private static func flag(_ argument: Argument) -> String {
        let value = escaped(argument.valueName ?? "value").replacingOccurrences(of: " ", with: "_")
        guard argument.kind != "positional" else { return "Ar \(value)" }
        let names = (argument.names ?? []).map { "Fl \($0.kind == "short" ? "" : "-")\($0.name)" }
        let text = names.joined(separator: " | ")
        return argument.kind == "option" ? "\(text) Ar \(value)" : text
    }

    private static func options(_ command: Command) -> [String] {
        let arguments = shown(command)
        guard !arguments.isEmpty else { return [] }
        return [".Bl -tag -width Ds"]
            + arguments.flatMap { argument in
                var text = paragraphs(argument.abstract)
                if let value = argument.defaultValue, !value.isEmpty, argument.kind != "flag" {
                    text.append("Default: \(escaped(value)).")
                }
                return [".It \(flag(argument))"] + text
            } + [".El"]
    }

    /// A line that is indented keeps its layout; of the others every sentence begins a line, as mdoc wants it.
    private static func paragraphs(_ text: String?) -> [String] {
        var lines: [String] = []
        var isLiteral = false
        for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(" ") != isLiteral {
                isLiteral.toggle()
                // A display stands apart by itself.
                if isLiteral, lines.last == ".Pp" { lines.removeLast() }
                lines.append(isLiteral ? ".Bd -literal" : ".Ed")
            }
            if line.isEmpty {
                lines.append(".Pp")
            } else if isLiteral {
                lines.append(escaped(String(line)))
            } else {
                lines += wrapped(line).map(escaped)
            }
        }
        if isLiteral { lines.append(".Ed") }
        return lines.filter { !$0.isEmpty }
    }

    /// A line for every sentence, and none longer than a terminal is wide.
    private static func wrapped(_ text: Substring) -> [String] {
        var (lines, line) = ([String](), "")
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > 76 || line.last.map({ ".?!".contains($0) }) ?? false {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }

    /// A dot or an apostrophe at the beginning of a line would be a macro, a backslash an escape.
    private static func escaped(_ text: String) -> String {
        let safe = text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "\n", with: " ")
        let plain = safe.unicodeScalars.map {
            $0.isASCII ? String($0) : "\\[u" + String(format: "%04X", $0.value) + "]"
        }.joined()
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
