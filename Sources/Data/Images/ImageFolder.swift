import FileFormats

/// A folder for each class, with JPEG or PNG pictures in it: `<class>/<name>.jpg`, or the same below `train/` and `test/`.
struct ImageFolder: StaticImageCollection {
    let folder: String
    let entries: [StaticImageEntry]
    let classNames: [String]
    private let paths: [String]

    static let partFolders: [(name: String, part: PublishedPart)] = [
        ("train", .training), ("Train", .training), ("training", .training), ("test", .test), ("Test", .test),
    ]

    static func isPresent(in folder: String) -> Bool {
        roots(of: folder).contains { root in
            ClassFolders.names(in: root.path).contains {
                !ClassFolders.files(in: root.path + "/" + $0, endings: ImageFile.endings).isEmpty
            }
        }
    }

    /// The folder itself, or those of its parts.
    private static func roots(of folder: String) -> [(path: String, part: PublishedPart?)] {
        let names = Set(ClassFolders.names(in: folder))
        let parts = partFolders.filter { names.contains($0.name) }
        guard parts.contains(where: { $0.part == .training }), parts.contains(where: { $0.part == .test }) else {
            return [(folder, nil)]
        }
        return parts.map { (folder + "/" + $0.name, $0.part) }
    }

    /// - Parameters:
    ///   - isIncluded: of a class's name.
    ///   - collection: names the pictures' origin for a class and a part.
    init(
        _ folder: String, isIncluded: (String) -> Bool = { _ in true },
        source: (_ className: String, _ number: Int) -> SourceImage? = { _, _ in nil }
    ) {
        self.folder = folder
        var (entries, paths): ([StaticImageEntry], [String]) = ([], [])
        for root in Self.roots(of: folder) {
            for className in ClassFolders.names(in: root.path) where isIncluded(className) {
                let place = root.path + "/" + className
                for (position, file) in ClassFolders.files(in: place, endings: ImageFile.endings).enumerated() {
                    let number = ClassFolders.number(of: file) ?? position
                    let collection = "\(root.part?.rawValue ?? "pictures") \(className) \(ClassFolders.stem(of: file))"
                    entries.append(
                        StaticImageEntry(
                            name: ClassFolders.stem(of: file), className: className, part: root.part,
                            source: source(className, number) ?? SourceImage(collection: collection, index: 0)))
                    paths.append(place + "/" + file)
                }
            }
        }
        (self.entries, self.paths) = (entries, paths)
        classNames = Set(entries.map(\.className)).sorted()
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
