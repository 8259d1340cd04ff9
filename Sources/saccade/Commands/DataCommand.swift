import ArgumentParser
import Data
import Foundation
import Messages

/// Looks at data sets.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "List, show, download and verify data sets, view recordings, simulate recordings from images.",
        subcommands: [
            List.self, Show.self, DataSamplesCommand.self, DataViewCommand.self, DataExportCommand.self,
            DataPlayCommand.self, Verify.self, DataGetCommand.self,
            Simulate.self,
        ], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the known data sets and where they are.")

        @Option(help: ArgumentHelp("Folder of the data set.", valueName: "dir"))
        var data: String = ""
        @Flag(help: "Print JSON, an array.") var json = false

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.reading, folders: DataFolders(recordings: data))
                let sets = try await host.library.dataSets()
                if json { return try JSON.print(sets) }
                var table = Table(["name", "classes", "recordings", "images", "where"], rightAligned: [1, 2, 3])
                for set in sets {
                    let counts =
                        set.isPresent
                        ? [set.classCount, set.recordingCount, set.imageCount].map(String.init) : ["–", "–", "–"]
                    let place =
                        set.isPresent
                        ? (set.isSimulated ? "simulated; " : "") + set.location
                        : "not found; saccade data show \(set.name) says where to get it"
                    table.add([set.name] + counts + [place])
                }
                print(table.text)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a data set: classes, counts, license.")

        @Argument(help: "Name of the data set.") var name: String
        @Option(help: ArgumentHelp("Folder of the data set.", valueName: "dir"))
        var data: String = ""
        @OptionGroup var sensor: SensorOption
        @OptionGroup var table: TableArguments
        @Flag(help: "Print a JSON object.") var json = false

        struct ClassCount: Encodable {
            var name: String
            var training: Int
            /// `nil` where the set has no validation part of its own.
            var validation: Int?
            var test: Int
        }

        struct Facts: Encodable {
            var set: DataSetSummary
            var classes: [ClassCount]
        }

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.reading, folders: table.folders(data, sensor: sensor.sensor))
                let sets = try await host.library.dataSets()
                guard let set = sets.first(where: { $0.name == name }) else {
                    throw CommandFailure(
                        "there is no data set '\(name)': known are \(sets.map(\.name).joined(separator: ", "))"
                            + (Choice.nearest(to: name, among: sets.map(\.name)) ?? ""),
                        code: 64)
                }
                guard set.isPresent else {
                    // Who names a folder means that the set is there.
                    guard data.isEmpty else {
                        throw CommandFailure("\(set.title) (\(set.name)) not found in \(data): \(set.location)")
                    }
                    if json { return try JSON.print(Facts(set: set, classes: [])) }
                    print("\(set.title) (\(set.name)): not found")
                    print(set.location)
                    print("License: \(set.license)")
                    return
                }
                let (samples, names) = try await SampleArgument.samples(of: name, host)
                let hasValidation = samples.contains { $0.split == "validation" }
                let classes = names.enumerated().map { index, name in
                    let own = samples.filter { $0.classIndex == index }
                    return ClassCount(
                        name: name, training: own.count { $0.split != "test" && $0.split != "validation" },
                        validation: hasValidation ? own.count { $0.split == "validation" } : nil,
                        test: own.count { $0.split == "test" })
                }
                if json { return try JSON.print(Facts(set: set, classes: classes)) }
                print("\(set.title) (\(set.name))\(set.isSimulated ? ", recordings simulated" : "")")
                print("where    \(set.location)")
                print(
                    "sensor   \(set.sensorWidth == 0 ? Self.unknownSensor(set) : "\(set.sensorWidth)×\(set.sensorHeight)")"
                )
                print("images   \(set.imageCount)")
                print("license  \(set.license)")
                for note in set.notes { print("note     \(note)") }
                var rows = Table(
                    hasValidation ? ["class", "training", "validation", "test"] : ["class", "training", "test"],
                    rightAligned: [1, 2, 3])
                for entry in classes {
                    rows.add(
                        [entry.name, "\(entry.training)"] + (entry.validation.map { ["\($0)"] } ?? []) + [
                            "\(entry.test)"
                        ])
                }
                print(rows.text)
            }
        }

        private static func unknownSensor(_ set: DataSetSummary) -> String {
            set.name == "folders"
                ? "as the files say, or their largest extent; found when they are first read; --sensor sets it"
                : "varies by recording, unless data.sensor sets one for all"
        }
    }
}
