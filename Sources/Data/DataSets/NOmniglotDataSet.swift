import FileFormats
import Foundation

/// N-Omniglot (Li et al. 2022): a DVS346 that saw the 1,623 characters of Omniglot being drawn, 20 drawers each. Static
/// images: Omniglot.
///
///     N-Omniglot/dvs_background/<alphabet>/character01/0001.csv       start and end of each drawer's recording
///                                                     /<name>.aedat4  all 20, one after another
///     Omniglot/images_background/<alphabet>/character01/0001_01.png   the drawing behind each
///
/// and the same with "evaluation". Drawers 1…15 are for training, 16…20 for the test. As in the reference, recordings are
/// cut to the 250×250 pixels that the screen filled.
public struct NOmniglotDataSet: DataSet {
    public init() {}

    public var name: String { "nomniglot" }
    public var title: String { "N-Omniglot" }
    public var license: String { "CC BY 4.0 (Li, Dong, Zhao, Zeng 2022, figshare); Omniglot: MIT" }
    public var isSimulated: Bool { false }

    static let sensor = SensorSize(width: 346, height: 260)
    /// Left, top and side of what is kept.
    static let window = (left: 54, top: 4, side: 250)
    /// As published, and what they may have been converted to.
    private static let endings = [".aedat4", ".npz", ".bin"]
    private static let trainingDrawers = 15

    static let recordings = FolderSearch(
        dataSet: "N-Omniglot", what: "the folder of recordings", names: ["N-Omniglot", "NOmniglot", "nomniglot"],
        layout:
            "dvs_background and dvs_evaluation with <alphabet>/character01/*.aedat4 and *.csv; 1,623 pairs, about 10 GB",
        source:
            "https://figshare.com/articles/dataset/N-Omniglot/16821427 and https://github.com/Brain-Cog-Lab/N-Omniglot"
    ) { place in parts.contains { ClassFolders.isFolder(place + "/dvs_" + $0) } }

    static let images = FolderSearch(
        dataSet: "N-Omniglot", what: "the images of Omniglot", names: ["Omniglot", "omniglot-py", "omniglot"],
        layout:
            "images_background and images_evaluation with <alphabet>/character01/0001_01.png …; 32,460 files, 15 MB packed",
        source: "https://github.com/brendenlake/omniglot (images_background.zip, images_evaluation.zip)"
    ) { place in parts.contains { ClassFolders.isFolder(place + "/images_" + $0) } }

    static let parts = ["background", "evaluation"]

