import ArgumentParser
import Data
import Foundation
import Messages

/// One recording of a data set, as a command names it.
struct SampleArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("Name of the data set.", valueName: "set")) var set: String
    @Argument(
        help: ArgumentHelp("The recording: its name, or its number in `data samples`.", valueName: "sample"))
    var sample: String
    @Option(help: ArgumentHelp("Folder of the data set.", valueName: "dir")) var data: String = ""
    @OptionGroup var sensor: SensorOption
    @OptionGroup var table: TableArguments

    var folders: DataFolders { table.folders(data, sensor: sensor.sensor) }

    /// - Throws: `CommandFailure` if there is no such data set or recording.
    func reference(_ host: Host) async throws -> SampleReference {
        let (samples, _) = try await Self.samples(of: set, host)
        if let index = Int(sample), samples.contains(where: { $0.index == index }) {
            return SampleReference(dataSet: set, index: index)
        }
        if let found = samples.first(where: { $0.name == sample }) {
            return SampleReference(dataSet: set, index: found.index)
        }
        throw CommandFailure(
            "\(set) has no recording '\(sample)': give a number from 0 to \(max(0, samples.count - 1)), or a name that "
                + "`saccade data samples \(set)` lists", code: 64)
    }

    static func samples(of set: String, _ host: Host) async throws -> ([SampleSummary], [String]) {
        do {
            let list = try await host.library.samples(of: set)
            return (list.samples, list.classNames)
        } catch {
            throw CommandFailure("\(error)", code: DataSetCatalogue.names.contains(set) ? 1 : 64)
        }
    }

    func picture(_ host: Host) async throws -> RecordingPicture {
        try await host.library.recording(try await reference(host))
    }
}
