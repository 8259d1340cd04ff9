/// What keeps cells from being handed out or trained one by one.
public enum CellFolderError: Error, Sendable, Hashable {
    case missing(path: String)
    /// Something else lies there.
    case foreign(path: String)
    /// It is there for the cells of another study.
    case otherStudy(path: String, found: String, expected: String)
    case unreadable(path: String, reason: String)
    case unknownCell(String, path: String, count: Int)
    /// Another process has its lock.
    case busy(cell: String)
    /// A cell takes weights of one that is not finished.
    case source(cell: String, source: String, number: Int, reason: String)
}

extension CellFolderError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) holds no cells of a study: `saccade study cells FILE -o \(path)` or `saccade study FILE --slurm -o "
                + "\(path)` writes them"
        case .foreign(let path):
            "\(path) holds something else than the cells of a study: give a folder that is empty or not there yet"
        case .otherStudy(let path, let found, let expected):
            "\(path) holds the cells of the study \(found), not of \(expected): give another folder"
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason); write the cells again with `saccade study cells FILE -o DIR`"
        case .unknownCell(let reference, let path, let count):
            "there is no cell '\(reference)' in \(path): expected "
                + (count > 0 ? "a number from 0 to \(count - 1)" : "a number")
                + " or an identifier, as in cells.txt there"
        case .busy(let cell): "\(cell) is being trained by another process"
        case .source(let cell, let source, let number, let reason):
            "\(cell) takes the weights of the cell \(number), \(source), which \(reason)"
        }
    }

    /// Whether what was asked for makes no sense, rather than that something went wrong.
    public var isUsage: Bool {
        switch self {
        case .missing, .foreign, .otherStudy, .unknownCell: true
        case .unreadable, .busy, .source: false
        }
    }
}
