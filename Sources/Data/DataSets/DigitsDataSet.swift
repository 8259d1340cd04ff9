import FileFormats
import Files
import Foundation
import ShippedFiles
import Synchronization
import Tensors

/// 1,797 handwritten digits of 8×8 pixels that come with the program, and recordings of some of them made by
/// `SaccadeSimulator`: something to train on before any data set is downloaded.
///
/// The digits of each class are parted once and for all, in the order in which they stand in the file:
///
///     | 35 % training recordings | 35 % static images | 30 % test recordings |
///
/// so a digit that makes a recording is never also a static image.
public struct DigitsDataSet: DataSet {
    public init() {}

    public var name: String { "digits" }
    public var title: String { "Digits (simulated saccades)" }
    public var license: String {
        "CC BY 4.0: test part of Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI"
    }
    public var isSimulated: Bool { true }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        DataSetPresence(
            isPresent: true, location: "comes with the program; simulated recordings are cached in \(folders.cache)")
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        try DigitsContents(
            digits: Digits.load(), cachePath: folders.isCacheKept ? folders.cache + "/digits-recordings.bin" : nil)
    }
}

/// The embedded file: for each digit its class and 64 gray values 0…16, row by row.
struct Digits: Sendable {
    static let side = 8
    static let recordSize = 1 + side * side
    /// Side of the sensor that sees them.
    static let sensorSide = 34
    /// Side of a digit on the sensor: about that of N-MNIST's.
    static let shownSide = 20

    let bytes: [UInt8]

    var count: Int { bytes.count / Self.recordSize }
    func label(_ index: Int) -> Int { Int(bytes[index * Self.recordSize]) }

    static func load() throws(DataSetError) -> Digits {
        let path = ShippedFiles.folder("Digits", in: .module).appendingPathComponent("digits.bin").path
        do throws(FileFormatError) {
            return try Digits(FileBytes.read(path), path: path)
        } catch {
            throw .file(error)
        }
    }

    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        self.bytes = bytes
        let wrong = stride(from: 0, to: bytes.count, by: Self.recordSize).first { start in
            start + Self.recordSize > bytes.count || bytes[start] > 9
                || bytes[start + 1..<start + Self.recordSize].contains { $0 > 16 }
        }
        if let wrong {
            throw .damaged(
                path: path, offset: wrong, found: "no digit", expected: "a class 0…9 and 64 gray values 0…16",
                advice: "reinstall the program")
        }
    }

    /// The digit in the middle of the sensor's view, as the simulated sensor sees it at rest.
    func picture(_ index: Int) -> StaticImage {
        let start = index * Self.recordSize + 1
        let grays: [UInt8] = bytes[start..<start + Self.side * Self.side].map { gray in
            let scaled: Int = Int(gray) * 255 + 8
            return UInt8(scaled / 16)
        }
        let small = StaticImage(width: Self.side, height: Self.side, pixels: grays)
        let shown = AntialiasedResize.resize(small, width: Self.shownSide, height: Self.shownSide)
        var pixels = [UInt8](repeating: 0, count: Self.sensorSide * Self.sensorSide)
        let margin = (Self.sensorSide - Self.shownSide) / 2
        for row in 0..<Self.shownSide {
            for column in 0..<Self.shownSide {
                pixels[(margin + row) * Self.sensorSide + margin + column] = shown.pixels[row * Self.shownSide + column]
            }
        }
        return StaticImage(width: Self.sensorSide, height: Self.sensorSide, pixels: pixels)
    }
}

/// Digits parted into recordings and images.
final class DigitsContents: DataSetContents {
    let classNames = (0...9).map(String.init)
    let sensor: SensorSize? = SensorSize(width: Digits.sensorSide, height: Digits.sensorSide)
    let recordings: [RecordingDescription]
    let images: [ImageDescription]

