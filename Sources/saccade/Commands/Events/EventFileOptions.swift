import ArgumentParser
import Data
import FileFormats

/// Which file of events, and how it is read: the same for every command that takes one.
struct EventFileOptions: ParsableArguments {
    @Argument(help: "The file; its content tells the format.") var file: String
    @Option(
        help: ArgumentHelp("Size of the sensor: an event beyond it makes the file damaged.", valueName: "WxH"),
        transform: Self.sensor)
    var sensor: SensorSize?
    @Flag(
        help:
            "Keep what is sound of a damaged file and say what is left out; take times that run backwards as they are.")
    var tolerant = false
    @OptionGroup var table: TableArguments

    static func sensor(_ text: String) throws -> SensorSize {
        let sides = text.split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], 1...65_536 ~= width, 1...65_536 ~= height
        else { throw ValidationError("'\(text)' is not a size: write width x height, as in 34x34") }
        return SensorSize(width: width, height: height)
    }

    /// - Parameter refusesBackwardTimes: whether times that run backwards are damage in a strict reading.
    func read(refusesBackwardTimes: Bool = false) throws(FileFormatError) -> EventFile {
        try EventFormatCatalogue.read(
            file,
            options: EventReadingOptions(
                sensor: sensor, isTolerant: tolerant, refusesBackwardTimes: refusesBackwardTimes && !tolerant,
                table: table.options))
    }
}

/// The size of a file's sensor, and where that comes from if nobody has said it.
struct SensorGuess {
    let size: SensorSize
    let note: String?

    /// The sensors of the data sets that are kept in formats without a size: N-MNIST, N-Caltech101.
    private static let usualSensors = [SensorSize(width: 34, height: 34), SensorSize(width: 240, height: 180)]

    init(_ file: EventFile, given: SensorSize?) {
        if let known = given ?? file.declaredSensor {
            (size, note) = (known, nil)
            return
        }
        let extents = SensorSize(
            width: file.events.reduce(0) { max($0, Int($1.x) + 1) },
            height: file.events.reduce(0) { max($0, Int($1.y) + 1) })
        if let usual = Self.usualSensors.first(where: { extents.width <= $0.width && extents.height <= $0.height }) {
            size = usual
            note =
                "the file does not tell the sensor's size: \(usual) is the smallest usual one that holds all events; "
                + "--sensor says it for certain"
        } else {
            size = extents
            note =
                "the file does not tell the sensor's size: \(extents) is what the events reach; --sensor says it for certain"
        }
    }
}
