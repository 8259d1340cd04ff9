import Configuration
import Messages
import Yams

/// The scheduled edits of a preset, as people write them:
///
/// ```yaml
/// edits:
///   - at: 0.375
///     sliding.exponent: 4
///   - at: 0.5
///     loss.domain_coefficient: 0.3
/// ```
enum ConfigurationEdits {
    static let key = "edits"
    private static let place = "at"

    static func lines(of edits: [ScheduledEdit]) -> [String] {
        ["\(key):"]
            + edits.flatMap { edit in
                ["  - \(place): \(ConfigurationWriter.scalar(.number(edit.progress)))"]
                    + edit.changes.map { "    \($0.key): \(ConfigurationWriter.scalar($0.value))" }
            }
    }

    static func read(
        _ node: Node, _ description: EngineDescription
    ) throws(ConfigurationReader.Failure) -> [ScheduledEdit] {
        if ConfigurationReader.isEmpty(node) { return [] }
        guard case .sequence(let sequence) = node else {
            throw .init(.notAList(found: ConfigurationReader.kind(of: node)), at: node.mark)
        }
        var edits: [ScheduledEdit] = []
        for entry in sequence { edits.append(try edit(entry, description)) }
        return edits
    }

    private static func edit(
        _ node: Node, _ description: EngineDescription
    ) throws(ConfigurationReader.Failure) -> ScheduledEdit {
        var progress: (value: Double, node: Node)?
        var changes: [KnobChange] = []
        var seen: Set<String> = []
        for (keyNode, valueNode) in try ConfigurationReader.mapping(node, what: "an edit") {
            let key = try ConfigurationReader.scalar(keyNode, what: "the name of a setting").string
            guard seen.insert(key).inserted else { throw .init(.duplicateKey(key), at: keyNode.mark) }
            let text = try ConfigurationReader.scalar(valueNode, what: key).string
            do throws(ConfigurationError) {
                if key == place {
                    guard let value = Double(text) else {
                        throw .wrongType(key: place, found: text, expected: "a fraction of the run from 0 to 1")
                    }
                    progress = (value, valueNode)
                } else {
                    changes.append(try description.liveChange(key, text))
                }
            } catch {
                // A key that is wrong is shown, otherwise its value.
                let isKey =
                    switch error {
                    case .unknownKey, .notLive: true
                    default: false
                    }
                throw .init(.value(error), at: isKey ? keyNode.mark : valueNode.mark)
            }
        }
        guard let progress else { throw .init(.editWithoutPlace, at: node.mark) }
        guard !changes.isEmpty else { throw .init(.editWithoutChange, at: node.mark) }
        do throws(ConfigurationError) {
            return try EditSchedule.edit(at: progress.value, changes)
        } catch {
            throw .init(.value(error), at: progress.node.mark)
        }
    }
}
