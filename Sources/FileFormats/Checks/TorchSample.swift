/// A small checkpoint as `torch.save` lays it out: an ordered dictionary of a 2 × 3 and a single number.
enum TorchSample {
    static func encode(pickle: [UInt8] = pickle) throws(FileFormatError) -> [UInt8] {
        var numbers: [UInt8] = []
        for number in 0..<6 { numbers.append(littleEndian: Float(number).bitPattern) }
        var count: [UInt8] = []
        count.append(littleEndian: Int64(7))
        return try ZipArchive.encode(
            [
                ("model/data.pkl", pickle), ("model/byteorder", Array("little".utf8)), ("model/data/0", numbers),
                ("model/data/1", count), ("model/version", Array("3\n".utf8)),
            ], isPacked: false, path: "the sample")
    }

    /// The same as before version 1.6.
    static var old: [UInt8] {
        var bytes: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        bytes += [0x80, 2, UInt8(ascii: "M"), 0xE9, 3] + Array(".".utf8)
        bytes += [0x80, 2] + Array("}".utf8)
        text(&bytes, "little_endian")
        bytes += [0x88] + Array("s.".utf8) + pickle + [0x80, 2] + Array("](".utf8)
        for key in ["0", "1"] { text(&bytes, key) }
        bytes += Array("e.".utf8)
        bytes.append(littleEndian: UInt64(6))
        for number in 0..<6 { bytes.append(littleEndian: Float(number).bitPattern) }
        bytes.append(littleEndian: UInt64(1))
        bytes.append(littleEndian: Int64(7))
        return bytes
    }

    /// Protocol 2: names are given in full each time, and remembered once.
    static var pickle: [UInt8] {
        var bytes: [UInt8] = [0x80, 2]
        bytes += Array("ccollections\nOrderedDict\n)Rq".utf8) + [0] + Array("(".utf8)
        tensor(&bytes, "fc.weight", "FloatStorage", key: "0", count: 6, shape: [2, 3], strides: [3, 1])
        tensor(&bytes, "bn.num_batches_tracked", "LongStorage", key: "1", count: 1, shape: [], strides: [])
        return bytes + Array("u.".utf8)
    }

    private static func text(_ bytes: inout [UInt8], _ text: String) {
        bytes.append(UInt8(ascii: "X"))
        bytes.append(littleEndian: UInt32(text.utf8.count))
        bytes += Array(text.utf8)
    }

    private static func tensor(
        _ bytes: inout [UInt8], _ name: String, _ type: String, key: String, count: UInt8, shape: [UInt8],
        strides: [UInt8]
    ) {
        text(&bytes, name)
        bytes += Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
        text(&bytes, "storage")
        bytes += Array("ctorch\n\(type)\n".utf8)
        text(&bytes, key)
        text(&bytes, "cpu")
        bytes += [UInt8(ascii: "K"), count] + Array("tQK".utf8) + [0]
        for sizes in [shape, strides] {
            bytes.append(UInt8(ascii: "("))
            for size in sizes { bytes += [UInt8(ascii: "K"), size] }
            bytes.append(UInt8(ascii: "t"))
        }
        // No gradient, no hooks.
        bytes.append(0x89)
        bytes += Array("ccollections\nOrderedDict\n)RtR".utf8)
    }
}
