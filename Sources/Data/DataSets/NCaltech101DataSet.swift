import FileFormats
import Foundation

/// N-Caltech101 (Orchard et al. 2015): a camera that made three saccades in front of a screen with each picture of
/// Caltech101. Static images: those pictures.
///
///     N-Caltech101/<class>/image_0001.bin                    each with a size of its own, up to 240×180
///     101_ObjectCategories/<class>/image_0001.jpg            the picture behind it
///
/// As in the paper each recording is moved to the origin and has the size that it reaches, unless data.sensor says one for
/// all. Of each class the first 90 % are for training. "Faces" has no recordings and is left out of the pictures.
public struct NCaltech101DataSet: DataSet {
    public init() {}

    public var name: String { "ncaltech101" }
    public var title: String { "N-Caltech101" }
    public var license: String {
        "CC BY 4.0 (Orchard, Jayawant, Cohen, Thakor 2015); Caltech101: CC BY 4.0 (Li et al. 2022)"
    }
    public var isSimulated: Bool { false }

    static let recordings = FolderSearch(
        dataSet: "N-Caltech101", what: "the folder of recordings",
        names: [
            "N-Caltech101", "N-Caltech101/Caltech101", "NCALTECH101/Caltech101", "extract/Caltech101", "Caltech101",
        ],
        layout:
            "101 folders, from BACKGROUND_Google to yin_yang, with image_0001.bin …; 8,709 files, about 4 GB unpacked",
        source: "https://www.garrickorchard.com/datasets/n-caltech101 (Caltech101.zip)"
    ) { !ClassFolders.files(in: $0 + "/airplanes", endings: [".bin"]).isEmpty }

    static let images = FolderSearch(
        dataSet: "N-Caltech101", what: "the images of Caltech101",
        names: ["101_ObjectCategories", "Caltech101/101_ObjectCategories", "caltech101/101_ObjectCategories"],
        layout: "102 folders with image_0001.jpg …; 9,144 files, about 150 MB unpacked",
        source: "https://data.caltech.edu/records/mzrjq-6wc02 (caltech-101.zip)"
    ) { !ClassFolders.files(in: $0 + "/airplanes", endings: ImageFile.endings).isEmpty }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        FolderSearch.presence(of: Self.recordings, images: Self.images, in: folders)
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let folder = try Self.recordings.recordings(folders)
        let (classes, leftOut) = try ClassFolders.classes(in: folder, .recordings(named: [".bin"]), dataSet: title)
        let classNames = classes.map(\.name)
        let (pool, missing) = try ImageSide.open { () throws(DataSetError) in
            let place = try Self.images.images(folders, recordings: folder)
            return try ImageFolder(place, dataSet: title, isIncluded: classNames.contains, source: Self.source)
        }
        var (recordings, paths): ([RecordingDescription], [String]) = ([], [])
        for part in PublishedPart.allCases {
            for (classIndex, entry) in classes.enumerated() {
                try LongWork.check()
                let (className, files) = (entry.name, entry.files)
                let training = ClassFolders.trainingCount(of: files.count)
                for file in part == .training ? files[..<training] : files[training...] {
                    let path = "\(folder)/\(className)/\(file)"
                    recordings.append(
                        RecordingDescription(
                            name: className + "/" + ClassFolders.stem(of: file), classIndex: classIndex, part: part,
                            eventCount: ClassFolders.size(path).map { $0 / NeuromorphicBin.recordSize },
                            source: ClassFolders.number(of: file).flatMap { Self.source(className, $0) }))
                    paths.append(path)
                }
            }
        }
        return ListedContents(
            classNames: classNames, sensor: folders.sensor, recordings: recordings, folder: folder, paths: paths,
            pool: pool, missingImages: missing, referencePools: pool.map { Self.referencePools($0, classNames) },
            leftOut: leftOut
        ) { [paths, sensor = folders.sensor] index throws(DataSetError) in
            let events = try EventFiles.read(paths[index], sensor: sensor).events
            // Who names the sensor wants places as the camera saw them.
            return sensor.map { EventRecording(events, sensor: $0) } ?? EventRecording(movedToOrigin: events)
        }
    }

    /// The first 90 % of a class's pictures and, off by one, the one after them.
    private static func referencePools(_ pool: any StaticImageCollection, _ classNames: [String]) -> [[Int]] {
        classNames.map { className in
            let own = pool.entries.indices.filter { pool.entries[$0].className == className }
            return Array(own.prefix(ClassFolders.trainingCount(of: own.count) + 1))
        }
    }

    private static func source(_ className: String, _ number: Int) -> SourceImage? {
        SourceImage(collection: "Caltech101 \(className)", index: number)
    }

    public var knownCounts: KnownCounts? { KnownCounts(Self.classNames, Self.counts) }

    static let classNames: [String] =
        ("BACKGROUND_Google Faces_easy Leopards Motorbikes accordion airplanes anchor ant barrel bass beaver binocular bonsai "
        + "brain brontosaurus buddha butterfly camera cannon car_side ceiling_fan cellphone chair chandelier cougar_body "
        + "cougar_face crab crayfish crocodile crocodile_head cup dalmatian dollar_bill dolphin dragonfly electric_guitar "
        + "elephant emu euphonium ewer ferry flamingo flamingo_head garfield gerenuk gramophone grand_piano hawksbill "
        + "headphone hedgehog helicopter ibis inline_skate joshua_tree kangaroo ketch lamp laptop llama lobster lotus "
        + "mandolin mayfly menorah metronome minaret nautilus octopus okapi pagoda panda pigeon pizza platypus pyramid "
        + "revolver rhino rooster saxophone schooner scissors scorpion sea_horse snoopy soccer_ball stapler starfish "
        + "stegosaurus stop_sign strawberry sunflower tick trilobite umbrella watch water_lilly wheelchair wild_cat "
        + "windsor_chair wrench yin_yang").split(separator: " ").map(String.init)

    static let counts = [
        467, 435, 200, 798, 55, 800, 42, 42, 47, 54, 46, 33, 128, 98, 43, 85, 91, 50, 43, 123, 47, 59, 62, 107, 47, 69,
        73,
        70, 50, 51, 57, 67, 52, 65, 68, 75, 64, 53, 64, 85, 67, 67, 45, 34, 34, 51, 99, 100, 42, 54, 88, 80, 31, 64, 86,
        114, 61, 81, 78, 41, 66, 43, 40, 87, 32, 76, 55, 35, 39, 47, 38, 45, 53, 34, 57, 82, 59, 49, 40, 63, 39, 84, 57,
        35,
        64, 45, 86, 59, 64, 35, 85, 49, 86, 75, 239, 37, 59, 34, 56, 39, 60,
    ]
}
