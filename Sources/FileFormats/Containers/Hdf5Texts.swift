/// How an HDF5 file keeps an array of texts.
enum Hdf5TextKind: Hashable {
    /// Each in as many bytes, up to a zero.
    case fixed(size: Int)
    /// Each as its size and its place in a heap.
    case inHeap

    private static let largestSize = 4096

    var itemSize: Int {
        switch self {
        case .fixed(let size): size
        case .inHeap: 16
        }
    }

    /// `nil` if the type is none of texts.
    init?(at start: Int, _ file: Hdf5File) throws(FileFormatError) {
        let view = file.view
        let size = try view.size(UInt32.self, at: start + 4, "a text's size")
        let isText = try view.number(UInt8.self, at: start + 1, "a type") & 0x0F == 1
        switch try view.number(UInt8.self, at: start, "a type") & 0x0F {
        case 3 where 1...Self.largestSize ~= size: self = .fixed(size: size)
        case 9 where isText && size == 16: self = .inHeap
        default: return nil
        }
    }
}

extension Hdf5Array {
    /// More are in no file that this program reads texts of.
    private static let mostTexts = 1 << 16

    /// All texts of an array of them.
    func texts() throws(FileFormatError) -> [String] {
        guard let textKind, count <= Self.mostTexts else {
            throw file.unsupported(at: 0, "\(count) texts", "at most \(Self.mostTexts)")
        }
        let (bytes, origin) = try read()
        let view = ByteView(bytes: bytes, path: file.path, origin: origin)
        var heap = Hdf5TextHeap(file: file)
        var texts: [String] = []
        for index in 0..<count {
            switch textKind {
            case .fixed(let size):
                let text = try view.slice(at: index * size, count: size, "a text")
                texts.append(String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
            case .inHeap: texts.append(try heap.text(in: view, at: index * 16))
            }
        }
        return texts
    }
}

/// Texts of any length, which lie apart from the arrays and attributes that hold them.
///
///     in the array   u32 size   u64 the heap's place   u32 number in it
///     the heap       GCOL 1 0 0 0   u64 size   objects: u16 number, u16, u32, u64 size, bytes up to a multiple of 8
struct Hdf5TextHeap {
    let file: Hdf5File
    /// By the place of a heap, and the number in it.
    private var heaps: [Int: [UInt32: (start: Int, size: Int)]] = [:]

    /// Longer than any that this program reads.
    private static let longest = 1 << 16

    init(file: Hdf5File) { self.file = file }

    /// The text that something at this place of the file refers to; empty where it refers to nothing.
    mutating func text(at offset: Int) throws(FileFormatError) -> String { try text(in: file.view, at: offset) }

    /// The same, of bytes that were read from the file.
    mutating func text(in view: ByteView, at offset: Int) throws(FileFormatError) -> String {
        let size = try view.size(UInt32.self, at: offset, "a text's size")
        let address = try view.number(UInt64.self, at: offset + 4, "a heap's place")
        let number = try view.number(UInt32.self, at: offset + 12, "a text's number")
        guard size > 0, address != Hdf5File.undefined, address != 0 else { return "" }
        guard size <= Self.longest, address < UInt64(file.view.count) else {
            throw view.damaged(
                at: offset, found: "a text of \(size) bytes at \(address)", expected: "at most \(Self.longest) bytes")
        }
        let place = file.base + Int(address)
        if heaps[place] == nil { heaps[place] = try objects(ofHeapAt: place) }
        guard let object = heaps[place]?[number], object.size >= size else {
            throw view.damaged(
                at: offset, found: "a text that heap \(address) does not hold", expected: "object \(number) in it")
        }
        return try file.view.text(at: object.start, count: size, "a text")
    }

    private func objects(ofHeapAt place: Int) throws(FileFormatError) -> [UInt32: (start: Int, size: Int)] {
        let view = file.view
        guard try view.text(at: place, count: 4, "a heap") == "GCOL" else {
            throw view.damaged(at: place, found: "no heap of texts", expected: "GCOL")
        }
        let end = place + (try view.size(UInt64.self, at: place + 8, "a heap's size"))
        var objects: [UInt32: (start: Int, size: Int)] = [:]
        var offset = place + 16
        while offset + 16 <= min(end, view.count) {
            let number = UInt32(try view.number(UInt16.self, at: offset, "an object's number"))
            let size = try view.size(UInt64.self, at: offset + 8, "an object's size")
            // Number 0 is the room that is left.
            guard number != 0 else { break }
            try view.check(offset + 16, size, "an object")
            objects[number] = (offset + 16, size)
            offset += 16 + (size + 7) / 8 * 8
        }
        return objects
    }
}
