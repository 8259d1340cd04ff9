import ArgumentParser
import Configuration
import Engine
import Foundation
import Messages
import RunStore

/// What a command did, for `--json`.
private struct PresetChanged: Encodable {
    var name: String
    var path: String
}

extension PresetsCommand {
    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save a preset of your own, with the settings that --preset and --set give.",
            discussion: "With --replace, the comments and order of the old file are kept where possible.")

        @Argument(help: "Name of the preset.") var name: String
        @OptionGroup var options: ConfigurationOptions
        @Option(help: "Description of the preset; with --replace, the old one is kept by default.") var note: String?
        @Flag(help: "Overwrite your own preset of this name.") var replace = false
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            try await reportingFailures {
                let presets = try Host(.existing).presets
                try PresetsCommand.save(
                    name, try options.configuration(presets), note: note, replacing: replace, presets, json: json)
            }
        }
    }

    struct FromRun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "from-run",
            abstract: "Save a run as a preset: its initial settings, and its edits as a schedule.",
            discussion:
                "A new run with the preset applies the same edits at the same steps and gives the same weights, bit for bit."
        )

        @OptionGroup var subject: RunArgument
        @Argument(help: "Name of the preset.") var name: String
        @Flag(help: "Use the final values from the start, instead of scheduling the edits.") var last = false
        @Option(help: "Description of the preset.") var note: String?
        @Flag(help: "Overwrite your own preset of this name.") var replace = false
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.existing)
                var configuration = try host.stored
                    .scheduledConfiguration(of: subject.run)
                if last {
                    configuration = try host.store.lastState(run: subject.run).configuration
                    configuration.setScheduledEdits([])
                }
                let id = try host.store.identifier(of: subject.run)
                let trainer = ExternalTrainer.description(keptIn: host.store.folder(of: id))
                try PresetsCommand.save(
                    name, configuration, note: note ?? "From the run \(id).", replacing: replace,
                    Host.presets(host.paths, of: trainer), json: json)
            }
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rename one of your own presets.")

        @Argument(help: "Name of the preset.", completion: .custom { _, _, _ in RunCompletion.presets() }) var name:
            String
        @Argument(help: "The new name.") var newName: String
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            try await reportingFailures {
                let presets = try Host(.existing).presets
                try presets.rename(name, to: newName)
                if json {
                    return try JSON.print(PresetChanged(name: newName, path: try presets.load(newName).file.path))
                }
                try Output.line("\(name) renamed to \(newName)")
            }
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare a preset with another one, or with the defaults.")

        @Argument(
            help: ArgumentHelp("A preset's name or file.", valueName: "left"),
            completion: .custom { _, _, _ in RunCompletion.presets() })
        var left: String
        @Argument(
            help: ArgumentHelp(
                "Another preset, or run:NAME for a run; default: the default settings.", valueName: "right"),
            completion: .custom { _, _, _ in RunCompletion.presets() })
        var right: String?
        @Flag(help: "Also list settings that are the same.") var all = false
        @Flag(help: "Print a JSON object.") var json = false

        func run() async throws {
            try await reportingFailures {
                let defaults = ComparisonSide.configuration(title: "defaults", RunConfiguration())
                try ComparisonPrinter(showsAll: all, json: json)
                    .print(Self.side(left), right.map(Self.side) ?? defaults, Host(.reading))
            }
        }

        private static func side(_ text: String) -> ComparisonSide {
            text.hasPrefix("run:") ? .run(String(text.dropFirst(4))) : .preset(text)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete presets of your own.")

        @Argument(help: "Names of the presets.", completion: .custom { _, _, _ in RunCompletion.presets() }) var names:
            [String]
        @Flag(help: "Do not ask for confirmation.") var yes = false
        @Flag(help: "Print JSON, an array of names.") var json = false

        func run() async throws {
            try await reportingFailures {
                let presets = try Host(.existing).presets
                let known = try presets.list()
                for name in names {
                    // Also one whose file cannot be read may go.
                    guard known.contains(where: { $0.name == name }) else {
                        _ = try presets.load(name)
                        continue
                    }
                }
                if !yes {
                    for preset in known where names.contains(preset.name) { try Output.line(preset.path) }
                    try Confirmation.ask("Delete \(names.count == 1 ? "this preset" : "these presets")?")
                }
                for name in names { try presets.delete(name) }
                if json { return try JSON.print(names) }
                for name in names { try Output.line("\(name) deleted") }
            }
        }
    }

    fileprivate static func save(
        _ name: String, _ configuration: RunConfiguration, note: String?, replacing: Bool, _ presets: PresetStore,
        json: Bool
    ) throws {
        let old = replacing ? (try? presets.load(name))?.note : nil
        try presets.save(name: name, configuration: configuration, note: note ?? old ?? "", replacing: replacing)
        let path = try presets.load(name).file.path
        if json { return try JSON.print(PresetChanged(name: name, path: path)) }
        try Output.line("\(name) saved to \(path)")
    }
}
