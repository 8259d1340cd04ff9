import Configuration
import FileFormats
import Foundation

/// Frames that SpikingJelly or tonic counted and kept, read as they lie. Images are paired by class name, as in `folders`.
///
///     FOLDER/frames_number_10_split_by_number/train/<class>/<name>.npz      SpikingJelly; without train/ and test/ for some
///     FOLDER/train/<index>_<copy>.hdf5, FOLDER/test/…                       tonic's DiskCachedDataset, or all in FOLDER
///
/// How events were sliced was decided when the frames were made: data.slicing has no part in it, and data.time_steps must be
/// that of the frames. Where the other program did not part them, the first 90 % of each class are for training.
public struct FrameCacheDataSet: DataSet {
    public init() {}

    public var name: String { "frames" }
    public var title: String { "Frames cached by tonic or SpikingJelly" }
    public var license: String { "that of your files" }
    public var isSimulated: Bool { false }

    static let layout =
        "SpikingJelly's frames_number_<T>_split_by_<…> (or a folder with it), with a folder of .npz files for each class; or "
        + "tonic's <index>_<copy>.hdf5 files, in train/ and test/ or together"

    public func presence(in folders: DataFolders) -> DataSetPresence {
        guard !folders.recordings.isEmpty else {
            return DataSetPresence(
                isPresent: false, location: "give the folder of the frames with --data (data.folder): \(Self.layout)")
        }
        do throws(DataSetError) {
            let place = try Self.place(folders)
            let images = folders.images.isEmpty ? "no image folder given" : "images in \(folders.images)"
            return DataSetPresence(isPresent: true, location: "\(place.folder); \(images)")
        } catch {
            return DataSetPresence(isPresent: false, location: error.description)
        }
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let place = try Self.place(folders)
        var leftOut: [LeftOut] = []
        var notes = ["frames are used as they are: data.slicing does not change them"]
        var listed: [Listed]
        if place.isTonic {
            (listed, leftOut) = try Self.tonic(place.folder)
        } else {
            guard let tree = try ClassTree(place.folder, .recordings(named: [".npz"]), dataSet: name) else {
                throw Self.missing(folders)
            }
            (listed, leftOut) = (Self.list(tree), tree.leftOut)
            notes += tree.notes
        }
        guard let first = listed.first else { throw Self.missing(folders) }
        let example = try Self.frames(first.path)
        let sensor = SensorSize(width: example.width, height: example.height)
        notes.append("they have \(example.timeStepCount) time steps: data.time_steps must be \(example.timeStepCount)")
        let names = Set(listed.map(\.className)).sorted { one, other in
            // Labels are numbers for tonic.
            if place.isTonic, let one = Int(one), let other = Int(other) { return one < other }
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let order: [PublishedPart: Int] = [.training: 0, .validation: 1, .test: 2]
        listed = listed.enumerated().sorted { one, other in
            func key(_ entry: Listed, _ position: Int) -> (Int, Int, Int) {
                (order[entry.part] ?? 3, indices[entry.className] ?? 0, position)
            }
            return key(one.element, one.offset) < key(other.element, other.offset)
        }.map(\.element)
        let pool: (any StaticImageCollection)? =
            folders.images.isEmpty ? nil : try StaticImages.open(folders.images, dataSet: name)
        let missing: DataSetError? =
            pool == nil
            ? .missing(
                dataSet: name, what: "a folder of images", lookedIn: ["data.image_folder, which is empty"],
                layout: StaticImages.layout,
                source: "images of the same classes (--images DIR); without any, train on events only: "
                    + "--set sliding.strategy=events-only") : nil
        let paths = listed.map(\.path)
        return ListedContents(
            classNames: names, sensor: sensor,
            recordings: listed.map {
                RecordingDescription(name: $0.name, classIndex: indices[$0.className] ?? 0, part: $0.part)
            }, folder: place.folder, paths: paths, pool: pool, missingImages: missing, leftOut: leftOut, notes: notes,
            readFrames: { [paths] index throws(DataSetError) in
                let frames = try Self.frames(paths[index])
                guard frames.width == sensor.width, frames.height == sensor.height else {
                    throw .incomplete(
                        dataSet: "frames", folder: paths[index],
                        found: "frames of \(frames.width)×\(frames.height) pixels",
                        expected: "\(sensor), as the other files have", advice: "make the frames anew, all of one size")
                }
                return frames
            }
        ) { [paths] index throws(DataSetError) in
            try StoredFrames.recording(try Self.frames(paths[index]), path: paths[index])
        }
    }

    private static func frames(_ path: String) throws(DataSetError) -> FrameFile {
        do throws(FileFormatError) {
            return try FrameFile.read(path)
        } catch {
            throw .file(error)
        }
    }

    private struct Listed {
        let className: String
        var part: PublishedPart
        let name: String
        let path: String
    }

    private static func list(_ tree: ClassTree) -> [Listed] {
        tree.classes.flatMap { entry in
            let training = ClassFolders.trainingCount(of: entry.files.count)
            return entry.files.enumerated().map { position, file in
                Listed(
                    className: entry.name, part: entry.part ?? (position < training ? .training : .test),
                    name: entry.name + "/" + ClassFolders.stem(of: file), path: entry.path + "/" + file)
            }
        }
    }

    // MARK: Where the frames are

    private typealias Place = (folder: String, isTonic: Bool)

    private static func missing(_ folders: DataFolders) -> DataSetError {
        .missing(
            dataSet: "frames", what: "cached frames",
            lookedIn: [folders.recordings.isEmpty ? "nowhere" : folders.recordings], layout: layout,
            source: "tonic.DiskCachedDataset over frames, or SpikingJelly's data sets with data_type='frame'")
    }

    /// - Throws: `DataSetError` if there are none, or several of which none is the one asked for.
    private static func place(_ folders: DataFolders) throws(DataSetError) -> Place {
        let folder = folders.recordings
        guard !folder.isEmpty else { throw missing(folders) }
        let parts = [folder] + tonicParts(folder).map(\.path)
        if parts.contains(where: { !tonicFiles($0).kept.isEmpty }) { return (folder, true) }
        let prefix = "frames_number_"
        let caches = FolderListing(folder).folders.filter { $0.hasPrefix(prefix) }
        if !caches.isEmpty {
            let asked = folders.settings[DataSettings.shared.timeStepCount]
            // Of a single one it is said when its frames are read that they are of another number.
            let fitting = caches.count == 1 ? caches : caches.filter { $0.hasPrefix("\(prefix)\(asked)_") }
            guard fitting.count == 1 else {
                throw .incomplete(
                    dataSet: "frames", folder: folder, found: "\(caches.joined(separator: ", "))",
                    expected: "one folder of frames of \(asked) time steps, as data.time_steps says",
                    advice: fitting.isEmpty
                        ? "set data.time_steps to that of one of them, or have frames of \(asked) made"
                        : "give one of them with --data (data.folder)")
            }
            return (folder + "/" + fitting[0], false)
        }
        guard ClassTree.isPresent(in: folder, .recordings(named: [".npz"])) else { throw missing(folders) }
        return (folder, false)
    }

    private static func tonicParts(_ folder: String) -> [(path: String, part: PublishedPart)] {
        FolderListing(folder).folders.compactMap { name in
            switch name.lowercased() {
            case "train", "training": (folder + "/" + name, .training)
            case "val", "valid", "validation": (folder + "/" + name, .validation)
            case "test", "testing": (folder + "/" + name, .test)
            default: nil
            }
        }
    }

    /// Of each sample the first copy, by index; and the other copies.
    private static func tonicFiles(_ folder: String) -> (kept: [String], copies: [String]) {
        var (kept, copies): ([(Int, String)], [String]) = ([], [])
        for file in FolderListing(folder).files where file.hasSuffix(".hdf5") {
            let numbers = file.dropLast(5).split(separator: "_", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let index = numbers[0], let copy = numbers[1] else { continue }
            if copy == 0 { kept.append((index, file)) } else { copies.append(file) }
        }
        return (kept.sorted { $0 < $1 }.map(\.1), copies)
    }

    /// Labels stand in the files alone: each is looked into.
    private static func tonic(_ folder: String) throws(DataSetError) -> ([Listed], [LeftOut]) {
        var (listed, leftOut): ([Listed], [LeftOut]) = ([], [])
        let own = tonicParts(folder).filter { !tonicFiles($0.path).kept.isEmpty }
        let parts = own.map { ($0.path, Optional($0.part)) } + (tonicFiles(folder).kept.isEmpty ? [] : [(folder, nil)])
        for (path, part) in parts {
            let (files, copies) = tonicFiles(path)
            leftOut += copies.map {
                LeftOut(path: $0, reason: "is another copy of a sample that is read", isNotable: false)
            }
            let work = LongWork.current.count("reading labels", of: files.count)
            let labels = try inParallelRuns(files.count) { run throws(DataSetError) in
                var labels: [Int] = []
                for index in run {
                    try work.next()
                    labels.append(try label(path + "/" + files[index]))
                }
                return labels
            }.flatMap { $0 }
            let below = path == folder ? "" : path.dropFirst(folder.count + 1) + "/"
            var found = zip(files, labels).map { file, label in
                Listed(
                    className: "\(label)", part: part ?? .training, name: below + ClassFolders.stem(of: file),
                    path: path + "/" + file)
            }
            if part == nil {
                // The last tenth of each class, in the order of the cache.
                for (_, positions) in Dictionary(grouping: found.indices, by: { found[$0].className }) {
                    for position in positions.dropFirst(ClassFolders.trainingCount(of: positions.count)) {
                        found[position].part = .test
                    }
                }
            }
            listed += found
        }
        return (listed, leftOut)
    }

    private static func label(_ path: String) throws(DataSetError) -> Int {
        do throws(FileFormatError) {
            guard let label = try FrameFile.label(of: path) else {
                throw FileFormatError.entryMismatch(
                    path: path, name: "target/0", found: "no single number", expected: "the label of one class")
            }
            return label
        } catch {
            throw .file(error)
        }
    }
}
