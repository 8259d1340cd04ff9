import FileFormats
import Foundation

/// N-MNIST (Orchard et al. 2015): a camera that made three saccades in front of a screen with each MNIST digit; 34×34
/// pixels, 60,000 training and 10,000 test recordings. Static images: MNIST, or another set in its file format.
///
///     N-MNIST/Train/0…9/00002.bin     recording of MNIST training image 1 (file number − 1)
///     N-MNIST/Test/0…9/00004.bin      recording of MNIST test image 3; some copies count on from 60,000
public struct NMnistDataSet: DataSet {
    static let sensor = SensorSize(width: 34, height: 34)
    static let folderNames: [PublishedPart: String] = [.training: "Train", .test: "Test"]
    /// As it is published, as tonic and as SpikingJelly keep it.
    private static let folderPaths = ["N-MNIST", "NMNIST", "extract", "NMNIST/extract"]
    static let layout = "Train/0 … Train/9 and Test/0 … Test/9 with .bin files; 70,000 files, about 1.5 GB unpacked"
    static let source = "https://www.garrickorchard.com/datasets/n-mnist (Train.zip, Test.zip; CC BY-SA 4.0)"

    public init() {}

    public var name: String { "nmnist" }
    public var title: String { "N-MNIST" }
    public var license: String { "CC BY-SA 4.0 (Orchard, Jayawant, Cohen, Thakor 2015); MNIST: CC BY-SA 3.0" }
    public var isSimulated: Bool { false }

    public var knownCounts: KnownCounts? {
        let digits = (0...9).map(String.init)
        return KnownCounts(
            digits, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], part: .training)
            + KnownCounts(digits, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], part: .test)
    }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        do throws(DataSetError) {
            let recordings = try Self.recordingFolder(folders)
            let images = (try? MnistImageFolder.locate(folders, recordings: recordings)).map { "images in \($0.path)" }
            return DataSetPresence(isPresent: true, location: "\(recordings); \(images ?? "no images found")")
        } catch {
            return DataSetPresence(isPresent: false, location: error.description)
        }
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let recordings = try Self.recordingFolder(folders)
        // Who trains on events alone needs no images; who needs them is told by `missingImages`.
        do throws(DataSetError) {
            let images = try MnistImageFolder.locate(folders, recordings: recordings).read()
            return try NMnistContents(folder: recordings, images: images, missing: nil)
        } catch DataSetError.missing(let dataSet, let what, let places, let layout, let source) {
            return try NMnistContents(
                folder: recordings, images: MnistImages([], folder: ""),
                missing: .missing(
                    dataSet: dataSet, what: what, lookedIn: places, layout: layout, source: source))
        }
    }

    /// As people write it: `Train`, `train`, `TRAIN`.
    static func folderName(of part: PublishedPart, in place: String) -> String? {
        FolderListing(place).folders.first { $0.lowercased() == folderNames[part]?.lowercased() }
    }

    /// - Throws: `DataSetError.missing` with every place that was looked at.
    static func recordingFolder(_ folders: DataFolders) throws(DataSetError) -> String {
        var places: [String] = []
        if !folders.recordings.isEmpty {
            places = [folders.recordings] + folderPaths.map { folders.recordings + "/" + $0 }
        } else {
            if let shared = folders.shared { places = folderPaths.map { shared + "/" + $0 } + [shared] }
            places.append(folders.installed + "/N-MNIST")
        }
        let found = places.first { place in
            PublishedPart.allCases.contains { folderName(of: $0, in: place) != nil }
        }
        guard let found else {
            throw .missing(
                dataSet: "N-MNIST", what: "the folder of recordings", lookedIn: places, layout: layout, source: source)
        }
        return found
    }
}

/// Recordings in a folder, images in memory.
struct NMnistContents: DataSetContents, BinFileContents {
    let classNames = (0...9).map(String.init)
    let sensor: SensorSize? = NMnistDataSet.sensor
    let recordings: [RecordingDescription]
    let images: [ImageDescription]
    let missingImages: DataSetError?

    let folder: String?
    private let paths: [String]
    private let pool: MnistImages

    init(folder: String, images pool: MnistImages, missing: DataSetError?) throws(DataSetError) {
        missingImages = missing
        var recordings: [RecordingDescription] = []
        var paths: [String] = []
        for part in PublishedPart.allCases {
            let before = recordings.count
            let partFolder = NMnistDataSet.folderName(of: part, in: folder) ?? NMnistDataSet.folderNames[part] ?? ""
            for label in 0...9 {
                try LongWork.check()
                let name = "\(partFolder)/\(label)"
                for (number, file) in Self.files(in: folder + "/" + name) {
                    let path = "\(folder)/\(name)/\(file)"
                    recordings.append(
                        RecordingDescription(
                            name: name + "/" + file.dropLast(4), classIndex: label, part: part,
                            eventCount: Self.size(path).map { $0 / NeuromorphicBin.recordSize },
                            source: Self.source(part, number)))
                    paths.append(path)
                }
            }
            guard recordings.count > before else {
                throw .incomplete(
                    dataSet: "N-MNIST", folder: folder,
                    found: "no recording of the \(part.rawValue) part", expected: NMnistDataSet.layout,
                    advice: "unpack both Train.zip and Test.zip there; they are found at \(NMnistDataSet.source)")
            }
        }
        (self.recordings, self.paths, self.pool, self.folder) = (recordings, paths, pool, folder)
        images = pool.descriptions
    }

    /// Numbered recordings, by number.
    private static func files(in folder: String) -> [(number: Int, name: String)] {
        FolderListing(folder).files
            .compactMap { name in
                guard name.hasSuffix(".bin"), let number = Int(name.dropLast(4)) else { return nil }
                return (number, name)
            }
            .sorted { ($0.number, $0.name) < ($1.number, $1.name) }
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    private static func source(_ part: PublishedPart, _ number: Int) -> SourceImage {
        switch part {
        case .training: SourceImage(collection: "MNIST train", index: number - 1)
        case .test, .spare, .validation:
            SourceImage(collection: "MNIST t10k", index: number > 60_000 ? number - 60_001 : number - 1)
        }
    }

    func binFile(at index: Int) -> String { paths[index] }

    func file(of recording: Int) -> String? { paths[recording] }

    func imageFile(of image: Int) -> String? { pool.file(of: image) }

    func recording(at index: Int) throws(DataSetError) -> EventRecording {
        do throws(FileFormatError) {
            let bytes = try FileBytes.read(paths[index])
            return EventRecording(
                try NeuromorphicBin.decode(bytes, path: paths[index], sensor: sensor).events, sensor: sensor)
        } catch {
            throw .file(error)
        }
    }

    func image(at index: Int) throws(DataSetError) -> StaticImage { pool.image(index) }

    var imageClassNames: [String] { pool.classNames }
}
