import FileFormats

/// CIFAR-10's binary version: `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`.
struct CifarImages: StaticImageCollection {
    let folder: String
    let entries: [StaticImageEntry]
    let classNames = Self.names
    private let files: [(path: String, images: Cifar.Images)]
    private let places: [(file: Int, index: Int)]

    static let names = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    private static let fileNames =
        (1...5).map { ("data_batch_\($0).bin", PublishedPart.training) } + [
            ("test_batch.bin", .test)
        ]

    static func isPresent(in folder: String) -> Bool {
        fileNames.contains { DataFolders.exists(folder + "/" + $0.0) }
    }

    /// - Throws: `DataSetError.file` if a file is damaged. Files that are not there are left out.
    init(_ folder: String) throws(DataSetError) {
        self.folder = folder
        var files: [(path: String, images: Cifar.Images)] = []
        var (entries, places): ([StaticImageEntry], [(file: Int, index: Int)]) = ([], [])
        for (name, part) in Self.fileNames where DataFolders.exists(folder + "/" + name) {
            let images: Cifar.Images
            do throws(FileFormatError) {
                images = try Cifar.images(folder + "/" + name)
            } catch {
                throw .file(error)
            }
            for (index, label) in images.labels.enumerated() {
                let stem = String(name.dropLast(4))
                entries.append(
                    StaticImageEntry(
                        name: "\(stem)_\(index)", className: Self.names[Int(label)], part: part,
                        source: SourceImage(collection: "CIFAR-10 \(stem)", index: index)))
                places.append((files.count, index))
            }
            files.append((folder + "/" + name, images))
        }
        (self.files, self.entries, self.places) = (files, entries, places)
    }

    func file(of index: Int) -> String { files[places[index].file].path }

    func image(_ index: Int) throws(DataSetError) -> StaticImage {
        StaticImage(files[places[index].file].images[places[index].index])
    }
}
