import Files
import Foundation

/// A file of tensors by name, whoever wrote it.
public protocol NamedTensors {
    var path: String { get }
    /// Sorted. What lies in dictionaries within each other has their keys before it: `state_dict.module.fc.weight`.
    var names: [String] { get }
    func contains(_ name: String) -> Bool
    /// Keys of the dictionary that holds the tensor itself; empty where the file is that dictionary.
    func container(of name: String) -> String
    /// As its own world writes it: `float32`, `bfloat16`, `F16`. Empty if there is no such tensor.
    func typeName(of name: String) -> String
    /// Outermost size first; empty for a single number.
    func shape(of name: String) throws(FileFormatError) -> [Int]
    /// Row-major; floating numbers of other widths are converted.
    func floats(_ name: String) throws(FileFormatError) -> [Float]
    /// Row-major.
    func integers(_ name: String) throws(FileFormatError) -> [Int]
}

extension SafetensorsFile: NamedTensors {
    public func container(of name: String) -> String { "" }
    public func typeName(of name: String) -> String { (try? type(of: name).rawValue) ?? "" }
}

extension NamedTensors {
    /// The list that holds nearly all tensors, where they have places and no names: `shadow_params` of a moving average, or
    /// what `list(model.parameters())` gives. Empty for a file that is that list; `nil` if there is none.
    public var nameless: String? {
        var counts: [Substring: Int] = [:]
        for name in names {
            let last = name.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
            guard !last.isEmpty, last.allSatisfy(\.isNumber) else { continue }
            counts[name.dropLast(min(name.count, last.count + 1)), default: 0] += 1
        }
        guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), most.value > 1,
            counts.values.reduce(0, +) * 2 > names.count
        else { return nil }
        return String(most.key)
    }
}

/// Opens files of tensors, told apart by their first bytes.
public enum TensorFile {
    /// Endings of names that are taken for such files, whether they are there or not; the content decides which kind one is.
    public static let endings = [".safetensors", ".pth.tar", ".pth", ".pt", ".ckpt"]

    private static func isEnding(_ path: String) -> Bool {
        let path = path.lowercased()
        return endings.contains { path.hasSuffix($0) }
    }

    /// Whether a path, and not a run's name, is meant: by its ending, or because a file lies there that seems to hold tensors.
    /// A path with a folder in it is meant as one wherever a file lies.
    public static func isNamed(_ path: String) -> Bool {
        if isEnding(path) { return true }
        guard RegularFile.otherKind(of: path) == nil, let prefix = try? FileBytes.prefix(path, count: 512) else {
            return false
        }
        return path.contains("/") || ZipArchive.recognizes(prefix) || TorchCheckpoint.recognizesPickle(prefix)
            || SafetensorsHeader.recognizes(prefix)
    }

    /// - Throws: `FileFormatError` if it cannot be opened, is damaged, or holds more than tensors and plain values.
    public static func open(_ path: String) throws(FileFormatError) -> any NamedTensors {
        let prefix = try FileBytes.prefix(path, count: 512)
        let expected = "a file written by torch.save, or safetensors"
        try UnfetchedFile.refuse(prefix, path: path, expected: expected)
        if prefix.isEmpty {
            throw .unsupported(
                path: path, offset: 0, found: "an empty file (0 bytes)", expected: expected,
                advice: "check its source: the program that wrote or copied it may have run out of space")
        }
        if ZipArchive.recognizes(prefix) || TorchCheckpoint.recognizesPickle(prefix) {
            return try TorchCheckpoint(path: path)
        }
        if prefix.count > 262, prefix[257..<262].elementsEqual("ustar".utf8) {
            throw .unsupported(
                path: path, offset: 257, found: "a tar archive", expected: expected,
                advice: "unpack it, or load it in PyTorch and save it again with torch.save(…)")
        }
        if !SafetensorsHeader.recognizes(prefix), !isEnding(path) {
            let found = prefix.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
            throw .unsupported(
                path: path, offset: 0, found: "a file that begins with \(found)", expected: expected,
                advice: "check that this is the right file")
        }
        return try SafetensorsFile(contentsOf: URL(fileURLWithPath: path))
    }
}
