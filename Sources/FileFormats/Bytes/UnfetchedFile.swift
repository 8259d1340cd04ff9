/// What lies where a file should be that was never fetched: a pointer of Git LFS, or the page that a server sent instead.
public enum UnfetchedFile: Sendable, Hashable {
    case gitLargeFile, webPage

    /// - Parameter prefix: the first bytes of a file, 64 or more where there are as many.
    public init?(prefix: [UInt8]) {
        if prefix.starts(with: "version https://git-lfs".utf8) {
            self = .gitLargeFile
            return
        }
        let beginning = String(decoding: prefix.prefix(64), as: UTF8.self).lowercased()
            .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        guard beginning.hasPrefix("<!doctype html") || beginning.hasPrefix("<html") else { return nil }
        self = .webPage
    }

    /// `nil` also for what cannot be read.
    public init?(path: String) {
        guard let prefix = try? FileBytes.prefix(path, count: 128) else { return nil }
        self.init(prefix: prefix)
    }

    /// - Parameter file: what should be there: `file`, `picture`.
    func found(_ file: String) -> String {
        switch self {
        case .gitLargeFile: "a Git LFS pointer instead of the \(file)"
        case .webPage: "a web page, perhaps sent by a server instead of the \(file)"
        }
    }

    var advice: String {
        switch self {
        case .gitLargeFile: "fetch it with git lfs pull"
        case .webPage: "open its address in a browser to see why, then download the file itself"
        }
    }

    /// - Throws: `FileFormatError.unsupported` if the file is one of these.
    static func refuse(_ prefix: [UInt8], path: String, expected: String) throws(FileFormatError) {
        guard let unfetched = UnfetchedFile(prefix: prefix) else { return }
        throw .unsupported(
            path: path, offset: 0, found: unfetched.found("file"), expected: expected, advice: unfetched.advice)
    }
}
