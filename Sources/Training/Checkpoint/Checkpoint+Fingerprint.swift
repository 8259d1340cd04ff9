import FileFormats
import Foundation

extension Checkpoint {
    /// SHA-256 over names, shapes and values of a checkpoint's weights and running statistics: two checkpoints with the
    /// same fingerprint hold the same network, bit for bit. What a file says of its configuration does not enter.
    ///
    /// - Throws: `FileFormatError`.
    public static func weightFingerprint(of folder: URL) throws(FileFormatError) -> String {
        let file = try SafetensorsFile(contentsOf: folder.appendingPathComponent(modelFile))
        var hash = Sha256()
        for name in file.names {
            hash.update(Array("\(name) \(try file.shape(of: name)) \(try file.type(of: name).rawValue)\n".utf8))
            switch try file.type(of: name) {
            case .float32, .float16, .bfloat16: try file.floats(name).withUnsafeBytes { hash.update($0) }
            case .float64: try file.doubles(name).withUnsafeBytes { hash.update($0) }
            case .int8, .int16, .int32, .int64, .uint8, .bool:
                try file.integers(name).withUnsafeBytes { hash.update($0) }
            }
        }
        return hash.finish()
    }
}
