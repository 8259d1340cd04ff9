import ArgumentParser
import Data
import FileFormats
import Files
import RunStore

/// Which file of events, and how it is read: the same for every command that takes one.
struct EventFileOptions: ParsableArguments {
    @Argument(help: "The file; its format is detected from its content.") var file: String
    @Option(
        help: ArgumentHelp(
            "Size of the sensor in pixels; a file with events beyond it is refused as damaged.", valueName: "WxH"),
        transform: Self.sensor)
    var sensor: SensorSize?
    @Flag(
        help:
            "Read what is intact of a damaged file and report what is skipped; accept timestamps that run backwards.")
    var tolerant = false
    @OptionGroup var table: TableArguments

    static func sensor(_ text: String) throws -> SensorSize {
        guard let size = SensorSize(text) else {
            throw ValidationError(
                "'\(text)' is not a size: write WIDTHxHEIGHT, as in 34x34, at most \(SensorSize.largestSide) each")
        }
        return size
    }

    /// - Parameter refusesBackwardTimes: whether times that run backwards are damage in a strict reading, in the format whose
    ///   events come in order. Other files are often sorted by something else, and whatever slices them sorts them again.
    func read(refusesBackwardTimes: Bool = false) throws(FileFormatError) -> EventFile {
        try EventFormatCatalogue.read(
            file,
            options: EventReadingOptions(
                sensor: sensor, isTolerant: tolerant,
                refusesBackwardTimes: refusesBackwardTimes && !tolerant && PathName(file).ending == "bin",
                table: table.options))
    }
}

/// The size of a file's sensor, and where that comes from.
struct SensorGuess {
    let size: SensorSize
    let origin: String
    /// What people should know where neither they nor the file say it.
    let note: String?

    /// The sensors of the data sets that are kept in formats without a size, N-MNIST and N-Caltech101, and those of
    /// the cameras whose recordings people keep as tables.
    private static func usualSensors(_ format: String) -> [SensorSize] {
        let sides =
            format == NeuromorphicBin().name
            ? [(34, 34), (240, 180)]
            : [(34, 34), (128, 128), (240, 180), (304, 240), (346, 260), (640, 480), (1280, 720)]
        return sides.map { SensorSize(width: $0.0, height: $0.1) }
    }

    init(_ file: EventFile, _ options: EventFileOptions) {
        if let known = options.sensor ?? file.declaredSensor {
            (size, note) = (known, nil)
            origin = options.sensor == nil ? "as the file says" : "as --sensor says"
            return
        }
        // A recording that was read as a part of a data set keeps the sensor of that.
        if let (known, folder) = SensorMemory(cache: StoragePaths().cache.path).sensor(ofSetAround: options.file) {
            (size, origin) = (known, "that of the data set in \(folder)")
        } else {
            let extents = SensorSize(
                width: file.events.reduce(0) { max($0, Int($1.x) + 1) },
                height: file.events.reduce(0) { max($0, Int($1.y) + 1) })
            let usual = Self.usualSensors(file.format).first {
                extents.width <= $0.width && extents.height <= $0.height
            }
            size = usual ?? extents
            origin = usual == nil ? "the extent of the events" : "the smallest common size that holds all events"
        }
        note = "the file does not give the sensor's size: \(size) is \(origin); set it with --sensor"
    }
}
