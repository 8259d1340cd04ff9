/// MD5 (RFC 1321): what sites of data sets publish to tell whether a download came whole. It protects against nobody.
public struct Md5: Sendable {
    private var state: SIMD4<UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    /// ⌊2³² · |sin(i + 1)|⌋.
    private static let sines: [UInt32] = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
        0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
        0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
        0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
        0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
        0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
        0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
        0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
    ]
    private static let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length += UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(64 - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            guard pending.count == 64 else { return }
            pending.withUnsafeBytes { Self.compress(&state, $0) }
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count >= 64 {
            Self.compress(&state, UnsafeRawBufferPointer(rebasing: rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        pending.append(contentsOf: rest)
    }

    /// 32 lower-case hexadecimal digits.
    public consuming func finish() -> String {
        let bits = length &* 8
        var padding: [UInt8] = [0x80]
        padding.append(contentsOf: repeatElement(0, count: (119 - Int(length % 64)) % 64))
        padding.append(contentsOf: withUnsafeBytes(of: bits.littleEndian, Array.init))
        padding.withUnsafeBytes { update($0) }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for lane in 0..<4 {
            for byte in withUnsafeBytes(of: state[lane].littleEndian, Array.init) {
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    public static func hash(_ bytes: [UInt8]) -> String {
        var hash = Md5()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }

    /// Of a whole file, read piece by piece.
    ///
    /// - Throws: `FileFormatError.unreadable`.
    public static func hash(file path: String) throws(FileFormatError) -> String {
        let file = try OpenFile(path: path)
        var hash = Md5()
        var place = 0
        while place < file.size {
            let piece = try file.read(count: min(1 << 20, file.size - place), at: place)
            piece.withUnsafeBytes { hash.update($0) }
            place += piece.count
        }
        return hash.finish()
    }

    /// One block of 64 bytes.
    private static func compress(_ state: inout SIMD4<UInt32>, _ block: UnsafeRawBufferPointer) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        sines.withUnsafeBufferPointer { sines in
            shifts.withUnsafeBufferPointer { shifts in
                for step in 0..<64 {
                    let (mixed, word): (UInt32, Int)
                    switch step >> 4 {
                    case 0: (mixed, word) = (b & c | ~b & d, step)
                    case 1: (mixed, word) = (d & b | ~d & c, (5 &* step &+ 1) & 15)
                    case 2: (mixed, word) = (b ^ c ^ d, (3 &* step &+ 5) & 15)
                    default: (mixed, word) = (c ^ (b | ~d), 7 &* step & 15)
                    }
                    let value = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4 &* word, as: UInt32.self))
                    let sum = a &+ mixed &+ sines[step] &+ value
                    let shift = shifts[(step >> 4) &* 4 &+ (step & 3)]
                    (a, d, c, b) = (d, c, b, b &+ (sum &<< shift | sum &>> (32 &- shift)))
                }
            }
        }
        state = state &+ SIMD4(a, b, c, d)
    }
}
