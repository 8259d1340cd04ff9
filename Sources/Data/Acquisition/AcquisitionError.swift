/// Why a file of a data set could not be fetched or put in its place.
public enum AcquisitionError: Error, Sendable, Hashable {
    case noProgram(String)
    case transfer(address: String, reason: String, kept: Int)
    case checksum(path: String, found: String, expected: String, kept: String)
    /// The archive holds none of what is looked for.
    case otherContent(path: String, found: [String], expected: [String])
    case alreadyThere(path: String)
}

extension AcquisitionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noProgram(let name):
            "the program \(name) is not installed here: install it (apt-get install \(name)), or download by hand and give "
                + "the file with --from"
        case .transfer(let address, let reason, let kept):
            "\(address): the download stopped: \(reason)"
                + (kept > 0 ? "; its first \(kept) bytes are kept: the same command goes on from there" : "")
        case .checksum(let path, let found, let expected, let kept):
            "\(path): its MD5 is \(found), expected \(expected): it was damaged on its way, or is another version; "
                + "it is kept as \(kept); download it again, or take it with --from and --any-version"
        case .otherContent(let path, let found, let expected):
            "\(path): not the archive that is needed: it holds \(found.isEmpty ? "nothing" : found.joined(separator: ", ")), "
                + "expected \(expected.joined(separator: " or "))"
        case .alreadyThere(let path): "\(path) is there already: move or delete it to unpack it anew"
        }
    }
}
