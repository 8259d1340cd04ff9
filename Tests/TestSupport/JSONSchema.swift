import Foundation

/// Checks values against a JSON Schema, as far as this project's own documents use the language: `type`, `enum`, `const`,
/// `anyOf`, `$ref` to `#/$defs/…`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `pattern`.
///
/// A keyword that it does not know is a problem: a document that grows beyond it must not pass unseen.
public struct JSONSchema {
    private let document: [String: Any]
    private let definitions: [String: Any]

    private static let known: Set<String> = [
        "type", "enum", "const", "anyOf", "$ref", "properties", "required", "additionalProperties", "items", "minItems",
        "maxItems", "pattern",
    ]
    private static let annotations: Set<String> = ["description", "title", "format", "$schema", "$id", "$defs"]

    public init(_ data: Data) throws {
        let object = try JSONSerialization.jsonObject(with: data)
        document = object as? [String: Any] ?? [:]
        definitions = document["$defs"] as? [String: Any] ?? [:]
    }

    /// Names of the definitions.
    public var names: Set<String> { Set(definitions.keys) }

    /// What is wrong with a value, with its place; empty if nothing is.
    ///
    /// - Parameter definition: a name in `$defs`.
    public func problems(of value: Any, as definition: String) -> [String] {
        guard let schema = definitions[definition] else { return ["there is no definition \(definition)"] }
        return problems(value, schema, "$")
    }

    private func problems(_ value: Any, _ schema: Any, _ place: String) -> [String] {
        if let flag = schema as? Bool { return flag ? [] : ["\(place) is not allowed"] }
        guard let schema = schema as? [String: Any] else { return ["\(place): the schema is none"] }
        var found = schema.keys.filter { !Self.known.contains($0) && !Self.annotations.contains($0) }
            .map { "\(place): the schema has \($0), which is not checked" }
        if let reference = schema["$ref"] as? String {
            let name = String(reference.split(separator: "/").last ?? "")
            guard reference.hasPrefix("#/$defs/"), let target = definitions[name] else {
                return ["\(place): \(reference) leads nowhere"]
            }
            found += problems(value, target, place)
        }
        if let types = schema["type"] {
            let names = types as? [String] ?? [types as? String ?? ""]
            if !names.contains(where: { Self.isA($0, value) }) {
                return found + ["\(place) is \(Self.shown(value)), not \(names.joined(separator: " or "))"]
            }
        }
        if let values = schema["enum"] as? [Any], !values.contains(where: { Self.equal($0, value) }) {
            found.append("\(place) is \(Self.shown(value)), none of \(values)")
        }
        if let constant = schema["const"], !Self.equal(constant, value) {
            found.append("\(place) is \(Self.shown(value)), not \(constant)")
        }
        if let pattern = schema["pattern"] as? String, let text = value as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            found.append("\(place) is '\(text)', not as \(pattern)")
        }
        if let choices = schema["anyOf"] as? [Any] {
            let all = choices.map { problems(value, $0, place) }
            if !all.contains(where: \.isEmpty) {
                // That which is nearest is most likely meant.
                let nearest = all.min { $0.count < $1.count } ?? []
                found.append("\(place) is none of \(choices.count): " + nearest.prefix(3).joined(separator: "; "))
            }
        }
        if let object = value as? [String: Any] { found += problems(object: object, schema, place) }
        if let list = value as? [Any] { found += problems(list: list, schema, place) }
        return found
    }

    private func problems(object: [String: Any], _ schema: [String: Any], _ place: String) -> [String] {
        let properties = schema["properties"] as? [String: Any] ?? [:]
        var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(place).\($0) is missing"
        }
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            if let property = properties[key] {
                found += problems(value, property, "\(place).\(key)")
            } else if let others = schema["additionalProperties"] {
                found += problems(value, others, "\(place).\(key)")
            }
        }
        return found
    }

    private func problems(list: [Any], _ schema: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        if let least = schema["minItems"] as? Int, list.count < least {
            found.append("\(place) has \(list.count) items")
        }
        if let most = schema["maxItems"] as? Int, list.count > most { found.append("\(place) has \(list.count) items") }
        guard let items = schema["items"] else { return found }
        return found + list.enumerated().flatMap { problems($0.element, items, "\(place)[\($0.offset)]") }
    }

    private static func isBoolean(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" || $0 === (true as NSNumber) } ?? (value is Bool)
    }

    private static func isA(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "null": return value is NSNull
        case "boolean": return isBoolean(value)
        case "string": return value is String
        case "array": return value is [Any]
        case "object": return value is [String: Any]
        case "number": return value is NSNumber && !isBoolean(value)
        case "integer":
            guard let number = value as? NSNumber, !isBoolean(value) else { return false }
            return number.doubleValue == number.doubleValue.rounded()
        default: return false
        }
    }

    private static func equal(_ left: Any, _ right: Any) -> Bool {
        switch (left, right) {
        case (let left as String, let right as String): left == right
        case (let left as NSNumber, let right as NSNumber): left == right && isBoolean(left) == isBoolean(right)
        default: false
        }
    }

    private static func shown(_ value: Any) -> String { String("\(value)".prefix(60)) }
}
