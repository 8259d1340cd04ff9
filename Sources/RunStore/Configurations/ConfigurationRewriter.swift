import Configuration
import Messages
import Yams

/// Puts new values into the text of a preset and leaves the rest of it, comments and order, as people wrote it.
///
/// Works line by line on the places that the parser reports. Texts laid out so that a line is not enough (values over
/// several lines, `{flow: style}`) are given up: the caller writes a fresh text then.
struct ConfigurationRewriter {
    private typealias Line = [Unicode.Scalar]

    private let description: EngineDescription
    private var lines: [Line]
    /// New lines to stand before the line of that index.
    private var insertions: [Int: [Line]] = [:]
    private var removed: Set<Int> = []

    /// - Returns: a text that reads as exactly this configuration and note; `nil` if the old one cannot be edited.
    static func rewrite(
        _ text: String, configuration: RunConfiguration, note: String, described description: EngineDescription
    ) -> String? {
        let reader = ConfigurationReader(description)
        guard let old = try? reader.read(text), let root = try? ConfigurationReader.compose(text),
            let mapping = root.mapping, mapping.style != .flow
        else { return nil }
        var rewriter = ConfigurationRewriter(
            description: description,
            lines: text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init))
        guard rewriter.put(configuration, into: mapping),
            configuration.stored(EditSchedule.key) == old.configuration.stored(EditSchedule.key)
                || rewriter.put(
                    edits: (try? description.scheduledEdits(of: configuration)) ?? [], into: mapping),
            note == old.note || rewriter.put(note: note, into: mapping)
        else { return nil }
        let edited = rewriter.text
        // Whatever the layout was: what counts is that it reads as what was to be written.
        guard let read = try? reader.read(edited),
            read == ConfigurationReader.Content(configuration: configuration, note: note)
        else { return nil }
        return edited
    }

    private var text: String {
        var result: [Line] = []
        for index in 0...lines.count {
            result += insertions[index] ?? []
            if index < lines.count, !removed.contains(index) { result.append(lines[index]) }
        }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: result.joined(separator: ["\n"]))
        return String(scalars)
    }

    private mutating func put(_ configuration: RunConfiguration, into root: Node.Mapping) -> Bool {
        var missing = description.knobs.filter {
            $0.kind != .edits && $0.value(in: configuration) != $0.defaultValue
        }
        for (sectionKey, section) in root where !["note", ConfigurationEdits.key].contains(sectionKey.string) {
            guard let name = sectionKey.string, let sectionLine = sectionKey.mark?.line else { return false }
            var lastLine = sectionLine
            var indentation = 2
            if let mapping = section.mapping {
                guard mapping.style != .flow else { return false }
                for (key, value) in mapping {
                    guard let knobName = key.string, let knob = description.knownKnob("\(name).\(knobName)"),
                        let mark = key.mark, replace(value, of: knob, with: knob.value(in: configuration))
                    else { return false }
                    missing.removeAll { $0.key == knob.key }
                    (lastLine, indentation) = (max(lastLine, mark.line), mark.column - 1)
                }
            }
            // `lastLine` counts from 1, so it is the index of the line after.
            let added = missing.filter { $0.section == name }
            insertions[lastLine, default: []] += added.map { Self.line(of: $0, configuration, indentation) }
            missing.removeAll { $0.section == name }
        }
        appendSections(of: missing, configuration)
        return true
    }

    private mutating func appendSections(of knobs: [Knob], _ configuration: RunConfiguration) {
        guard !knobs.isEmpty else { return }
        // The text behind the last newline is an empty line that is to stay the last.
        while let last = lines.last, last.allSatisfy({ $0.properties.isWhitespace }) { lines.removeLast() }
        for section in description.sections where knobs.contains(where: { $0.section == section }) {
            lines += [[], Array("\(section):".unicodeScalars)]
            lines += knobs.filter { $0.section == section }.map { Self.line(of: $0, configuration, 2) }
        }
        lines.append([])
    }

    private static func line(of knob: Knob, _ configuration: RunConfiguration, _ indentation: Int) -> Line {
        let text = "\(knob.name): \(ConfigurationWriter.scalar(knob.value(in: configuration)))"
        return Array((String(repeating: " ", count: indentation) + text).unicodeScalars)
    }

    /// Puts a value where the old one stands; what follows on the line stays. A value that is the same already is not
    /// touched.
    private mutating func replace(_ node: Node, of knob: Knob, with value: KnobValue) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        if let old = try? knob.parse(scalar.string), old == value { return true }
        return replace(scalar, with: ConfigurationWriter.scalar(value))
    }

    private mutating func replace(_ scalar: Node.Scalar, with text: String) -> Bool {
        guard let mark = scalar.mark, lines.indices.contains(mark.line - 1) else { return false }
        let line = lines[mark.line - 1]
        let start = mark.column - 1
        guard line.indices.contains(start), let end = Self.end(of: scalar.style, in: line, from: start) else {
            return false
        }
        lines[mark.line - 1] = line[..<start] + Array(text.unicodeScalars) + line[end...]
        return true
    }

    /// Where a scalar on one line ends; `nil` if it goes on below.
    private static func end(of style: Node.Scalar.Style, in line: Line, from start: Int) -> Int? {
        switch style {
        case .plain, .any:
            var end = line.count
            for index in line.indices[start...].dropFirst() where line[index] == "#" && line[index - 1] == " " {
                end = index
                break
            }
            while end > start, line[end - 1].properties.isWhitespace { end -= 1 }
            return end
        case .singleQuoted, .doubleQuoted:
            let quote = line[start]
            var index = start + 1
            while index < line.count {
                if line[index] == "\\", style == .doubleQuoted {
                    index += 2
                } else if line[index] == quote {
                    guard style == .singleQuoted, index + 1 < line.count, line[index + 1] == quote else {
                        return index + 1
                    }
                    index += 2
                } else {
                    index += 1
                }
            }
            return nil
        case .literal, .folded: return nil
        }
    }

    private mutating func put(note: String, into root: Node.Mapping) -> Bool {
        let new = note.isEmpty ? [] : ConfigurationWriter.noteLines(note).map { Array($0.unicodeScalars) }
        guard let (key, value) = root.first(where: { $0.key.string == "note" }).map({ ($0.key, $0.value) }) else {
            return insert(note: new, into: root)
        }
        guard let line = key.mark?.line, case .scalar(let scalar) = value else { return false }
        let next = end(ofBlockAt: line)
        if next == line, new.count == 1, !ConfigurationReader.isEmpty(value) {
            return replace(scalar, with: String(ConfigurationWriter.noteLines(note)[0].dropFirst("note: ".count)))
        }
        removed.formUnion((line - 1)..<next)
        insertions[line - 1, default: []].insert(contentsOf: new, at: 0)
        return true
    }

    /// The index of the line after a key's own lines: the indented ones below it, with blank lines between them.
    ///
    /// - Parameter line: of the key, from 1.
    private func end(ofBlockAt line: Int, alsoBegunWith marks: Set<Unicode.Scalar> = []) -> Int {
        var next = line
        for index in line..<lines.count {
            guard let first = lines[index].first else { continue }
            guard first == " " || first == "\t" || marks.contains(first) else { break }
            next = index + 1
        }
        return next
    }

    /// In the place of the old ones, or at the end.
    private mutating func put(edits: [ScheduledEdit], into root: Node.Mapping) -> Bool {
        let new = edits.isEmpty ? [] : ConfigurationEdits.lines(of: edits).map { Array($0.unicodeScalars) }
        if let key = root.first(where: { $0.key.string == ConfigurationEdits.key })?.key {
            guard let line = key.mark?.line else { return false }
            removed.formUnion((line - 1)..<end(ofBlockAt: line, alsoBegunWith: ["-"]))
            insertions[line - 1, default: []].insert(contentsOf: new, at: 0)
        } else {
            while let last = lines.last, last.allSatisfy({ $0.properties.isWhitespace }) { lines.removeLast() }
            lines += [[]] + new + [[]]
        }
        return true
    }

    /// Above the first section, and above the comment that stands directly over it, unless that is the file's heading.
    private mutating func insert(note: [Line], into root: Node.Mapping) -> Bool {
        guard let line = root.first?.key.mark?.line else { return false }
        var index = line - 1
        while index > 0, lines[index - 1].first == "#" { index -= 1 }
        if index == 0 { index = line - 1 }
        insertions[index, default: []].insert(contentsOf: note + [[]], at: 0)
        return true
    }
}
