import FileFormats
import Files
import Foundation
import ShippedFiles

/// The JSON Schema of what commands print with `--json`: a document with a definition for each command.
enum OutputSchema {
    /// - Throws: `CommandFailure` if the document is not there or damaged.
    static func document() throws -> [String: Any] {
        let path = ShippedFiles.outputSchema.path
        guard let bytes = try? RegularFile.read(path, limit: 4 << 20),
            let object = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        else { throw CommandFailure("\(path) cannot be read: reinstall the program, with which it comes") }
        return object
    }

    /// As it ships.
    static func text() throws -> String {
        _ = try document()
        return try String(contentsOf: ShippedFiles.outputSchema, encoding: .utf8)
    }

    /// The lines of one command.
    ///
    /// - Parameter words: `["runs", "list"]`.
    /// - Throws: `CommandFailure`, a usage error for a command that prints no JSON.
    static func text(of words: [String]) throws -> String {
        var document = try document()
        let name = words.joined(separator: "-")
        guard let definitions = document["$defs"] as? [String: Any], definitions[name] != nil else {
            throw CommandFailure("`saccade \(words.joined(separator: " "))` prints no JSON", code: 64)
        }
        document["anyOf"] = nil
        document["$ref"] = "#/$defs/" + name
        document["$id"] = "urn:saccade:output:" + name
        let used = used(from: name, in: definitions)
        document["$defs"] = definitions.filter { used.contains($0.key) }
        let data = try JSONSerialization.data(
            withJSONObject: document, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// The definitions that one needs, itself included.
    private static func used(from name: String, in definitions: [String: Any]) -> Set<String> {
        var (found, open): (Set<String>, [String]) = ([], [name])
        while let next = open.popLast() {
            guard found.insert(next).inserted, let definition = definitions[next] else { continue }
            open += references(in: definition)
        }
        return found
    }

    private static func references(in value: Any) -> [String] {
        switch value {
        case let object as [String: Any]:
            object.flatMap { key, value -> [String] in
                if key == "$ref", let target = value as? String {
                    return [String(target.split(separator: "/").last ?? "")]
                }
                return references(in: value)
            }
        case let list as [Any]: list.flatMap(references)
        default: []
        }
    }
}
