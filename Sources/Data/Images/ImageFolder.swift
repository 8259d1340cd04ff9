import FileFormats

/// A folder for each class, with JPEG or PNG pictures in it: `<class>/<name>.jpg`, or the same below `train/` and `test/`;
/// which folders are classes says `ClassTree`.
struct ImageFolder: StaticImageCollection {
    let folder: String
    let entries: [StaticImageEntry]
    let classNames: [String]
    let leftOut: [LeftOut]
    private let paths: [String]

    static func isPresent(in folder: String) -> Bool { ClassTree.isPresent(in: folder, .pictures) }

    /// - Parameters:
    ///   - isIncluded: of a class's name.
    ///   - collection: names the pictures' origin for a class and a part.
    /// - Throws: `DataSetError`: a class's folder that cannot be listed.
    init(
        _ folder: String, dataSet: String, isIncluded: (String) -> Bool = { _ in true },
        source: (_ className: String, _ number: Int) -> SourceImage? = { _, _ in nil }
    ) throws(DataSetError) {
        self.folder = folder
        let tree = try ClassTree(folder, .pictures, dataSet: dataSet)
        leftOut = tree?.leftOut ?? []
        var (entries, paths): ([StaticImageEntry], [String]) = ([], [])
        for entry in tree?.classes ?? [] where isIncluded(entry.name) {
            for (position, file) in entry.files.enumerated() {
                let number = ClassFolders.number(of: file) ?? position
                let collection =
                    "\(entry.part?.rawValue ?? "pictures") \(entry.name) \(ClassFolders.stem(of: file))"
                entries.append(
                    StaticImageEntry(
                        name: ClassFolders.stem(of: file), className: entry.name, part: entry.part,
                        source: source(entry.name, number) ?? SourceImage(collection: collection, index: 0)))
                paths.append(entry.path + "/" + file)
            }
        }
        (self.entries, self.paths) = (entries, paths)
        classNames = Set(entries.map(\.className)).sortedByBytes
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
