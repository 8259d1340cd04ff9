import Configuration
import Messages

/// Writes a configuration as YAML text that `ConfigurationReader` reads back as the same configuration.
struct ConfigurationWriter {
    enum Extent {
        /// Only knobs that differ from their defaults.
        case differences
        /// Every knob there is.
        case everything
    }

    let description: EngineDescription

    init(_ description: EngineDescription) { self.description = description }

    static let presetHeading = """
        A saccade preset: a mapping for each section, with the settings that differ from their defaults.
        All other settings have their defaults. `saccade presets show --keys` lists every setting.
        """

    /// - Parameter heading: lines of comment for the top.
    func text(
        of configuration: RunConfiguration, note: String, heading: String, extent: Extent
    ) -> String {
        var blocks = [heading.split(separator: "\n").map { "# \($0)" }.joined(separator: "\n")]
        if !note.isEmpty { blocks.append(Self.noteLines(note).joined(separator: "\n")) }
        for section in description.sections {
            let knobs = description.knobs.filter {
                $0.section == section && $0.kind != .edits
                    && (extent == .everything || $0.value(in: configuration) != $0.defaultValue)
            }
            guard !knobs.isEmpty else { continue }
            let lines = knobs.map { "  \($0.name): \(Self.scalar($0.value(in: configuration)))" }
            blocks.append(([section + ":"] + lines).joined(separator: "\n"))
        }
        let edits = (try? description.scheduledEdits(of: configuration)) ?? []
        if !edits.isEmpty { blocks.append(ConfigurationEdits.lines(of: edits).joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// `note: …` on one line, or as an indented block if it has several.
    static func noteLines(_ note: String) -> [String] {
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        // A block holds its lines as they are; where that would lose something the text is quoted instead.
        let suitsBlock =
            lines.count > 1
            && lines.allSatisfy { line in
                line.first.map { $0 != " " } ?? false
                    && line.unicodeScalars.allSatisfy { YAMLScalar.isPrintable($0) }
            }
        return suitsBlock ? ["note: |-"] + lines.map { "  \($0)" } : ["note: \(YAMLScalar.text(note))"]
    }

    static func scalar(_ value: KnobValue) -> String {
        switch value {
        case .text(let text): return YAMLScalar.text(text)
        case .number, .integer, .flag:
            // Other readers of YAML take 1e-05 for text and 1.0e-05 for a number.
            let text = value.description
            guard case .number = value, let exponent = text.firstIndex(of: "e"), !text.contains(".") else {
                return text
            }
            return text[..<exponent] + ".0" + text[exponent...]
        }
    }
}