    public var publishedSize: PublishedSize? {
        PublishedSize(classCount: 1623, training: 1623 * Self.trainingDrawers, test: 1623 * (20 - Self.trainingDrawers))
    }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        FolderSearch.presence(of: Self.recordings, images: Self.images, in: folders)
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let folder = try Self.recordings.recordings(folders)
        let (pool, missing) = try ImageSide.open { () throws(DataSetError) in
            OmniglotImages(try Self.images.images(folders, recordings: folder))
        }
        var classNames: [String] = []
        var listed: [(description: RecordingDescription, path: String, span: Range<Int64>)] = []
        for part in Self.parts {
            for alphabet in ClassFolders.names(in: "\(folder)/dvs_\(part)") {
                for character in ClassFolders.names(in: "\(folder)/dvs_\(part)/\(alphabet)") {
                    try LongWork.check()
                    let place = "\(folder)/dvs_\(part)/\(alphabet)/\(character)"
                    let className = "\(alphabet)/\(character)"
                    let tables = ClassFolders.files(in: place, endings: [".csv"])
                    let files = ClassFolders.files(in: place, endings: Self.endings)
                    guard files.count == 1, tables.count == 1 else {
                        throw .incomplete(
                            dataSet: title, folder: place,
                            found: "\(files.count) event files and \(tables.count) .csv files",
                            expected: "one of each", advice: "unpack this alphabet again")
                    }
                    for (position, span) in try Self.spans(place + "/" + tables[0]).enumerated() {
                        let drawer = position + 1
                        listed.append(
                            (
                                RecordingDescription(
                                    name: "\(className)/\(drawer)", classIndex: classNames.count,
                                    part: position % 20 < Self.trainingDrawers ? .training : .test,
                                    source: SourceImage(collection: "Omniglot \(className)", index: drawer)),
                                place + "/" + files[0], span
                            ))
                    }
                    classNames.append(className)
                }
            }
        }
        listed =
            listed.filter { $0.description.part == .training } + listed.filter { $0.description.part == .test }
        let (files, spans, paths) = (DecodedFiles(), listed.map(\.span), listed.map(\.path))
        return ListedContents(
            classNames: classNames, sensor: SensorSize(width: Self.window.side, height: Self.window.side),
            recordings: listed.map(\.description), folder: folder, paths: paths, pool: pool, missingImages: missing
        ) { index throws(DataSetError) in
            let events = try files.read(paths[index], sensor: Self.sensor).events
            // From the first event at or after the start to the first at or after the end.
            let first = events.firstIndex { $0.timestamp >= spans[index].lowerBound } ?? events.count
            let end = events[first...].firstIndex { $0.timestamp >= spans[index].upperBound } ?? events.count
            return EventRecording(
                Self.cut(events[first..<end]),
                sensor: SensorSize(width: Self.window.side, height: Self.window.side))
        }
    }

    private static func cut(_ events: ArraySlice<Event>) -> [Event] {
        events.compactMap { event in
            let (x, y) = (Int(event.x) - window.left, Int(event.y) - window.top)
            guard (0..<window.side).contains(x), (0..<window.side).contains(y) else { return nil }
            return Event(timestamp: event.timestamp, x: UInt16(x), y: UInt16(y), polarity: event.polarity)
        }
    }

    /// Rows of a heading and then, for each drawer, numbers of which the second and third are start and end in µs.
    private static func spans(_ path: String) throws(DataSetError) -> [Range<Int64>] {
        let text: String
        do throws(FileFormatError) {
            text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        } catch {
            throw .file(error)
        }
        var spans: [Range<Int64>] = []
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let columns = line.split(separator: ",", omittingEmptySubsequences: false).map {
                Double($0.trimmingCharacters(in: .whitespaces)).flatMap { Int64(exactly: $0.rounded()) }
            }
            guard columns.count > 2, let start = columns[1], let end = columns[2], start <= end else {
                throw .file(
                    .damaged(
                        path: path, offset: 0, found: "'\(line.prefix(80))' in line \(number + 1)",
                        expected: "numbers with start and end in the second and third column",
                        advice: "copy the file from the data set again"))
            }
            spans.append(start..<end)
        }
        return spans
    }
}

/// The drawings of Omniglot: `images_background/<alphabet>/character01/0001_01.png`, ink black on white.
private struct OmniglotImages: StaticImageCollection {
    let folder: String
    let entries: [StaticImageEntry]
    let classNames: [String]
    private let paths: [String]

    init(_ folder: String) {
        self.folder = folder
        var (entries, paths, classNames): ([StaticImageEntry], [String], [String]) = ([], [], [])
        for part in NOmniglotDataSet.parts {
            for alphabet in ClassFolders.names(in: "\(folder)/images_\(part)") {
                for character in ClassFolders.names(in: "\(folder)/images_\(part)/\(alphabet)") {
                    let (place, className) = (
                        "\(folder)/images_\(part)/\(alphabet)/\(character)", "\(alphabet)/\(character)"
                    )
                    classNames.append(className)
                    for file in ClassFolders.files(in: place, endings: [".png"]) {
                        entries.append(
                            StaticImageEntry(
                                name: ClassFolders.stem(of: file), className: className, part: nil,
                                source: SourceImage(
                                    collection: "Omniglot \(className)", index: ClassFolders.number(of: file) ?? 0)))
                        paths.append(place + "/" + file)
                    }
                }
            }
        }
        (self.entries, self.paths, self.classNames) = (entries, paths, classNames)
    }

    func file(of index: Int) -> String { paths[index] }

    func image(_ index: Int) throws(DataSetError) -> StaticImage {
        do throws(FileFormatError) {
            return StaticImage(try ImageFile.read(paths[index]))
        } catch {
            throw .file(error)
        }
    }
}
