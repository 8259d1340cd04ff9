import FileFormats
import Foundation
import Synchronization

/// A data set as lists: a file for each recording, and how to read it.
struct ListedContents: DataSetContents {
    let classNames: [String]
    private let known: SensorSize?
    /// Finds the size where only the files know it.
    private let setSensor: SetSensor?
    let recordings: [RecordingDescription]
    let folder: String?
    /// File of each recording; several may share one.
    let paths: [String]
    let pool: (any StaticImageCollection)?
    let missingImages: DataSetError?
    /// One recording. Safe to call from several threads.
    let read: @Sendable (_ index: Int) throws(DataSetError) -> EventRecording
    /// Where another program kept frames in place of events.
    private let readFrames: (@Sendable (_ index: Int) throws(DataSetError) -> FrameFile)?
    let images: [ImageDescription]
    let leftOut: [LeftOut]
    let notes: [String]
    private let referencePools: [[Int]]?

    init(
        classNames: [String], sensor: SensorSize?, recordings: [RecordingDescription], folder: String, paths: [String],
        pool: (any StaticImageCollection)?, missingImages: DataSetError?,
        referencePools: [[Int]]? = nil, setSensor: SetSensor? = nil, leftOut: [LeftOut] = [], notes: [String] = [],
        readFrames: (@Sendable (_ index: Int) throws(DataSetError) -> FrameFile)? = nil,
        read: @escaping @Sendable (_ index: Int) throws(DataSetError) -> EventRecording
    ) {
        self.referencePools = pool == nil ? nil : referencePools
        (self.classNames, known, self.recordings, self.setSensor) = (classNames, sensor, recordings, setSensor)
        self.readFrames = readFrames
        (self.leftOut, self.notes) = (leftOut + (pool?.leftOut ?? []), notes)
        (self.folder, self.paths, self.pool, self.missingImages, self.read) = (folder, paths, pool, missingImages, read)
        images = pool?.descriptions ?? []
        // Recordings of one file are read one after another.
        var numbers: [String: Int] = [:]
        storage = paths.map { path in
            let next = numbers.count
            numbers[path, default: next] += 0
            return numbers[path] ?? next
        }
    }

    private let storage: [Int]

    var imageClassNames: [String] { pool?.classNames ?? [] }

    var sensor: SensorSize? { known ?? setSensor?.known?.size }

    func findSensor() throws(DataSetError) -> SensorFinding? {
        if let known { return SensorFinding(size: known, origin: "the data set's camera") }
        return try setSensor?.find()
    }

    func prepare(_ recordings: [Int]) throws(DataSetError) -> [String] {
        guard let finding = try setSensor?.find() else { return [] }
        return ["the sensor has \(finding.size) pixels: \(finding.origin)"]
    }

    func recording(at index: Int) throws(DataSetError) -> EventRecording { try read(index) }

    func frames(at index: Int) throws(DataSetError) -> FrameFile? { try readFrames?(index) }

    func storagePosition(of index: Int) -> Int { storage[index] }

    func referencePool(ofClass index: Int) -> [Int]? { referencePools?[index] }

    func file(of recording: Int) -> String? { paths[recording] }

    func imageFile(of image: Int) -> String? { pool?.file(of: image) }

    func image(at index: Int) throws(DataSetError) -> StaticImage {
        guard let pool else { preconditionFailure("no image \(index): there are none") }
        return try pool.image(index)
    }
}

/// Files of events, whatever their format.
enum EventFiles {
    /// Endings of the names of files that may hold events.
    static let endings = EventFormatCatalogue.all.flatMap(\.endings)

    /// Whether the first bytes are those of a format, or the name says that no bytes would tell.
    static func isKnown(_ path: String) -> Bool { (try? EventFormatCatalogue.format(of: path)) != nil }

    /// Whether a file is a recording that may be something else by its name, such as a list of labels: its beginning holds
    /// events, or is of a format and cannot be understood.
    static func isRecording(_ path: String) -> Bool {
        guard isKnown(path), let bytes = try? FileBytes.prefix(path, count: 1 << 14) else { return false }
        // Up to the last whole line.
        let whole = bytes.count < 1 << 14 ? bytes.count : bytes.lastIndex(of: 10) ?? bytes.count
        guard
            let file = try? EventFormatCatalogue.decode(
                Array(bytes.prefix(whole)), path: path, options: EventReadingOptions(isTolerant: true))
        else { return true }
        return !file.events.isEmpty
    }

    /// - Throws: `DataSetError.file`.
    static func read(
        _ path: String, sensor: SensorSize? = nil, table: TableOptions = TableOptions()
    ) throws(DataSetError) -> EventFile {
        do throws(FileFormatError) {
            return try EventFormatCatalogue.read(path, options: EventReadingOptions(sensor: sensor, table: table))
        } catch {
            throw .file(error)
        }
    }
}

/// The events of files that hold many recordings: the last few files stay in memory, so that recordings of one file that
/// are read one after another are decoded once.
final class DecodedFiles: Sendable {
    private let capacity: Int
    private let kept = Mutex<[(path: String, file: EventFile)]>([])

    init(capacity: Int = max(2, ProcessInfo.processInfo.activeProcessorCount)) { self.capacity = capacity }

    /// - Throws: `DataSetError.file`.
    func read(_ path: String, sensor: SensorSize?) throws(DataSetError) -> EventFile {
        if let file = kept.withLock({ $0.first { $0.path == path }?.file }) { return file }
        let file = try EventFiles.read(path, sensor: sensor)
        kept.withLock { kept in
            kept.append((path, file))
            if kept.count > capacity { kept.removeFirst() }
        }
        return file
    }
}

/// Opens images, and keeps it as a message where they are missing: who trains on events alone needs none.
enum ImageSide {
    static func open(
        _ open: () throws(DataSetError) -> any StaticImageCollection
    ) throws(DataSetError) -> (pool: (any StaticImageCollection)?, missing: DataSetError?) {
        do throws(DataSetError) {
            return (try open(), nil)
        } catch {
            guard case .missing = error else { throw error }
            return (nil, error)
        }
    }
}
