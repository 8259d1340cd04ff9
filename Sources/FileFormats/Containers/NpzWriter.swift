/// Arrays of numbers as numpy's npz.
public enum NpzWriter {
    public enum Numbers: Sendable {
        case uint16([UInt16])
        case int16([Int16])
        case float32([Float])
    }

    /// The first index runs slowest. The same arrays give the same bytes.
    ///
    /// - Precondition: every shape has as many elements as there are numbers.
    /// - Throws: `FileFormatError.unwritable`.
    public static func encode(
        _ arrays: [(name: String, shape: [Int], numbers: Numbers)], path: String
    ) throws(FileFormatError) -> [UInt8] {
        try ZipArchive.encode(
            arrays.map { name, shape, numbers in
                let bytes =
                    switch numbers {
                    case .uint16(let numbers): NpyArray.encode("<u2", shape: shape, numbers)
                    case .int16(let numbers): NpyArray.encode("<i2", shape: shape, numbers)
                    case .float32(let numbers): NpyArray.encode("<f4", shape: shape, numbers.map(\.bitPattern))
                    }
                return (name + ".npy", bytes)
            }, isPacked: true, path: path)
    }
}
