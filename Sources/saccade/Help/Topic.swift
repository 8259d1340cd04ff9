import Foundation

/// Something that users look up and that belongs to no single command: a section of the man page, and what
/// `saccade help NAME` prints.
struct Topic: Sendable {
    enum Block: Sendable, Hashable {
        /// A heading within the topic.
        case heading(String)
        /// Sentences that may be wrapped.
        case text(String)
        /// Lines as they are: commands, tables.
        case lines(String)
        /// Terms, and what they mean.
        case list([Entry])
    }

    struct Entry: Sendable, Hashable {
        var term: String
        var meaning: String

        init(_ term: String, _ meaning: String) { (self.term, self.meaning) = (term, meaning) }
    }

    /// As in `saccade help NAME`.
    let name: String
    /// A few words: the heading in the man page, and the line in the list of topics.
    let title: String
    let blocks: [Block]

    /// Plain text.
    ///
    /// - Parameter width: columns at most; lines that may not be wrapped can be longer.
    func plainText(width: Int = 80) -> String {
        var parts = [title]
        for block in blocks {
            switch block {
            case .heading(let text): parts.append(text + ":")
            case .text(let text): parts.append(Self.wrapped(text, width: width).joined(separator: "\n"))
            case .lines(let text):
                parts.append(
                    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(
                        separator: "\n"))
            case .list(let entries): parts.append(Self.table(entries, width: width))
            }
        }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ entries: [Entry], width: Int) -> String {
        // A long term stands on a line of its own.
        let column = min(26, (entries.map(\.term.count).max() ?? 0) + 4)
        return entries.flatMap { entry -> [String] in
            let term = "  " + entry.term
            let meaning = wrapped(entry.meaning, width: width - column)
            let blank = String(repeating: " ", count: column)
            guard term.count + 2 <= column, let first = meaning.first else {
                return [term] + meaning.map { blank + $0 }
            }
            return [term + String(repeating: " ", count: column - term.count) + first]
                + meaning.dropFirst().map { blank + $0 }
        }.joined(separator: "\n")
    }

    static func wrapped(_ text: String, width: Int) -> [String] {
        var (lines, line) = ([String](), "")
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + (line.isEmpty ? [] : [line])
    }
}

/// Every topic, in the order of the man page, whose last sections have an order of their own.
enum TopicCatalogue {
    static let all: [Topic] = [
        .keys, .files, .dataSets, .networks, .nir, .settings, .training, .studies, .cluster, .ranks, .engine, .results,
        .speed,
        .limits, .json, .environment,
        .exitStatus,
        .examples,
    ]

    static func topic(_ name: String) -> Topic? { all.first { $0.name == name } }
}
