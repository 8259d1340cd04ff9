import FileFormats
import Foundation

/// Any recordings in a folder for each class, with any images in a folder for each class; paired by the folders' names.
///
///     FOLDER/<class>/<name>.bin, .aedat, .aedat4, .mat, .npz, .raw, .dat …       the first 90 % of a class are for training
///     FOLDER/train/<class>/… and FOLDER/test/<class>/…                           as they are parted
public struct FolderDataSet: DataSet {
    public init() {}

    public var name: String { "folders" }
    public var title: String { "Folders of recordings and images" }
    public var license: String { "that of your files" }
    public var isSimulated: Bool { false }

    static let layout = "a folder for each class with event files in it, or train/ and test/ with such folders"

    public func presence(in folders: DataFolders) -> DataSetPresence {
        guard !folders.recordings.isEmpty else {
            return DataSetPresence(
                isPresent: false,
                location:
                    "your own files: name their folder with --data (data.folder): \(Self.layout); and the folder of "
                    + "the images with data.image_folder: \(StaticImages.layout)")
        }
        guard !Self.roots(of: folders.recordings).isEmpty else {
            return DataSetPresence(isPresent: false, location: Self.missing(folders).description)
        }
        let images = folders.images.isEmpty ? "no images named" : "images in \(folders.images)"
        return DataSetPresence(isPresent: true, location: "\(folders.recordings); \(images)")
    }

    private static func missing(_ folders: DataFolders) -> DataSetError {
        .missing(
            dataSet: "folders", what: "event files",
            lookedIn: [folders.recordings.isEmpty ? "nowhere" : folders.recordings],
            layout: layout, source: "your own recordings; name their folder with --data (data.folder)")
    }

    private static func roots(of folder: String) -> [(path: String, part: PublishedPart?)] {
        func hasFiles(_ place: String) -> Bool {
            ClassFolders.names(in: place).contains {
                !ClassFolders.files(in: place + "/" + $0, endings: EventFiles.endings).isEmpty
            }
        }
        let parts = ImageFolder.partFolders.filter { hasFiles(folder + "/" + $0.name) }
        if Set(parts.map(\.part)).count == 2 { return parts.map { (folder + "/" + $0.name, $0.part) } }
        return hasFiles(folder) ? [(folder, nil)] : []
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let roots = Self.roots(of: folders.recordings)
        guard !roots.isEmpty else { throw Self.missing(folders) }
        let names = Set(roots.flatMap { ClassFolders.names(in: $0.path) })
        let classNames = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var (recordings, paths): ([RecordingDescription], [String]) = ([], [])
        for part in PublishedPart.allCases {
            for (classIndex, className) in classNames.enumerated() {
                for root in roots where root.part == nil || root.part == part {
                    try Cancellation.check()
                    let place = root.path + "/" + className
                    let files = ClassFolders.files(in: place, endings: EventFiles.endings)
                    let training = ClassFolders.trainingCount(of: files.count)
                    let own =
                        root.part != nil ? files[...] : part == .training ? files[..<training] : files[training...]
                    for file in own {
                        recordings.append(
                            RecordingDescription(
                                name: className + "/" + ClassFolders.stem(of: file), classIndex: classIndex, part: part)
                        )
                        paths.append(place + "/" + file)
                    }
                }
            }
        }
        let pool: (any StaticImageCollection)? =
            folders.images.isEmpty ? nil : try StaticImages.open(folders.images, dataSet: name)
        let missing: DataSetError? =
            pool == nil
            ? .missing(
                dataSet: name, what: "a folder of images", lookedIn: ["data.image_folder, which is empty"],
                layout: StaticImages.layout, source: "your own pictures of the same classes") : nil
        let agreement = TableAgreement(paths, folders.table)
        return ListedContents(
            classNames: classNames, sensor: nil, recordings: recordings, folder: folders.recordings, paths: paths,
            pool: pool, missingImages: missing
        ) { [paths] index throws(DataSetError) in
            let file = try agreement.read(paths[index])
            return EventRecording(file.events, sensor: file.declaredSensor)
        }
    }
}
