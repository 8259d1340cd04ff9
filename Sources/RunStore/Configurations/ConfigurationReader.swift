import Configuration
import Foundation
import Messages
import ShippedFiles
import Yams

/// Reads a configuration out of the YAML text of a preset.
///
/// Works on the nodes of the parsed text and lets each knob read its own scalar, because YAML's own idea of types is
/// not what people mean: it takes `no` for false where a name stands and `012` for ten.
package struct ConfigurationReader {
    struct Content: Equatable {
        var configuration = RunConfiguration()
        var note = ""
    }

    /// A problem and where it is.
    package struct Failure: Error {
        package var line: Int
        package var column: Int
        package var problem: ConfigurationProblem

        init(_ problem: ConfigurationProblem, line: Int, column: Int) {
            (self.line, self.column, self.problem) = (line, column, problem)
        }

        init(_ problem: ConfigurationProblem, at mark: Mark?) {
            self.init(problem, line: mark?.line ?? 1, column: mark?.column ?? 1)
        }
    }

    let description: EngineDescription

    init(_ description: EngineDescription) { self.description = description }

    func read(_ data: Data, path: String) throws(PresetError) -> Content {
        guard let text = String(data: data, encoding: .utf8) else {
            let valid = String(decoding: data, as: UTF8.self).prefix { $0 != "\u{FFFD}" }
            let line = valid.unicodeScalars.count { $0 == "\n" } + 1
            throw .content(path: path, line: line, column: 1, problem: .notUTF8)
        }
        do {
            return try read(text)
        } catch {
            throw .content(path: path, line: error.line, column: error.column, problem: error.problem)
        }
    }

    func read(_ text: String) throws(Failure) -> Content {
        var content = Content()
        // A file of comments alone is a preset in which every knob has its default.
        guard let root = try Self.compose(text), !Self.isEmpty(root) else { return content }
        var seen: Set<String> = []
        for (key, value) in try Self.mapping(root, what: "the file") {
            let section = try Self.scalar(key, what: "the name of a section").string
            guard seen.insert(section).inserted else { throw Failure(.duplicateKey(section), at: key.mark) }
            if section == "note" {
                content.note = try Self.scalar(value, what: "the note").string
            } else if section == ConfigurationEdits.key {
                content.configuration.setScheduledEdits(try ConfigurationEdits.read(value, description))
            } else {
                try read(section: section, at: key.mark, value, into: &content.configuration)
            }
        }
        return content
    }

    /// The parsed text; `nil` if there is none.
    package static func compose(_ text: String) throws(Failure) -> Node? {
        guard YAMLExpansion.isBounded(text) else { throw Failure(.aliasesWithoutEnd, at: nil) }
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw failure(error, in: text)
        } catch {
            throw Failure(.syntax("\(error)"), at: nil)
        }
    }

    private func read(
        section: String, at mark: Mark?, _ node: Node, into configuration: inout RunConfiguration
    ) throws(Failure) {
        guard description.sections.contains(section) else {
            if let knob = description.knownKnob(section) {
                throw Failure(.dottedKey(section: knob.section, name: knob.name), at: mark)
            }
            let suggestion = NearestWord.nearest(
                to: section, among: description.sections + ["note", ConfigurationEdits.key])
            throw Failure(.unknownSection(section, suggestion: suggestion, sections: description.sections), at: mark)
        }
        // A section whose knobs are all commented out is left with nothing: that is no mistake.
        if Self.isEmpty(node) { return }
        var seen: Set<String> = []
        for (key, value) in try Self.mapping(node, what: "section '\(section)'") {
            let name = try Self.scalar(key, what: "the name of a setting").string
            guard seen.insert(name).inserted else { throw Failure(.duplicateKey("\(section).\(name)"), at: key.mark) }
            guard let knob = description.knownKnob("\(section).\(name)") else {
                throw Failure(
                    .unknownKey(section: section, name: name, suggestion: suggestion(section, name)), at: key.mark)
            }
            if Self.isEmpty(value) {
                throw Failure(.noValue(key: knob.key, expected: knob.expectation), at: key.mark)
            }
            let text = try Self.scalar(value, what: knob.key).string
            do throws(ConfigurationError) {
                try knob.set(description.value(of: text, for: knob), in: &configuration)
            } catch {
                throw Failure(.value(error), at: value.mark)
            }
        }
    }

    /// A knob of that name in another section is what was meant; otherwise the nearest in this one.
    private func suggestion(_ section: String, _ name: String) -> String? {
        if let elsewhere = description.knobs.first(where: { $0.name == name }) { return elsewhere.key }
        let names = description.knobs.filter { $0.section == section }.map(\.name)
        return NearestWord.nearest(to: name, among: names)
            ?? NearestWord.nearest(to: "\(section).\(name)", among: description.knobs.map(\.key))
    }

    static func mapping(_ node: Node, what: String) throws(Failure) -> Node.Mapping {
        guard case .mapping(let mapping) = node else {
            throw Failure(.notAMapping(what: what, found: Self.kind(of: node)), at: node.mark)
        }
        return mapping
    }

    static func scalar(_ node: Node, what: String) throws(Failure) -> Node.Scalar {
        guard case .scalar(let scalar) = node else {
            throw Failure(.notText(what: what, found: Self.kind(of: node)), at: node.mark)
        }
        return scalar
    }

    /// Nothing after the colon; `""` is something.
    package static func isEmpty(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.string.isEmpty && (scalar.style == .plain || scalar.style == .any)
    }

    package static func kind(of node: Node) -> String {
        switch node {
        case .scalar(let scalar): isEmpty(node) ? "nothing" : "'\(scalar.string.prefix(40))'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    private static func failure(_ error: YamlError, in text: String) -> Failure {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = mark.line <= lines.count ? lines[mark.line - 1] : ""
            return Failure(
                line.prefix { $0 == " " || $0 == "\t" }.contains("\t") ? .tabIndentation : .syntax(problem), at: mark)
        case .duplicatedKeysInMapping(let keys, let context):
            return Failure(.duplicateKey(keys.first ?? ""), at: context.mark)
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0).unicodeScalars
            let column = before.reversed().prefix { $0 != "\n" }.count + 1
            return Failure(.syntax(problem), line: before.count { $0 == "\n" } + 1, column: column)
        default:
            return Failure(.syntax("\(error)"), at: nil)
        }
    }
}
