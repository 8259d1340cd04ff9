import FileFormats
import Foundation

/// ES-ImageNet (Lin et al. 2021): pictures of ImageNet turned into events by moving them in eight steps. Static images:
/// ImageNet.
///
///     ES-imagenet/train/<name>.npz, val/<name>.npz        pos and neg: rows x, y and a step of 1…8
///     ES-imagenet/trainlabel.txt, vallabel.txt            <name>.<ending> <class> <a> <b>, a × b the picture's size
///     ImageNet/train/<synset>/<name>.JPEG                 the pictures
///
/// As its authors prepare it: x counts rows and y columns, the picture stands in the middle of 256 × 256, of which the inner
/// 224 × 224 are kept, and a pixel reports at most once a step and polarity. A step has no length: here each begins a
/// second and fills half of it in the file's order, so that all ways to cut times into 8, 4 or 2 find the steps.
public struct EsImageNetDataSet: DataSet {
    public init() {}

    public var name: String { "es-imagenet" }
    public var title: String { "ES-ImageNet" }
    public var license: String {
        "as published by its authors (Lin, Ding, Qiang, Deng, Li 2021); ImageNet: for research"
    }
    /// Made from still images by its authors' algorithm.
    public var isSimulated: Bool { false }

    static let sensor = SensorSize(width: 224, height: 224)
    private static let canvas = 254
    private static let margin = 16
    private static let stepLength: Int64 = 1_000_000

    /// Folder and list of labels of each part.
    private static let parts: [(part: PublishedPart, folder: String, list: String)] = [
        (.training, "train", "trainlabel.txt"), (.test, "val", "vallabel.txt"),
    ]

    static let recordings = FolderSearch(
        dataSet: "ES-ImageNet", what: "the folder of recordings",
        names: ["ES-imagenet", "ES-ImageNet", "ES-imagenet-0.18", "es-imagenet"],
        layout: "train and val with <name>.npz, trainlabel.txt and vallabel.txt; 1,000 classes, over a million files",
        source: "https://github.com/lyh983012/ES-imagenet-master"
    ) { place in
        parts.allSatisfy { ClassFolders.isFolder(place + "/" + $0.folder) && DataFolders.exists(place + "/" + $0.list) }
    }

