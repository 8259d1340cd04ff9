import Configuration
import FileFormats

/// A kind of data set: event recordings and static images of the same classes. To add one: a file with a conforming
/// type, and its line in `DataSetCatalogue`.
public protocol DataSet: Sendable {
    /// As it is chosen: short, lower case.
    var name: String { get }
    /// As people call it.
    var title: String { get }
    var license: String { get }
    /// What can be set of it alone; `open` finds the values in `folders.settings`.
    var knobs: [Knob] { get }
    /// Recordings made from still images by our simulator, never by a camera.
    var isSimulated: Bool { get }
    /// Whether it is there and where; or, if not, where it was looked for and how its folder must look. Cheap.
    func presence(in folders: DataFolders) -> DataSetPresence
    /// Lists recordings and images; reads no recording.
    ///
    /// - Throws: `DataSetError` if something is missing.
    func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents
    /// What a whole copy holds, if that is known.
    var knownCounts: KnownCounts? { get }
    /// The files that it and its images are published as; empty for what is nowhere to be fetched.
    var archives: [PublishedArchive] { get }
    /// Its size as published; `nil` if that is not known.
    var publishedSize: PublishedSize? { get }
}

extension DataSet {
    public var knobs: [Knob] { [] }
    public var archives: [PublishedArchive] { [] }
    public var knownCounts: KnownCounts? { nil }
    public var publishedSize: PublishedSize? { knownCounts?.size }
}

public struct DataSetPresence: Sendable, Hashable {
    public var isPresent: Bool
    public var location: String

    public init(isPresent: Bool, location: String) { (self.isPresent, self.location) = (isPresent, location) }
}

/// The parts a data set comes in.
public enum PublishedPart: String, Sendable, Hashable, CaseIterable, Codable {
    case training, test
    /// Takes part only in a seeded split.
    case spare
    /// People's own folders may have one; otherwise what validates is taken from `training`.
    case validation

    /// Those that a data set is sure to have.
    public static let allCases: [PublishedPart] = [.training, .test]
}

/// The picture behind a recording: names one image among all that a data set knows, whatever folder it lies in.
public struct SourceImage: Sendable, Hashable {
    public var collection: String
    public var index: Int

    public init(collection: String, index: Int) { (self.collection, self.index) = (collection, index) }
}

public struct RecordingDescription: Sendable, Hashable {
    public var name: String
    public var classIndex: Int
    public var part: PublishedPart
    /// Where the file's size tells it.
    public var eventCount: Int?
    /// Known where the camera looked at a known image.
    public var source: SourceImage?

    public init(
        name: String, classIndex: Int, part: PublishedPart, eventCount: Int? = nil, source: SourceImage? = nil
    ) {
        (self.name, self.classIndex, self.part) = (name, classIndex, part)
        (self.eventCount, self.source) = (eventCount, source)
    }
}

public struct ImageDescription: Sendable, Hashable {
    public var className: String
    public var source: SourceImage?

    public init(className: String, source: SourceImage? = nil) { (self.className, self.source) = (className, source) }
}

/// An opened data set. Positions in `recordings` and `images` never change for the same files.
public protocol DataSetContents: Sendable {
    /// Of the recordings; their order gives the class indices.
    var classNames: [String] { get }
    /// `nil` if each recording has a size of its own, or if it is not known before all have been read.
    var sensor: SensorSize? { get }
    /// The one size of the sensor and where it comes from; finding it may read every recording, once. `nil` if each has a size
    /// of its own.
    func findSensor() throws(DataSetError) -> SensorFinding?
    /// What lies in the folder and takes no part.
    var leftOut: [LeftOut] { get }
    /// What people should know about how the folder was understood.
    var notes: [String] { get }
    /// Sorted by part, class and name.
    var recordings: [RecordingDescription] { get }
    var images: [ImageDescription] { get }
    /// Of the images, in an order of their own.
    var imageClassNames: [String] { get }
    /// Why there are no images, if they were not found; thrown where they are needed.
    var missingImages: DataSetError? { get }
    /// Tells which recordings are about to be read, so that what takes long can be done once.
    ///
    /// - Returns: What people should know about it.
    func prepare(_ recordings: [Int]) throws(DataSetError) -> [String]
    /// Safe to call from several threads.
    func recording(at index: Int) throws(DataSetError) -> EventRecording
    /// Frames that take the place of a recording's events, where another program counted them already; `nil` where there are
    /// none. Safe to call from several threads.
    func frames(at index: Int) throws(DataSetError) -> FrameFile?
    /// Recordings whose positions follow each other lie beside each other on disk: reading many is fastest in this order.
    func storagePosition(of index: Int) -> Int
    /// The folder below which the recordings' files lie; `nil` if there are no files.
    var folder: String? { get }
    /// The file that holds a recording, perhaps among others.
    func file(of recording: Int) -> String?
    /// The file that holds an image, perhaps among others.
    func imageFile(of image: Int) -> String?
    /// Positions of the images that the reference, by its indices, draws for a class; `nil` where it draws the right ones.
    func referencePool(ofClass index: Int) -> [Int]?
    /// Safe to call from several threads.
    func image(at index: Int) throws(DataSetError) -> StaticImage
}

extension DataSetContents {
    public var missingImages: DataSetError? { nil }

    public func findSensor() throws(DataSetError) -> SensorFinding? {
        sensor.map { SensorFinding(size: $0, origin: "the data set's camera") }
    }

    public var leftOut: [LeftOut] { [] }

    public var notes: [String] { [] }

    public var imageClassNames: [String] { Set(images.map(\.className)).sorted() }

    public func prepare(_ recordings: [Int]) throws(DataSetError) -> [String] { [] }

    public func frames(at index: Int) throws(DataSetError) -> FrameFile? { nil }

    public func storagePosition(of index: Int) -> Int { index }

    public var folder: String? { nil }

    public func referencePool(ofClass index: Int) -> [Int]? { nil }

    public func file(of recording: Int) -> String? { nil }

    public func imageFile(of image: Int) -> String? { nil }

    /// The images that may stand beside a recording for people to see: of its class, and neither behind it nor behind
    /// any test recording. Always the same for the same recording.
    ///
    /// - Returns: Position in `images`; `nil` if the class has no such image.
    public func staticPair(for recording: Int) -> Int? {
        let description = recordings[recording]
        let excluded = Set(recordings.lazy.filter { $0.part == .test }.compactMap(\.source))
        let className = classNames[description.classIndex]
        let candidates = images.indices.filter { index in
            guard images[index].className == className else { return false }
            guard let source = images[index].source else { return true }
            return source != description.source && !excluded.contains(source)
        }
        return candidates.isEmpty ? nil : candidates[recording % candidates.count]
    }
}
