import FileFormats
import Files
import Foundation

/// The files of MNIST, or of a set published in the same form (Fashion-MNIST), in one folder: the training files, the
/// test files or both, plain or gzip.
struct MnistImageFolder: Sendable, Hashable {
    let path: String
    let collections: [Collection]

    struct Collection: Sendable, Hashable {
        /// "train" or "t10k".
        let name: String
        let images: String
        let labels: String
    }

    static let layout =
        "train-images-idx3-ubyte and train-labels-idx1-ubyte, or t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
        + "or all four, plain or with .gz; 12 MB packed"
    static let source =
        "mirrors of MNIST, for example https://ossci-datasets.s3.amazonaws.com/mnist/ (CC BY-SA 3.0 as commonly stated)"

    /// - Throws: `DataSetError.missing` with every place that was looked at.
    static func locate(_ folders: DataFolders, recordings: String) throws(DataSetError) -> MnistImageFolder {
        var places: [String] = []
        if !folders.images.isEmpty {
            places = [folders.images, folders.images + "/MNIST"]
        } else {
            if !folders.recordings.isEmpty {
                let parent = PathName(recordings).folder
                places = [folders.recordings + "/MNIST", parent + "/MNIST"]
            }
            if let shared = folders.shared { places.append(shared + "/MNIST") }
            places.append(folders.installed + "/MNIST")
        }
        for (index, place) in places.enumerated() where !places[..<index].contains(place) {
            if let found = MnistImageFolder(in: place) { return found }
        }
        throw .missing(
            dataSet: "N-MNIST", what: "the static images of MNIST", lookedIn: places, layout: layout, source: source)
    }

    /// `nil` if the folder holds none of the files.
    init?(in folder: String) {
        collections = ["train", "t10k"].compactMap { Self.collection(named: $0, in: folder) }
        path = folder
        if collections.isEmpty { return nil }
    }

    private static func collection(named name: String, in folder: String) -> Collection? {
        func file(_ stem: String) -> String? {
            [folder + "/" + stem, folder + "/" + stem + ".gz"].first(where: DataFolders.exists)
        }
        guard let images = file("\(name)-images-idx3-ubyte"), let labels = file("\(name)-labels-idx1-ubyte") else {
            return nil
        }
        return Collection(name: name, images: images, labels: labels)
    }

    func read() throws(DataSetError) -> MnistImages {
        do throws(FileFormatError) {
            var parts: [MnistImages.Part] = []
            for collection in collections {
                let images = try Idx.images(collection.images)
                let labels = try Idx.labels(collection.labels)
                guard images.count == labels.count else {
                    throw .damaged(
                        path: collection.labels, offset: 4, found: "\(labels.count) labels",
                        expected: "\(images.count), one for each image", advice: "download both files again")
                }
                if let wrong = labels.firstIndex(where: { $0 > 9 }) {
                    throw .damaged(
                        path: collection.labels, offset: 8 + wrong, found: "label \(labels[wrong])", expected: "0…9",
                        advice: "check that these are the files of MNIST or of a set of ten classes")
                }
                parts.append(
                    MnistImages.Part(
                        name: collection.name, path: collection.images, images: images, labels: labels))
            }
            return MnistImages(parts, folder: path)
        } catch {
            throw .file(error)
        }
    }
}

/// Images and labels in memory.
struct MnistImages: StaticImageCollection {
    let folder: String
    let entries: [StaticImageEntry]
    struct Part: Sendable {
        let name: String
        /// Of the file of the images.
        let path: String
        let images: Idx.Images
        let labels: [UInt8]
    }

    let parts: [Part]
    let isFashion: Bool

    private static let fashionNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]
    /// The files do not say what they show, but the labels they begin with do.
    private static let fashionBeginnings: [[UInt8]] = [
        [9, 0, 0, 3, 0, 2, 7, 2, 5, 5], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
    ]

    init(_ parts: [Part], folder: String) {
        (self.parts, self.folder) = (parts, folder)
        let isFashion =
            folder.lowercased().contains("fashion")
            || parts.contains { part in Self.fashionBeginnings.contains { part.labels.starts(with: $0) } }
        self.isFashion = isFashion
        entries = parts.flatMap { part in
            part.labels.enumerated().map { index, label in
                StaticImageEntry(
                    name: String(index + 1), className: Self.className(of: label, isFashion),
                    part: part.name == "train" ? .training : .test,
                    source: SourceImage(
                        collection: "\(isFashion ? "Fashion-MNIST" : "MNIST") \(part.name)", index: index))
            }
        }
    }

    /// In the order of their labels.
    var classNames: [String] { Set(parts.flatMap(\.labels)).sorted().map { Self.className(of: $0, isFashion) } }

    private static func className(of label: UInt8, _ isFashion: Bool) -> String {
        isFashion && Int(label) < fashionNames.count ? fashionNames[Int(label)] : String(label)
    }

    func file(of index: Int) -> String { place(of: index).part.path }

    func image(_ index: Int) -> StaticImage {
        let (part, index) = place(of: index)
        return StaticImage(width: part.images.columns, height: part.images.rows, pixels: Array(part.images[index]))
    }

    private func place(of index: Int) -> (part: Part, index: Int) {
        var index = index
        for part in parts {
            if index < part.images.count { return (part, index) }
            index -= part.images.count
        }
        preconditionFailure("no image \(index)")
    }
}
