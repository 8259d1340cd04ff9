import ArgumentParser
import Data
import Dispatch
import Foundation
import Synchronization

extension DataCommand {
    /// Makes recordings of images.
    struct Simulate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Simulate event recordings from a folder of images, with saccades.",
            discussion: """
                IMAGES has one folder per class with JPEG or PNG images (optionally under train/ and test/), or the \
                idx files of MNIST, Fashion-MNIST and the like, or CIFAR-10's binary files. The same images, sensor \
                and seed give the same files. Images that cannot be read are reported and skipped. Existing recordings \
                are kept, so an interrupted command can simply be run again.
                Train on the result with --set data.set=simulated --data OUT.
                """)

        @Argument(help: ArgumentHelp("Folder of the images.", valueName: "images")) var images: String
        @Argument(help: ArgumentHelp("Folder of the recordings.", valueName: "out")) var output: String
        @Option(help: "Side of the square sensor, 16…240 pixels.") var sensor = 34
        @Option(help: "Random seed of the sensor's noise.") var seed = 1998
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
                        "stopped after \(outcome.made) recordings; run the same command again to continue")
                }
                if json { return try JSON.print(outcome) }
                for picture in outcome.noted.prefix(20) {
                    try Output.line("note  \(picture.path): \(picture.reason)")
                }
                if outcome.noted.count > 20 { try Output.line("note  \(outcome.noted.count - 20) more images") }
                for other in outcome.passedOver.prefix(20) {
                    try Output.line("ignored  \(other.path): \(other.reason)")
                }
                if outcome.passedOver.count > 20 {
                    try Output.line("ignored  \(outcome.passedOver.count - 20) more")
                }
                for picture in outcome.leftOut.prefix(20) {
                    try Output.line(
                        "skipped  \(picture.path): \(picture.reason.replacingOccurrences(of: "\n", with: " "))")
                }
                if outcome.leftOut.count > 20 {
                    try Output.line(
                        "skipped  \(outcome.leftOut.count - 20) more, listed in \(outcome.output)/left-out.tsv")
                }
                try Output.line(
                    "\(outcome.recordings) recording\(outcome.recordings == 1 ? "" : "s") of \(outcome.classes) "
                        + "class\(outcome.classes == 1 ? "" : "es") in \(outcome.output)\(DataCommand.share(outcome))"
                        + (outcome.leftOut.isEmpty
                            ? ""
                            : "; \(outcome.leftOut.count) "
                                + (outcome.leftOut.count == 1
                                    ? "unreadable image" : "unreadable images")
                                + " skipped"))
            }
        }
    }

    /// How much of it was made now.
    private static func share(_ outcome: ImageSimulation.Outcome) -> String {
        let seconds = String(format: "%.1f seconds", outcome.seconds)
        if outcome.made == 0 { return ": all existed already" }
        return outcome.made >= outcome.recordings
            ? ", made in \(seconds)" : ": \(outcome.made) made in \(seconds), the others existed already"
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