    private let digits: Digits
    private let recordingDigits: [Int]
    private let imageDigits: [Int]
    /// `nil`: what is made is not kept.
    private let cachePath: String?
    private let store = Mutex(Store.unopened)

    /// Where recordings come from that have been made already.
    private enum Store {
        case unopened
        case none
        case file(SimulatedRecordingCache)
        /// The cache folder could not be written to. 5 bytes an event.
        case memory([[UInt8]])
    }

    init(digits: Digits, cachePath: String?) {
        (self.digits, self.cachePath) = (digits, cachePath)
        var (training, test, pool): ([Int], [Int], [Int]) = ([], [], [])
        for label in 0...9 {
            let ofClass = (0..<digits.count).filter { digits.label($0) == label }
            let testCount = Int((0.3 * Double(ofClass.count)).rounded())
            let trainingCount = (ofClass.count - testCount) / 2
            training += ofClass[..<trainingCount]
            pool += ofClass[trainingCount..<ofClass.count - testCount]
            test += ofClass[(ofClass.count - testCount)...]
        }
        func source(_ digit: Int) -> SourceImage { SourceImage(collection: "digits", index: digit) }
        recordingDigits = training + test
        recordings = recordingDigits.enumerated().map { position, digit in
            let number = String(digit)
            return RecordingDescription(
                name: "\(digits.label(digit))/\(String(repeating: "0", count: 4 - number.count))\(number)",
                classIndex: digits.label(digit), part: position < training.count ? .training : .test,
                source: source(digit))
        }
        imageDigits = pool
        images = pool.map { ImageDescription(className: String(digits.label($0)), source: source($0)) }
    }

    /// Makes all recordings, unless they are kept from an earlier time.
    func prepare(_ indices: [Int]) throws(DataSetError) -> [String] {
        if let cache = openCache(), cache.isWhole {
            store.withLock { $0 = .file(cache) }
            return []
        }
        let made = try mapInParallel("simulating recordings", Array(recordings.indices), { () }) {
            (index, _) throws(DataSetError) in
            NeuromorphicBin.encode(self.simulate(index).events)
        }
        guard let cachePath else {
            store.withLock { $0 = .memory(made) }
            return ["simulated \(made.count) recordings of digits (not cached)"]
        }
        do throws(FileFormatError) {
            try SimulatedRecordingCache.write(made, version: SaccadeSimulator.version, to: cachePath)
            guard let cache = openCache() else {
                throw .unreadable(path: cachePath, reason: "its content differs from what was just written")
            }
            store.withLock { $0 = .file(cache) }
            return ["simulated \(made.count) recordings of digits, cached in \(cachePath)"]
        } catch {
            store.withLock { $0 = .memory(made) }
            return [
                "simulated \(made.count) recordings of digits; they could not be cached: \(error)"
                    + (RegularFile.otherKind(of: cachePath) == nil ? "" : "; move it elsewhere")
            ]
        }
    }

    func recording(at index: Int) throws(DataSetError) -> EventRecording {
        let kept: [Event]? = store.withLock { store in
            if case .unopened = store { store = openCache().map(Store.file) ?? .none }
            switch store {
            case .unopened, .none: return nil
            case .file(let cache): return cache.events(index)
            case .memory(let recordings):
                return try? NeuromorphicBin.decode(recordings[index], path: "", sensor: nil).events
            }
        }
        return kept.map { EventRecording($0, sensor: sensor) } ?? simulate(index)
    }

    func image(at index: Int) throws(DataSetError) -> StaticImage { digits.picture(imageDigits[index]) }

    private func openCache() -> SimulatedRecordingCache? {
        cachePath.flatMap {
            SimulatedRecordingCache(path: $0, version: SaccadeSimulator.version, count: recordings.count)
        }
    }

    private func simulate(_ index: Int) -> EventRecording {
        let digit = recordingDigits[index]
        return SaccadeSimulator().record(
            digits.picture(digit), random: RandomSource(seed: 1998).split("saccades", digit))
    }
}
