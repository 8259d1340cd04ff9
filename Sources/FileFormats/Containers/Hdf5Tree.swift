/// A group of an HDF5 file with all that is in it, for files that are read whole.
struct Hdf5Tree {
    enum Member {
        case group(Hdf5Tree)
        case numbers(shape: [Int], NumberColumn)
        case texts(shape: [Int], [String])
        /// An array of a kind that is not read.
        case other(FileFormatError)
    }

    let path: String
    /// Names of the groups in each other that lead here, with slashes.
    let title: String
    private(set) var members: [String: Member] = [:]

    /// More are in no file that is read whole.
    private static let (largestDepth, mostObjects) = (8, 1 << 16)

    /// What has been read so far, so that a file in which everything is told to be everywhere does not fill the memory.
    private struct Progress {
        var visited = Set<Int>()
        var bytes = 0
    }

    /// - Throws: `.damaged`, `.unsupported` or `.tooLarge`.
    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        let file = try Hdf5File(bytes, path: path)
        var progress = Progress()
        self = try Self(file, try file.rootHeader(), title: "", depth: 0, &progress)
    }

    private init(
        _ file: Hdf5File, _ header: Hdf5Header, title: String, depth: Int, _ progress: inout Progress
    ) throws(FileFormatError) {
        (path, self.title) = (file.path, title)
        guard let places = try file.members(of: header) else {
            throw file.unsupported(at: 0, "'\(title)', which is neither a group nor an array", "groups and arrays")
        }
        for (name, place) in places.sorted(by: { $0.key < $1.key }) {
            let inner = title.isEmpty ? name : title + "/" + name
            guard depth < Self.largestDepth, progress.visited.count < Self.mostObjects,
                progress.visited.insert(place).inserted
            else {
                throw file.view.damaged(
                    at: place, found: "'\(inner)', which is told twice, or one of very many",
                    expected: "groups at most \(Self.largestDepth) deep, of \(Self.mostObjects) objects")
            }
            let header = try Hdf5Header(file, at: place)
            let array: Hdf5Array?
            do throws(FileFormatError) {
                array = try Hdf5Array(header, in: file, takesTexts: true)
                if let array { members[name] = try Self.read(array, inner, file, &progress) }
            } catch {
                guard case .unsupported = error else { throw error }
                members[name] = .other(error)
                continue
            }
            if array == nil {
                members[name] = .group(try Self(file, header, title: inner, depth: depth + 1, &progress))
            }
        }
    }

    private static func read(
        _ array: Hdf5Array, _ title: String, _ file: Hdf5File, _ progress: inout Progress
    ) throws(FileFormatError) -> Member {
        let size = array.count * array.itemSize
        try UnpackingLimit.check(
            "'\(title)'", size: size, before: progress.bytes, fileSize: file.view.count, path: file.path)
        progress.bytes += size
        if array.textKind != nil { return .texts(shape: array.shape, try array.texts()) }
        let (bytes, origin) = try array.read()
        guard array.fields.count == 1, array.fields[0].name.isEmpty,
            let column = NumberColumn(
                array.fields[0].type, isBigEndian: array.fields[0].isBigEndian, bytes: bytes, count: array.count,
                origin: origin)
        else { throw file.unsupported(at: origin, "'\(title)', an array of records", "an array of numbers") }
        return .numbers(shape: array.shape, column)
    }

    /// - Throws: `.missingEntry`, or `.entryMismatch` if it is no group.
    func group(_ name: String) throws(FileFormatError) -> Hdf5Tree {
        guard case .group(let group) = try member(name) else { throw mismatch(name, "an array", "a group") }
        return group
    }

    /// - Throws: `.missingEntry`, or `.entryMismatch` if it is no single text.
    func text(_ name: String) throws(FileFormatError) -> String {
        guard case .texts(_, let texts) = try member(name), texts.count == 1 else {
            throw mismatch(name, "something else", "a single text")
        }
        return texts[0]
    }

    /// - Throws: `.missingEntry`, or what keeps it from being read.
    func member(_ name: String) throws(FileFormatError) -> Member {
        guard let member = members[name] else {
            throw .missingEntry(path: path, name: full(name), present: members.keys.sorted())
        }
        if case .other(let error) = member { throw error }
        return member
    }

    func mismatch(_ name: String, _ found: String, _ expected: String) -> FileFormatError {
        .entryMismatch(path: path, name: full(name), found: found, expected: expected)
    }

    private func full(_ name: String) -> String { title.isEmpty ? name : title + "/" + name }
}
