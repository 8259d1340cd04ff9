import ArgumentParser
import Configuration
import Engine
import Foundation
import Messages
import RunStore
import Training

/// Looks at presets.
struct PresetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets", abstract: "List, show, save, compare, rename and delete presets.",
        subcommands: [
            List.self, Show.self, Save.self, FromRun.self, Diff.self, Rename.self, Delete.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List presets, built-in and your own.")

        @Flag(help: "Print JSON, an array.") var json = false

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.reading)
                let presets = try host.stored.listedPresets()
                if json { return try JSON.print(presets) }
                var table = Table(["name", "", "runs", "note"], rightAligned: [2])
                for preset in presets {
                    table.add([
                        preset.name, preset.isBuiltIn ? "built-in" : "own", "\(preset.useCount)",
                        preset.problem ?? preset.note,
                    ])
                }
                print(table.text)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the settings of a preset, or with --keys all settings.")

        @Argument(help: ArgumentHelp("A preset's name or file.", valueName: "name|file")) var name: String?
        @Flag(help: "Explain every setting: key, default, allowed values, purpose.") var keys = false
        @Flag(help: "Print a JSON object.") var json = false

        struct KnobLine: Encodable {
            var key: String
            var value: KnobValue
            var takes: String
            var isLive: Bool
            var help: String
        }

        func validate() throws {
            if name == nil, !keys { throw ValidationError("give the name of a preset, or --keys") }
        }

        func run() async throws {
            try await reportingFailures {
                let preset = try name.map { try Host(.reading).presets.load($0) }
                let configuration = preset?.configuration ?? RunConfiguration()
                if keys { return try showKeys(configuration) }
                if json { return try JSON.print(configuration) }
                guard let preset else { return }
                print("\(preset.name)\(preset.isBuiltIn ? " (built-in)" : "")  \(preset.file.path)")
                if !preset.note.isEmpty { print(preset.note) }
                for knob in EngineDescription.shipped.knobs {
                    let (value, usual) = (knob.value(in: configuration), knob.defaultValue)
                    print("\(value == usual ? " " : "*") \(knob.key): \(value)")
                }
                print("\n* differs from the default")
            }
        }

        private func showKeys(_ configuration: RunConfiguration) throws {
            let lines = EngineDescription.shipped.knobs.map { knob in
                var takes = knob.expectation
                if case .catalogue(let catalogue) = knob.kind,
                    let names = EngineDescription.shipped.catalogues[catalogue]
                {
                    takes = "one of " + names.joined(separator: ", ")
                }
                return KnobLine(
                    key: knob.key, value: knob.value(in: configuration), takes: takes, isLive: knob.isLive,
                    help: knob.help)
            }
            if json { return try JSON.print(lines) }
            for line in lines {
                print("\(line.key) = \(line.value)\(line.isLive ? "   (live)" : "")")
                print("    \(line.help)\n    Takes \(line.takes).")
            }
        }
    }
}
