import Foundation

/// A file of tensors by name, whoever wrote it.
public protocol NamedTensors {
    var path: String { get }
    /// Sorted.
    var names: [String] { get }
    /// What a careful reader would want to know: numbers that are converted.
    var notes: [String] { get }
    func contains(_ name: String) -> Bool
    /// Outermost size first; empty for a single number.
    func shape(of name: String) throws(FileFormatError) -> [Int]
    /// Row-major.
    func floats(_ name: String) throws(FileFormatError) -> [Float]
    /// Row-major.
    func integers(_ name: String) throws(FileFormatError) -> [Int]
}

extension SafetensorsFile: NamedTensors {
    public var notes: [String] { [] }
}

/// Opens files of tensors, told apart by their first bytes.
public enum TensorFile {
    /// Endings of names that are taken for such files; the content decides which kind one is.
    public static let endings = [".safetensors", ".pth.tar", ".pth", ".pt", ".ckpt"]

    public static func isNamed(_ path: String) -> Bool {
        let path = path.lowercased()
        return endings.contains { path.hasSuffix($0) }
    }

    /// - Throws: `FileFormatError` if it cannot be opened, is damaged, or holds more than tensors and plain values.
    public static func open(_ path: String) throws(FileFormatError) -> any NamedTensors {
        let prefix = try FileBytes.prefix(path, count: 16)
        if ZipArchive.recognizes(prefix) || prefix.first == Pickle.mark { return try TorchCheckpoint(path: path) }
        return try SafetensorsFile(contentsOf: URL(fileURLWithPath: path))
    }
}
