import ArgumentParser
import Data
import Foundation
import Messages
import Screens

/// Lists the recordings of a data set.
struct DataSamplesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "samples", abstract: "List the recordings of a data set, filtered and sorted.",
        discussion: """
            A filter consists of words and conditions, all of which must hold; a leading - negates one:
              three split:test           the word in name, class or split; in the test split
              events>4k -class:7         more than 4000 events, and no 7 in the class name
              name:0412 time<0.5         the text in the name; shorter than 0.5 seconds
            Text fields (: contains, = equals, commas mean or): \(SampleFilter.textFields.joined(separator: ", ")).
            Number fields (= != < <= > >=): events, and time in seconds.
            Where event counts are not known without reading the files, no comparison matches them; --count reads the \
            files that pass the other conditions.
            """)

    @Argument(help: ArgumentHelp("Name of the data set.", valueName: "set")) var set: String
    @Option(parsing: .unconditional, help: ArgumentHelp("List only recordings that match.", valueName: "filter"))
    var filter = ""
    @Option(help: "Sort by: \(SampleList.orders.joined(separator: ", ")).") var sort = "listed"
    @Flag(help: "Reverse the order.") var reverse = false
    @Option(help: "Maximum number of recordings to list.") var limit: Int?
    @Flag(help: "Read the recordings to count their events and measure their duration.") var count = false
    @Option(help: ArgumentHelp("Folder of the data set.", valueName: "dir")) var data: String = ""
    @OptionGroup var table: TableArguments
    @Flag(help: "Print JSON, an array.") var json = false

    struct Line: Encodable {
        var index: Int
        var name: String
        var className: String
        var classIndex: Int
        var split: String
        var eventCount: Int?
        var durationMicroseconds: Int?
    }

    func validate() throws {
        guard SampleList.orders.contains(sort) else {
            throw ValidationError("--sort must be one of \(SampleList.orders.joined(separator: ", "))")
        }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        try await reportingFailures {
            let list = try SampleList(filter: filter)
            let host = try Host(.reading, folders: self.table.folders(data))
            var (samples, names) = try await SampleArgument.samples(of: set, host)
            if count { samples = try await counted(samples, list.worthCounting(samples, classNames: names), host) }
            let shown = list.shown(samples, classNames: names, order: sort, isReversed: reverse)
            let lines = shown.prefix(limit ?? Int.max).map { sample in
                Line(
                    index: sample.index, name: sample.name,
                    className: names.indices.contains(sample.classIndex) ? names[sample.classIndex] : "",
                    classIndex: sample.classIndex, split: sample.split, eventCount: sample.eventCount,
                    durationMicroseconds: sample.durationMicroseconds)
            }
            if json { return try JSON.print(lines) }
            guard !lines.isEmpty else {
                return try Output.line("none of \(samples.count) recordings match the filter")
            }
            var table = Table(["number", "name", "class", "part", "events", "lasts"], rightAligned: [0, 4, 5])
            for line in lines {
                table.add([
                    "\(line.index)", line.name, line.className, line.split, line.eventCount.map(String.init) ?? "–",
                    line.durationMicroseconds.map { String(format: "%.3f s", Double($0) / 1e6) } ?? "–",
                ])
            }
            try Output.line(table.text)
            if lines.count < samples.count { try Output.line("\(lines.count) of \(samples.count) recordings") }
        }
    }

    /// Reads what the conditions that need no reading leave.
    private func counted(
        _ samples: [SampleSummary], _ needed: [SampleSummary], _ host: Host
    ) async throws -> [SampleSummary] {
        let progress = Progress(quiet: json)
        let found = try await host.library.counted(needed, of: set) { progress.show($0.done, $0.all) }.samples
        progress.end()
        let byIndex = Dictionary(found.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        return samples.map { byIndex[$0.index] ?? $0 }
    }
}
