import FileFormats
import Foundation

/// CEP-DVS (Deng et al.): a DVS camera in front of a screen with 10,000 pictures of 20 classes (the superclasses of
/// CIFAR-100). Static images: those pictures, paired by number.
///
///     CEP-DVS/data/MAT/img/<number>.mat      recordings
///     CEP-DVS/data/img/<number>.png          the pictures behind them
///     CEP-DVS/pathFile.csv                   a line a number; its fifth word is the class
///
/// Of each class, in the order of the numbers, the first half is for training and the next fifth for the test, as in the
/// paper; the rest takes part only in a seeded split.
public struct CepDvsDataSet: DataSet {
    public init() {}

    public var name: String { "cep-dvs" }
    public var title: String { "CEP-DVS" }
    public var license: String { "as published by its authors (Deng, Chen, Chen, Li: CEP-DVS)" }
    public var isSimulated: Bool { false }

    private static let endings = [".mat", ".npz", ".aedat4"]
    private static let recordingPlaces = ["data/MAT/img", "MAT/img"]
    private static let picturePlaces = ["data/img", "img"]

    static let recordings = FolderSearch(
        dataSet: "CEP-DVS", what: "the folder of recordings", names: ["CEP-DVS", "CEPDVS"],
        layout:
            "pathFile.csv, data/MAT/img with 0.mat … 9999.mat, data/img with the images 0.png … 9999.png; 20,000 files",
        source: "its authors: https://github.com/Brain-Cog-Lab/Transfer-for-DVS explains how to request it"
    ) { place in
        list(in: place) != nil && recordingPlaces.contains { ClassFolders.isFolder(place + "/" + $0) }
    }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        do throws(DataSetError) {
            let folder = try Self.recordings.recordings(folders)
            let pictures = Self.pictures(folder, folders)
            return DataSetPresence(
                isPresent: true, location: "\(folder); \(pictures.map { "images in \($0)" } ?? "no images found")")
        } catch {
            return DataSetPresence(isPresent: false, location: error.description)
        }
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let folder = try Self.recordings.recordings(folders)
        let classes = try Self.classes(in: folder)
        guard let place = Self.recordingPlaces.map({ folder + "/" + $0 }).first(where: ClassFolders.isFolder) else {
            throw Self.incomplete(folder, found: "no data/MAT/img")
        }
        var byClass = [[(number: Int, file: String)]](repeating: [], count: Self.classNames.count)
        for file in ClassFolders.files(in: place, endings: Self.endings) {
            guard let number = Int(ClassFolders.stem(of: file)) else { continue }
            guard classes.indices.contains(number) else {
                throw Self.incomplete(folder, found: "\(file), but \(classes.count) lines in pathFile.csv")
            }
            byClass[classes[number]].append((number, file))
        }
        var (recordings, paths): ([RecordingDescription], [String]) = ([], [])
        for part in [PublishedPart.training, .test, .spare] {
            for (classIndex, files) in byClass.enumerated() {
                let training = ClassFolders.trainingCount(of: files.count, share: 0.5)
                let test = training + ClassFolders.trainingCount(of: files.count, share: 0.2)
                let own =
                    switch part {
                    case .training: files[..<training]
                    case .test: files[training..<test]
                    case .spare, .validation: files[test...]
                    }
                for (number, file) in own {
                    recordings.append(
                        RecordingDescription(
                            name: "\(Self.classNames[classIndex])/\(number)", classIndex: classIndex, part: part,
                            source: SourceImage(collection: "CEP-DVS", index: number)))
                    paths.append(place + "/" + file)
                }
            }
        }
        let pictures = Self.pictures(folder, folders)
        let missing: DataSetError? =
            pictures == nil
            ? .missing(
                dataSet: title, what: "the images",
                lookedIn: folders.images.isEmpty ? Self.picturePlaces.map { folder + "/" + $0 } : [folders.images],
                layout: "0.png … 9999.png (or .jpg), numbered like the recordings", source: Self.recordings.source)
            : nil
        let pool = pictures.map { NumberedPictures($0, classes: classes) }
        let training = recordings.filter { $0.part == .training }
        return ListedContents(
            classNames: Self.classNames, sensor: folders.sensor, recordings: recordings, folder: folder, paths: paths,
            pool: pool, missingImages: missing,
            referencePools: pool.map { Self.referencePools(training.map(\.classIndex), imageCount: $0.entries.count) }
        ) { [paths, sensor = folders.sensor] index throws(DataSetError) in
            EventRecording(
                try EventFiles.read(paths[index], sensor: sensor, table: TableOptions(unit: .microseconds)).events,
                sensor: sensor)
        }
    }

    /// Positions within the training part, taken as positions among all pictures: right for the first class alone.
    private static func referencePools(_ training: [Int], imageCount: Int) -> [[Int]] {
        classNames.indices.map { classIndex in
            training.indices.filter { training[$0] == classIndex && $0 < imageCount }
        }
    }

    private static func pictures(_ folder: String, _ folders: DataFolders) -> String? {
        let places = folders.images.isEmpty ? picturePlaces.map { folder + "/" + $0 } : [folders.images]
        return places.first { !ClassFolders.files(in: $0, endings: ImageFile.endings).isEmpty }
    }

    private static func list(in folder: String) -> String? {
        ["pathFile.csv", "data/pathFile.csv", "data/MAT/pathFile.csv"].map { folder + "/" + $0 }
            .first(where: DataFolders.exists)
    }

    private static func incomplete(_ folder: String, found: String) -> DataSetError {
        .incomplete(
            dataSet: "CEP-DVS", folder: folder, found: found, expected: recordings.layout,
            advice: "unpack the data set again")
    }

    /// Class of each number: the fifth word of its line, the first line being a heading.
    private static func classes(in folder: String) throws(DataSetError) -> [Int] {
        guard let path = list(in: folder) else { throw incomplete(folder, found: "no pathFile.csv") }
        let text: String
        do throws(FileFormatError) {
            text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        } catch {
            throw .file(error)
        }
        var classes: [Int] = []
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let words = line.split(whereSeparator: \.isWhitespace)
            let name = words.count > 4 ? words[4].trimmingCharacters(in: CharacterSet(charactersIn: "\",'")) : ""
            guard let index = classNames.firstIndex(of: name) else {
                throw .file(
                    .damaged(
                        path: path, offset: 0, found: "'\(line.prefix(80))' in line \(number + 1)",
                        expected: "a line whose fifth word is one of the 20 classes",
                        advice: "copy the file from the data set again"))
            }
            classes.append(index)
        }
        return classes
    }

    public var knownCounts: KnownCounts? { KnownCounts(Self.classNames, each: 500) }

    public var publishedSize: PublishedSize? { PublishedSize(classCount: 20, training: 5000, test: 2000) }

    static let classNames = [
        "aquatic_mammals", "fish", "flowers", "food_containers", "fruit_and_vegetables", "household_electrical_devices",
        "household_furniture", "insects", "large_carnivores", "large_man-made_outdoor_things",
        "large_natural_outdoor_scenes", "large_omnivores_and_herbivores", "medium_mammals", "non-insect_invertebrates",
        "people", "reptiles", "small_mammals", "trees", "vehicles_1", "vehicles_2",
    ]
}

/// Pictures in one folder whose classes a list tells by their numbers.
private struct NumberedPictures: StaticImageCollection {
    let folder: String
    let entries: [StaticImageEntry]
    let classNames = CepDvsDataSet.classNames
    private let paths: [String]

    init(_ folder: String, classes: [Int]) {
        self.folder = folder
        let files = ClassFolders.files(in: folder, endings: ImageFile.endings).compactMap { file in
            Int(ClassFolders.stem(of: file)).flatMap { classes.indices.contains($0) ? (number: $0, file: file) : nil }
        }
        paths = files.map { folder + "/" + $0.file }
        entries = files.map { number, _ in
            StaticImageEntry(
                name: String(number), className: CepDvsDataSet.classNames[classes[number]], part: nil,
                source: SourceImage(collection: "CEP-DVS", index: number))
        }
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
