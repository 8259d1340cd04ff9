import ArgumentParser
import Data
import Dispatch
import Foundation
import Synchronization

extension DataCommand {
    /// Makes recordings of images.
    struct Simulate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make event recordings of a folder of images, by simulated saccades.",
            discussion: """
                IMAGES is a folder for each class with JPEG or PNG pictures (perhaps below train/ and test/), the idx files \
                of MNIST, Fashion-MNIST and the like, or CIFAR-10's binary files. The same images, sensor and seed give the \
                same files. A picture that cannot be read is named and left out. What is there already is not made again: stop it at any time, and the same command goes on. \
                Train on it with --set data.set=simulated --data OUT.
                """)

        @Argument(help: ArgumentHelp("Folder of the images.", valueName: "images")) var images: String
        @Argument(help: ArgumentHelp("Folder of the recordings.", valueName: "out")) var output: String
        @Option(help: "Side of the square sensor in pixels, 16…240.") var sensor = 34
        @Option(help: "Seed of the sensor's noise.") var seed = 1998
        @Flag(help: "Print a JSON object at the end.") var json = false

        func run() async throws {
            try await reportingFailures {
                var simulation = ImageSimulation(images: images, output: output)
                (simulation.sensorSide, simulation.seed) = (sensor, seed)
                let isStopped = Stop()
                let sources = isStopped.onSignals()
                defer { for source in sources { source.cancel() } }
                let progress = Progress(quiet: json)
                let outcome = try simulation.run(progress: progress.show, isCancelled: { isStopped.isSet })
                progress.end()
                if isStopped.isSet {
                    throw CommandFailure(
                        "stopped after \(outcome.made) recordings; the same command goes on from there")
                }
                if json { return try JSON.print(outcome) }
                for picture in outcome.noted.prefix(20) {
                    try Output.line("note  \(picture.path): \(picture.reason)")
                }
                if outcome.noted.count > 20 { try Output.line("note  \(outcome.noted.count - 20) more pictures") }
                for other in outcome.passedOver.prefix(20) {
                    try Output.line("passed over  \(other.path): \(other.reason)")
                }
                if outcome.passedOver.count > 20 {
                    try Output.line("passed over  \(outcome.passedOver.count - 20) more")
                }
                for picture in outcome.leftOut.prefix(20) {
                    try Output.line(
                        "left out  \(picture.path): \(picture.reason.replacingOccurrences(of: "\n", with: " "))")
                }
                if outcome.leftOut.count > 20 {
                    try Output.line(
                        "left out  \(outcome.leftOut.count - 20) more, listed in \(outcome.output)/left-out.tsv")
                }
                try Output.line(
                    "\(outcome.recordings) recording\(outcome.recordings == 1 ? "" : "s") of \(outcome.classes) "
                        + "class\(outcome.classes == 1 ? "" : "es") in \(outcome.output)\(DataCommand.share(outcome))"
                        + (outcome.leftOut.isEmpty
                            ? ""
                            : "; \(outcome.leftOut.count) "
                                + (outcome.leftOut.count == 1
                                    ? "picture that cannot be read is" : "pictures that cannot be read are")
                                + " left out"))
            }
        }
    }

    /// How much of it was made now.
    private static func share(_ outcome: ImageSimulation.Outcome) -> String {
        let seconds = String(format: "%.1f seconds", outcome.seconds)
        if outcome.made == 0 { return ": all were there" }
        return outcome.made >= outcome.recordings
            ? ", made in \(seconds)" : ": \(outcome.made) made in \(seconds), the others were there"
    }

    /// Set by the first interrupt; the second ends the process.
    private final class Stop: Sendable {
        private let flag = Atomic(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }

        func onSignals() -> [any DispatchSourceSignal] {
            [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { [self] in
                    if flag.exchange(true, ordering: .relaxed) { _exit(130) }
                }
                source.resume()
                return source
            }
        }
    }
}
