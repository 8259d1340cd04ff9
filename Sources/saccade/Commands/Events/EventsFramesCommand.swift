import ArgumentParser
import Data
import FileFormats
import Foundation

/// Cuts a recording into frames.
struct EventsFramesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "Slice a recording into frames, one per time step: an npz of counts, or an image.",
        discussion: """
            An .npz holds one array `frames` of shape [time steps, polarity (0 OFF, 1 ON), height, width]: counts as \
            16-bit integers, or with --size interpolated counts as float32, as the network gets them. A .png shows the \
            time steps from left to right, ON in red and OFF in blue, with brightness relative to the largest count. \
            Limits: 134 million counts (time steps × 2 × height × width), 67 million values with --size, and images of \
            32,768 pixels a side.
            """)

    @OptionGroup var options: EventFileOptions
    @Option(help: "Number of time steps.") var timeSteps = 10
    @Option(help: "Side of the frames in pixels, interpolated with aligned corners; default: the sensor's own size.")
    var size: Int?
    @Option(help: "How events are sliced into time steps: \(SlicingCatalogue.names.joined(separator: ", ")).")
    var slicing = "time"
    @Option(name: .shortAndLong, help: ArgumentHelp("Output file.", valueName: "file.npz|file.png"))
    var output: String?
    @Option(help: "Magnification of a .png.") var scale = 2
    @Flag(help: "Overwrite an existing file.") var force = false
    @Flag(help: "Print a JSON object.") var json = false

    /// Counts of all frames, 2 bytes each, and resized numbers, 4 bytes each: 256 MiB, and a file of them as much again.
    private static let largestCounts = (onSensor: 1 << 27, resized: 1 << 26)

    /// - Throws: `CommandFailure` before memory is taken for frames or a picture that would be too large.
    private func checkSize(_ sensor: SensorSize, _ frame: SensorSize) throws {
        let limits = Self.largestCounts
        for (side, limit) in [(sensor, limits.onSensor), (frame, size == nil ? limits.onSensor : limits.resized)]
        where side.width * side.height > limit / 2 / timeSteps {
            throw CommandFailure(
                "\(timeSteps) time steps of \(side) pixels and 2 polarities are more than \(limit) values: use fewer "
                    + "--time-steps" + (side == sensor ? "" : " or a smaller --size"), code: 64)
        }
        guard output?.hasSuffix(".png") == true else { return }
        let picture = FramePicture.size(timeStepCount: timeSteps, frame: frame, scale: scale)
        guard picture.width <= FramePicture.largestSide, picture.height <= FramePicture.largestSide else {
            throw CommandFailure(
                "an image of \(picture) pixels cannot be written, the limit is \(FramePicture.largestSide) a side: use "
                    + "fewer --time-steps, a smaller --scale, or write an .npz", code: 64)
        }
    }

    private struct Report: Encodable {
        var path: String
        var output: String?
        var slicing: String
        /// [time steps, 2, height, width]
        var shape: [Int]
        /// Events by time step: OFF, ON.
        var events: [[Int]]
        var notes: [String]
    }

    func validate() throws {
        guard 1...100_000 ~= timeSteps else { throw ValidationError("--time-steps must be 1 to 100000") }
        guard size.map({ 1...4096 ~= $0 }) ?? true else { throw ValidationError("--size must be 1 to 4096") }
        guard 1...64 ~= scale else { throw ValidationError("--scale must be 1 to 64") }
        guard output.map({ $0.hasSuffix(".npz") || $0.hasSuffix(".png") }) ?? true else {
            throw ValidationError("--output must end in .npz or .png")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let slicing = try SlicingCatalogue.slicing(slicing)
            let file = try options.read()
            let guess = SensorGuess(file, options)
            let (width, height) = (size ?? guess.size.width, size ?? guess.size.height)
            try checkSize(guess.size, SensorSize(width: width, height: height))
            let frames = EventFrames(
                EventRecording(file.events, sensor: guess.size), timeStepCount: timeSteps, slicing: slicing)
            let resized = size.map { frames.resized(width: $0, height: $0) }
            if let output {
                let bytes =
                    output.hasSuffix(".png")
                    ? try FramePicture(frames, resized: resized, side: size, scale: scale).png(path: output)
                    : try NpzWriter.encode(
                        [
                            (
                                "frames", [timeSteps, 2, height, width],
                                resized.map { .float32($0) } ?? .uint16(frames.counts)
                            )
                        ], path: output)
                try OutputFile.write(bytes, to: output, replaces: force)
            }
            try report(frames, [timeSteps, 2, height, width], file.notes + (guess.note.map { [$0] } ?? []))
        }
    }

    private func report(_ frames: EventFrames, _ shape: [Int], _ notes: [String]) throws {
        let events = (0..<timeSteps).map { step in
            (0..<2).map { polarity in frames[step, polarity].reduce(0) { $0 + Int($1) } }
        }
        if json {
            return try JSON.print(
                Report(
                    path: options.file, output: output, slicing: slicing, shape: shape, events: events, notes: notes))
        }
        print("\(options.file): \(shape.map(String.init).joined(separator: "×")) frames, sliced by \(slicing)")
        var table = Table(["time step", "ON", "OFF"], rightAligned: [0, 1, 2])
        for (step, counts) in events.enumerated() { table.add(["\(step)", "\(counts[1])", "\(counts[0])"]) }
        print(table.text)
        for note in notes { print("note  \(note)") }
        if let output { print("written to \(output)") }
    }
}

/// Time steps side by side, ON in red, OFF in blue.
private struct FramePicture {
    private let values: [Float]
    private let timeStepCount: Int
    private let width: Int
    private let height: Int
    private let scale: Int

    init(_ frames: EventFrames, resized: [Float]?, side: Int?, scale: Int) {
        values = resized ?? frames.counts.map { Float($0) }
        (timeStepCount, self.scale) = (frames.timeStepCount, scale)
        (width, height) = (side ?? frames.width, side ?? frames.height)
    }

    /// Pixels that readers of PNG take.
    static let largestSide = 1 << 15

    /// With a line of gray between two time steps.
    static func size(timeStepCount: Int, frame: SensorSize, scale: Int) -> SensorSize {
        SensorSize(width: timeStepCount * (frame.width * scale + 1) - 1, height: frame.height * scale)
    }

    func png(path: String) throws -> [UInt8] {
        let size = Self.size(
            timeStepCount: timeStepCount, frame: SensorSize(width: width, height: height), scale: scale)
        let (columns, rows) = (size.width, size.height)
        let largest = max(values.max() ?? 0, 1e-6)
        let plane = width * height
        var pixels = [UInt8](repeating: 64, count: columns * rows * 3)
        for step in 0..<timeStepCount {
            for row in 0..<rows {
                for column in 0..<width * scale {
                    let pixel = row / scale * width + column / scale
                    func brightness(_ polarity: Int) -> UInt8 {
                        let share = values[(step * 2 + polarity) * plane + pixel] / largest
                        // Single events must be seen beside a hot pixel.
                        return UInt8((share.squareRoot() * 255).rounded())
                    }
                    let place = (row * columns + step * (width * scale + 1) + column) * 3
                    (pixels[place], pixels[place + 1], pixels[place + 2]) = (brightness(1), 0, brightness(0))
                }
            }
        }
        return try PngWriter.encode(width: columns, height: rows, pixels: pixels, path: path)
    }
}
