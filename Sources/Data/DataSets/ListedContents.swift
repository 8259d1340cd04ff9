import FileFormats
import Foundation
import Synchronization

/// A data set as lists: a file for each recording, and how to read it.
struct ListedContents: DataSetContents {
    let classNames: [String]
    let sensor: SensorSize?
    let recordings: [RecordingDescription]
    let folder: String?
    /// File of each recording; several may share one.
    let paths: [String]
    let pool: (any StaticImageCollection)?
    let missingImages: DataSetError?
    /// One recording. Safe to call from several threads.
    let read: @Sendable (_ index: Int) throws(DataSetError) -> EventRecording
    let images: [ImageDescription]
    private let referencePools: [[Int]]?

    init(
        classNames: [String], sensor: SensorSize?, recordings: [RecordingDescription], folder: String, paths: [String],
        pool: (any StaticImageCollection)?, missingImages: DataSetError?,
        referencePools: [[Int]]? = nil,
        read: @escaping @Sendable (_ index: Int) throws(DataSetError) -> EventRecording
    ) {
        self.referencePools = pool == nil ? nil : referencePools
        (self.classNames, self.sensor, self.recordings) = (classNames, sensor, recordings)
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

    func recording(at index: Int) throws(DataSetError) -> EventRecording { try read(index) }

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
