import FileFormats
import Foundation

/// Any recordings in a folder for each class, with any images in a folder for each class; paired by the folders' names.
///
///     FOLDER/<class>/<name>.bin, .aedat, .aedat4, .mat, .npz, .raw, .dat …       the first 90 % of a class are for training
///     FOLDER/train/<class>/… and FOLDER/val/<class>/…, FOLDER/test/<class>/…     as they are parted
///
/// Which folders are classes and which files recordings: `ClassTree`. All recordings have one sensor: `SetSensor`.
public struct FolderDataSet: DataSet {
    public init() {}

    public var name: String { "folders" }
    public var title: String { "Folders of recordings and images" }
    public var license: String { "that of your files" }
    public var isSimulated: Bool { false }

    static let layout =
        "a folder for each class with event files in it, or train/ and test/ (or val/, or both) with such folders"

    public func presence(in folders: DataFolders) -> DataSetPresence {
        guard !folders.recordings.isEmpty else {
            return DataSetPresence(
                isPresent: false,
                location:
                    "your own files: give their folder with --data (data.folder): \(Self.layout); and the folder of "
                    + "the images with data.image_folder: \(StaticImages.layout)")
        }
        guard ClassTree.isPresent(in: folders.recordings, .recordings) else {
            return DataSetPresence(isPresent: false, location: Self.missing(folders).description)
        }
        let images = folders.images.isEmpty ? "no image folder given" : "images in \(folders.images)"
        return DataSetPresence(isPresent: true, location: "\(folders.recordings); \(images)")
    }

    private static func missing(_ folders: DataFolders) -> DataSetError {
        .missing(
            dataSet: "folders", what: "event files",
            lookedIn: [
                folders.recordings.isEmpty ? "nowhere" : ClassTree.absence(of: .recordings, in: folders.recordings)
            ],
            layout: layout, source: "your own recordings; give their folder with --data (data.folder)")
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        guard let tree = try ClassTree(folders.recordings, .recordings, dataSet: name), !tree.classes.isEmpty else {
            throw Self.missing(folders)
        }
        let (recordings, paths) = Self.list(tree)
        let pool: (any StaticImageCollection)? =
            folders.images.isEmpty ? nil : try StaticImages.open(folders.images, dataSet: name)
        let missing: DataSetError? =
            pool == nil
            ? .missing(
                dataSet: name, what: "a folder of images", lookedIn: ["data.image_folder, which is empty"],
                layout: StaticImages.layout,
                source: "your own images of the same classes (--images DIR); without any, train on events only: "
                    + "--set sliding.strategy=events-only") : nil
        let agreement = TableAgreement(paths, folders.table)
        let sensor = SetSensor(
            folder: folders.recordings, paths: paths, given: folders.sensor, tables: agreement,
            cache: folders.isCacheKept ? folders.cache : nil)
        return ListedContents(
            classNames: tree.classNames, sensor: nil, recordings: recordings, folder: folders.recordings, paths: paths,
            pool: pool, missingImages: missing, setSensor: sensor, leftOut: tree.leftOut, notes: tree.notes
        ) { [paths, given = folders.sensor] index throws(DataSetError) in
            let size = try sensor.find().size
            return EventRecording(try agreement.read(paths[index], sensor: given).events, sensor: size)
        }
    }

    /// By part, class and name.
    private static func list(_ tree: ClassTree) -> (recordings: [RecordingDescription], paths: [String]) {
        let indices = Dictionary(uniqueKeysWithValues: tree.classNames.enumerated().map { ($1, $0) })
        var listed: [PublishedPart: [(description: RecordingDescription, path: String)]] = [:]
        for entry in tree.classes {
            let training = ClassFolders.trainingCount(of: entry.files.count)
            let stems = Dictionary(entry.files.map { (ClassFolders.stem(of: $0), 1) }, uniquingKeysWith: +)
            for (position, file) in entry.files.enumerated() {
                let part = entry.part ?? (position < training ? .training : .test)
                // Of recordings that differ by their ending alone the ending belongs to the name.
                let stem = ClassFolders.stem(of: file)
                let description = RecordingDescription(
                    name: entry.name + "/" + (stems[stem] == 1 ? stem : file), classIndex: indices[entry.name] ?? 0,
                    part: part)
                listed[part, default: []].append((description, entry.path + "/" + file))
            }
        }
        let all = [PublishedPart.training, .validation, .test].flatMap { listed[$0] ?? [] }
        return (all.map(\.description), all.map(\.path))
    }
}
