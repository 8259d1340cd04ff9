import CMatio
import Foundation

/// Variables of a MAT file of version 4 or 5 (libmatio), from bytes that were checked.
struct MatlabFile {
    let path: String
    private let check: MatlabCheck
    private let bytes: [UInt8]

    /// - Throws: `.damaged` with the place where the file contradicts itself; structures, cells and text are passed over.
    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        check = try MatlabCheck(bytes, path: path)
        (self.bytes, self.path) = (bytes, path)
    }

    var variables: [MatlabCheck.Variable] { check.variables }
    var structures: [MatlabStructure] { check.structures }

    func shape(of name: String) -> [Int]? { check.variables.first { $0.name == name }?.shape }

    /// A file of these variables alone: the library takes structures, cells and objects apart as it meets them, and has been
    /// broken by crafted ones.
    private func bytes(of wanted: [MatlabCheck.Variable]) -> [UInt8] {
        var own = check.isVersion4 ? [] : Array(bytes.prefix(128))
        for variable in wanted { own += bytes[variable.offset..<variable.end] }
        return own
    }

    /// The numbers of all real numeric variables with one of these names, in the file's order (the first index fastest).
    func columns(named wanted: (String) -> Bool) throws(FileFormatError) -> [String: NumberColumn] {
        let variables = check.variables.filter { $0.isNumeric && wanted($0.name) }
        guard !variables.isEmpty else { return [:] }
        let bytes = bytes(of: variables)
        saccade_matio_silence()
        // The library reads files alone, and must see the very bytes that were checked: a file without a name, in memory.
        let descriptor = saccade_memory_file()
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: OpenFile.lastError()) }
        defer { close(descriptor) }
        try bytes.withUnsafeBufferPointer { buffer throws(FileFormatError) in
            let raw = UnsafeRawBufferPointer(buffer)
            var done = 0
            while done < raw.count {
                let count = write(descriptor, raw.baseAddress.map { $0 + done }, raw.count - done)
                guard count > 0 else { throw .unreadable(path: path, reason: OpenFile.lastError()) }
                done += count
            }
        }
        guard let file = Mat_Open("/proc/self/fd/\(descriptor)", Int32(MAT_ACC_RDONLY.rawValue)) else {
            throw .unreadable(path: path, reason: "libmatio does not take it")
        }
        defer { Mat_Close(file) }
        var columns: [String: NumberColumn] = [:]
        for variable in variables {
            guard let read = Mat_VarRead(file, variable.name) else {
                throw .damaged(
                    path: path, offset: variable.offset, found: "variable '\(variable.name)' that libmatio cannot read",
                    expected: "an array of numbers", advice: "save the file again with -v7")
            }
            defer { Mat_VarFree(read) }
            let content = read.pointee
            let count = variable.shape.reduce(1, *)
            guard let type = Self.type(content.class_type), Int(content.nbytes) >= count * type.width,
                let data = content.data ?? (count == 0 ? UnsafeMutableRawPointer(bitPattern: 8) : nil),
                let column = NumberColumn(
                    type, bytes: Array(UnsafeRawBufferPointer(start: data, count: count * type.width)), count: count,
                    origin: variable.offset)
            else {
                throw .entryMismatch(
                    path: path, name: variable.name, found: "an array of class \(content.class_type.rawValue)",
                    expected: "numbers")
            }
            columns[variable.name] = column
        }
        return columns
    }

    private static func type(_ kind: matio_classes) -> NumberType? {
        switch kind {
        case MAT_C_DOUBLE: .float64
        case MAT_C_SINGLE: .float32
        case MAT_C_INT8: .int8
        case MAT_C_UINT8: .uint8
        case MAT_C_INT16: .int16
        case MAT_C_UINT16: .uint16
        case MAT_C_INT32: .int32
        case MAT_C_UINT32: .uint32
        case MAT_C_INT64: .int64
        case MAT_C_UINT64: .uint64
        default: nil
        }
    }
}
