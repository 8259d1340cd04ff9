import FileFormats
import Files
import Foundation

/// Which files a run or a check saw, by content: a line a recording and an image, with size and SHA-256.
///
/// Paths below the folder of the recordings are relative to it, so that a copy elsewhere can be compared.
public struct Manifest: Sendable, Hashable, Codable {
    public struct Entry: Sendable, Hashable, Codable {
        /// As the data set names it.
        public var name: String
        /// Relative to the folder where it lies below it; `nil` where no file holds it.
        public var path: String?
        public var className: String
        /// "training", "validation", "test" of a run; "training", "test", "spare" as published; "image".
        public var split: String
        /// Of the file.
        public var bytes: Int
        /// Of the file's bytes; without a file, of the events as rows of int64 (see `EventStatistics`).
        public var sha256: String
    }

    /// Of the file in a run's folder.
    public static let fileName = "manifest.json"

    public var format = 1
    public var dataSet: String
    public var folder: String?
    /// Seed of the split; `nil` for a data set as published.
    public var seed: Int?
    public var entries: [Entry]

    /// As published: all recordings; images only where asked for.
    ///
    /// - Throws: `DataSetError` if a file cannot be read.
    public init(
        of contents: any DataSetContents, dataSet: String, includingImages: Bool = false
    ) throws(DataSetError) {
        let recordings = contents.recordings.indices.map { ($0, contents.recordings[$0].part.rawValue) }
        try self.init(
            contents, dataSet: dataSet, seed: nil, recordings: recordings,
            images: includingImages ? Array(contents.images.indices) : [])
    }

    /// What a run uses, by its split.
    ///
    /// - Throws: `DataSetError` if a file cannot be read.
    public init(of prepared: PreparedDataSet, contents: any DataSetContents) throws(DataSetError) {
        let choice = prepared.choice
        let recordings =
            choice.training.map { ($0, Split.training.rawValue) }
            + choice.validation.map { ($0, Split.validation.rawValue) } + choice.test.map { ($0, Split.test.rawValue) }
        try self.init(
            contents, dataSet: prepared.options.set, seed: prepared.options.selectionSeed ?? prepared.options.seed,
            recordings: recordings,
            images: choice.images.flatMap { $0 }.sorted())
    }

    private init(
        _ contents: any DataSetContents, dataSet: String, seed: Int?, recordings: [(index: Int, split: String)],
        images: [Int]
    ) throws(DataSetError) {
        (self.dataSet, self.seed, folder) = (dataSet, seed, contents.folder)
        let hashes = FileHashes()
        let root = contents.folder
        entries = try mapInParallel("reading recordings", recordings, { () }) { (recording, _) throws(DataSetError) in
            let description = contents.recordings[recording.index]
            let className = contents.classNames[description.classIndex]
            guard let path = contents.file(of: recording.index) else {
                let events = try contents.recording(at: recording.index).events
                return Entry(
                    name: description.name, path: nil, className: className, split: recording.split,
                    bytes: 32 * events.count, sha256: Sha256.canonicalHash(of: events))
            }
            let (bytes, hash) = try hashes.of(path)
            return Entry(
                name: description.name, path: Self.relative(path, to: root), className: className,
                split: recording.split, bytes: bytes, sha256: hash)
        }
        // Files of images often hold many: one line each.
        var paths: [(path: String, className: String)] = []
        var seen: Set<String> = []
        for image in images {
            guard let path = contents.imageFile(of: image), seen.insert(path).inserted else { continue }
            paths.append((path, contents.images[image].className))
        }
        let counts = Dictionary(images.compactMap { contents.imageFile(of: $0) }.map { ($0, 1) }, uniquingKeysWith: +)
        entries += try mapInParallel("reading images", paths, { () }) { (image, _) throws(DataSetError) in
            let (bytes, hash) = try hashes.of(image.path)
            let isAlone = counts[image.path] == 1
            return Entry(
                name: PathName(image.path).name, path: Self.relative(image.path, to: root),
                className: isAlone ? image.className : "", split: "image", bytes: bytes, sha256: hash)
        }
    }

    static func relative(_ path: String, to root: String?) -> String {
        guard let root, path.hasPrefix(root + "/") else { return path }
        return String(path.dropFirst(root.count + 1))
    }

    /// - Throws: `DataSetError.file` if it cannot be read or is no manifest.
    public static func read(_ path: String) throws(DataSetError) -> Manifest {
        do throws(FileFormatError) {
            let bytes = try FileBytes.read(path)
            guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Foundation.Data(bytes)),
                manifest.format == 1
            else {
                throw .damaged(
                    path: path, offset: 0, found: "no manifest", expected: "the output of data verify --write",
                    advice: "check that this is the file you meant")
            }
            return manifest
        } catch {
            throw .file(error)
        }
    }

    /// - Throws: `DataSetError.file`.
    public func write(to path: String) throws(DataSetError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do throws(FileFormatError) {
            guard let data = try? encoder.encode(self) else {
                throw .unwritable(path: path, reason: "it cannot be written as JSON")
            }
            var file = try AtomicFile(path: path)
            try file.append(Array(data))
            try file.commit()
        } catch {
            throw .file(error)
        }
    }
}
