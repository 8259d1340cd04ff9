import ArgumentParser
import Data
import Foundation
import Messages

/// What a run's last checkpoint predicts for a recording and of its static pair.
struct DataViewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view", abstract: "Predict a recording and its static pair with a run's latest checkpoint.",
        discussion:
            "Prints the five most likely classes of each stream, and the spike rate of its layers at each time step.")

    @OptionGroup var subject: SampleArgument
    @Option(
        help: ArgumentHelp("Run whose checkpoint to use; default: the newest run on the data set.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var run: String?
    @Flag(help: "Print a JSON object.") var json = false

    struct Guess: Encodable {
        var className: String
        /// 0…1.
        var probability: Double
    }

    struct Report: Encodable {
        var dataSet: String
        var index: Int
        var name: String
        var className: String
        var run: String
        /// Without a static pair there are none.
        var imageGuesses: [Guess]
        var eventGuesses: [Guess]
        /// Of the event stream: spikes per neuron, by time step.
        var layers: [SpikeGrid.Layer]
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading, folders: subject.folders)
            let picture = try await subject.picture(host)
            let run = try chosenRun(host)
            let view = try await host.library.modelView(of: picture.reference, run: run)
            let report = Report(
                dataSet: subject.set, index: picture.reference.index, name: picture.name,
                className: picture.className, run: view.run,
                imageGuesses: picture.staticPair == nil ? [] : view.imageGuesses.map(Self.guess),
                eventGuesses: view.eventGuesses.map(Self.guess), layers: view.spikes.layers)
            if json { return try JSON.print(report) }
            try Output.line("\(picture.name)  \(picture.className)  (\(picture.split))  predicted by \(view.run)")
            var table = Table(["static", "", "events", ""], rightAligned: [1, 3])
            for place in 0..<max(report.imageGuesses.count, report.eventGuesses.count) {
                let cells = [report.imageGuesses, report.eventGuesses].flatMap { list -> [String] in
                    list.indices.contains(place)
                        ? [list[place].className, percent(list[place].probability)] : ["", ""]
                }
                table.add(cells)
            }
            try Output.line(table.text)
            let steps = report.layers.map(\.rates.count).max() ?? 0
            var rates = Table(
                ["spikes by time step"] + (0..<steps).map { "\($0 + 1)" }, rightAligned: Set(1...max(1, steps)))
            for layer in report.layers {
                rates.add([layer.name] + layer.rates.map { String(format: "%.3f", $0) })
            }
            try Output.line(rates.text)
        }
    }

    private static func guess(_ guess: ModelView.Guess) -> Guess {
        Guess(className: guess.className, probability: guess.probability)
    }

    /// The newest run on this data set that has learned anything, unless one is named.
    private func chosenRun(_ host: Host) throws -> String {
        if let run { return try host.store.identifier(of: run) }
        guard
            let newest = try host.store.runs().filter({ $0.dataSet == subject.set && $0.optimizerStep > 0 })
                .max(by: { $0.created < $1.created })
        else {
            throw CommandFailure("no run on \(subject.set) has a checkpoint yet: `saccade train` makes one")
        }
        return newest.id
    }
}