    static let images = FolderSearch(
        dataSet: "ES-ImageNet", what: "the images of ImageNet",
        names: ["ImageNet/train", "imagenet/train", "ILSVRC2012/train", "ImageNet", "imagenet", "ILSVRC2012", "train"],
        layout: "a folder for each class, named by its synset (n01440764 …), with the training images in it",
        source: "https://image-net.org/challenges/LSVRC/2012 (ILSVRC2012_img_train.tar)"
    ) { place in ClassFolders.names(in: place).contains { synset(of: $0 + "_1") != nil } }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        FolderSearch.presence(of: Self.recordings, images: Self.images, in: folders)
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let folder = try Self.recordings.recordings(folders)
        let (pool, missing) = try ImageSide.open { () throws(DataSetError) in
            try ImageFolder(
                try Self.images.images(folders, recordings: folder), dataSet: title,
                source: { SourceImage(collection: "ImageNet " + $0, index: $1) })
        }
        let (rows, classNames) = try Self.rows(in: folder)
        let (paths, sizes) = (rows.map(\.path), rows.map { (height: $0.height, width: $0.width) })
        return ListedContents(
            classNames: classNames, sensor: Self.sensor,
            recordings: rows.map { row in
                RecordingDescription(
                    name: "\(classNames[row.label])/\(row.stem)", classIndex: row.label, part: row.part,
                    source: Self.synset(of: row.stem).map {
                        SourceImage(collection: "ImageNet " + $0, index: ClassFolders.number(of: row.stem) ?? 0)
                    })
            }, folder: folder, paths: paths, pool: pool, missingImages: missing
        ) { index throws(DataSetError) in
            EventRecording(
                Self.placed(try EventFiles.read(paths[index]).events, of: sizes[index]), sensor: Self.sensor)
        }
    }

    private struct Row {
        let part: PublishedPart
        let stem: String
        let path: String
        let label: Int
        let height: Int
        let width: Int
    }

    /// All lines of both lists, by part, class and name, and what the classes are called: the synset that the names of
    /// training files begin with.
    private static func rows(in folder: String) throws(DataSetError) -> (rows: [Row], classNames: [String]) {
        var rows: [Row] = []
        var synsets: [Int: String] = [:]
        for (part, place, list) in parts {
            let path = folder + "/" + list
            let text: String
            do throws(FileFormatError) {
                text = String(decoding: try FileBytes.read(path), as: UTF8.self)
            } catch {
                throw .file(error)
            }
            for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            {
                if number.isMultiple(of: 4096) { try LongWork.check() }
                let words = line.split(whereSeparator: \.isWhitespace)
                if words.isEmpty { continue }
                guard words.count == 4, let label = Int(words[1]), let height = Int(words[2]),
                    let width = Int(words[3]), (0..<100_000).contains(label), (1..<65_536).contains(height),
                    (1..<65_536).contains(width), !words[0].contains("/")
                else {
                    throw .file(
                        .damaged(
                            path: path, offset: 0, found: "'\(line.prefix(80))' in line \(number + 1)",
                            expected: "a file's name, its class, height and width", advice: "copy the list again"))
                }
                let stem = ClassFolders.stem(of: String(words[0]))
                if part == .training, synsets[label] == nil { synsets[label] = synset(of: stem) }
                rows.append(
                    Row(
                        part: part, stem: stem, path: "\(folder)/\(place)/\(stem).npz", label: label, height: height,
                        width: width))
            }
        }
        rows.sort {
            let (left, right) = ($0.part == .test, $1.part == .test)
            if left != right { return right }
            return ($0.label, $0.stem) < ($1.label, $1.stem)
        }
        let names = (0...(rows.map(\.label).max() ?? 0)).map { synsets[$0] ?? "class \($0)" }
        guard Set(names).count == names.count else {
            throw .incomplete(
                dataSet: "ES-ImageNet", folder: folder, found: "two classes with names of the same synset",
                expected: "trainlabel.txt with one class for each", advice: "copy the list again")
        }
        return (rows, names)
    }

    /// `n01440764` of `n01440764_10026`.
    private static func synset(of stem: String) -> String? {
        let first = stem.prefix { $0 != "_" }
        guard first.count == 9, first.first == "n", first.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
            first.count < stem.count
        else { return nil }
        return String(first)
    }

    /// Events in the middle of the canvas, cut to what is kept; each pixel once a step and polarity.
    static func placed(_ events: [Event], of size: (height: Int, width: Int)) -> [Event] {
        // Halves go down, also below zero.
        let (down, right) = ((canvas - size.height) >> 1 - margin, (canvas - size.width) >> 1 - margin)
        var seen: Set<Event> = []
        var steps: [Int64: [Event]] = [:]
        for event in events {
            let (column, row) = (Int(event.y) + right, Int(event.x) + down)
            guard (0..<sensor.width).contains(column), (0..<sensor.height).contains(row) else { continue }
            let placed = Event(
                timestamp: event.timestamp, x: UInt16(column), y: UInt16(row), polarity: event.polarity)
            if seen.insert(placed).inserted { steps[event.timestamp, default: []].append(placed) }
        }
        return steps.sorted { $0.key < $1.key }.flatMap { step, events in
            events.enumerated().map { place, event in
                var event = event
                // Steps are 1…8; a file with other numbers keeps their order.
                let (begin, isTooFar) = (step &- 1).multipliedReportingOverflow(by: stepLength)
                event.timestamp = isTooFar ? step : begin &+ Int64(place) * stepLength / 2 / Int64(events.count)
                return event
            }
        }
    }
}
