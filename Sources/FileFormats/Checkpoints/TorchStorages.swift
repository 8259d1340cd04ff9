/// Where a checkpoint of PyTorch keeps its numbers.
enum TorchStorages {
    /// Entries of a zip archive, `PREFIX` and the storage's name.
    case entries(ZipArchive, prefix: String)
    /// Ranges of the file itself, as PyTorch wrote before version 1.6.
    case ranges([UInt8], [String: Range<Int>])

    /// - Throws: `.missingEntry` if there is no storage of this name.
    func read(_ name: String, path: String) throws(FileFormatError) -> [UInt8] {
        switch self {
        case .entries(let archive, let prefix):
            guard let entry = archive.entry(prefix + name) else {
                throw .missingEntry(path: path, name: prefix + name, present: archive.entries.map(\.name))
            }
            return try archive.read(entry)
        case .ranges(let bytes, let ranges):
            guard let range = ranges[name] else {
                throw .missingEntry(path: path, name: name, present: ranges.keys.sorted())
            }
            return Array(bytes[range])
        }
    }
}
