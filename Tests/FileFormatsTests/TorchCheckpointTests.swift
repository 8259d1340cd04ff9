import Foundation
import Testing

@testable import FileFormats

@Suite struct TorchCheckpointTests {
    /// A pickle of protocol 2, put together step by step as `torch.save` does.
    private struct Writer {
        var bytes: [UInt8] = [0x80, 2]

        mutating func raw(_ text: String) { bytes += Array(text.utf8) }
        mutating func text(_ text: String) {
            raw("X")
            bytes.append(littleEndian: UInt32(text.utf8.count))
            raw(text)
        }
        mutating func number(_ number: Int32) {
            raw("J")
            bytes.append(littleEndian: number)
        }
        mutating func numbers(_ numbers: [Int32]) {
            raw("(")
            for number in numbers { self.number(number) }
            raw("t")
        }
        mutating func tensor(
            _ type: String, key: String, shape: [Int32], strides: [Int32], offset: Int32 = 0, isParameter: Bool = false
        ) {
            if isParameter { raw("ctorch._utils\n_rebuild_parameter\n(") }
            raw("ctorch._utils\n_rebuild_tensor_v2\n((")
            text("storage")
            raw("ctorch\n\(type)\n")
            text(key)
            text("cuda:0")
            number(99)
            raw("tQ")
            number(offset)
            numbers(shape)
            numbers(strides)
            bytes.append(0x89)
            raw("ccollections\nOrderedDict\n)RtR")
            if isParameter { raw("NNtR") }
        }
    }

    private func checkpoint(
        _ pickle: [UInt8], _ storages: [(name: String, bytes: [UInt8])], order: String? = nil, path: String = "a.pth"
    ) throws -> TorchCheckpoint {
        var entries = [("archive/data.pkl", pickle)]
        entries += storages.map { ("archive/data/\($0.name)", $0.bytes) }
        if let order { entries.append(("archive/byteorder", Array(order.utf8))) }
        return try TorchCheckpoint(ZipArchive.encode(entries, isPacked: false, path: path), path: path)
    }

    private func bytes(_ numbers: [Float]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    @Test func theSampleIsRead() throws {
        let file = try TorchCheckpoint(TorchSample.encode(), path: "a.pth")
        #expect(file.names == ["bn.num_batches_tracked", "fc.weight"])
        #expect(try file.shape(of: "fc.weight") == [2, 3])
        #expect(try file.floats("fc.weight") == [0, 1, 2, 3, 4, 5])
        #expect(try file.shape(of: "bn.num_batches_tracked") == [])
        #expect(try file.integers("bn.num_batches_tracked") == [7])
        #expect(file.notes.isEmpty)
        #expect(throws: FileFormatError.self) { try file.floats("other") }
        #expect(throws: FileFormatError.self) { try file.integers("fc.weight") }
    }

    @Test(
        "a training state as `.pth.tar` files hold it: epoch, arguments, optimizer, and the tensors under `state_dict`")
    func trainingState() throws {
        var writer = Writer()
        writer.raw("}(")
        writer.text("epoch")
        writer.number(12)
        writer.text("args")
        // An instance of a class that does nothing, with its fields.
        writer.raw("cargparse\nNamespace\n)")
        writer.bytes.append(0x81)
        writer.raw("}(")
        writer.text("lr")
        writer.bytes += [UInt8(ascii: "G"), 0x3F, 0x74, 0x7A, 0xE1, 0x47, 0xAE, 0x14, 0x7B]
        writer.text("node_type")
        // A class that is only named.
        writer.raw("cbraincog.base.node.node\nLIFNode\n")
        writer.raw("ub")
        writer.text("state_dict")
        writer.raw("ccollections\nOrderedDict\n)R(")
        writer.text("module.fc.weight")
        writer.tensor("FloatStorage", key: "5", shape: [2, 2], strides: [1, 2])
        writer.text("module.fc.bias")
        writer.tensor("FloatStorage", key: "5", shape: [2], strides: [1], offset: 2, isParameter: true)
        writer.raw("u}")
        writer.text("_metadata")
        writer.raw("}sbu.")
        let file = try checkpoint(writer.bytes, [("5", bytes([1, 2, 3, 4]))])
        #expect(file.names == ["fc.bias", "fc.weight"])
        #expect(try file.floats("fc.weight") == [1, 3, 2, 4], "strides are followed")
        #expect(try file.floats("fc.bias") == [3, 4])
    }

    @Test func otherNumbersAreConvertedAndTold() throws {
        var writer = Writer()
        writer.raw("}(")
        let types = ["DoubleStorage", "HalfStorage", "BFloat16Storage", "LongStorage", "BoolStorage"]
        for (index, type) in types.enumerated() {
            writer.text(type)
            writer.tensor(type, key: "\(index)", shape: [2], strides: [1])
        }
        writer.raw("u.")
        let file = try checkpoint(
            writer.bytes,
            [
                ("0", [1.5, -2].withUnsafeBytes { Array($0) }),
                ("1", [Float16(1.5), -2].map(\.bitPattern).withUnsafeBytes { Array($0) }),
                ("2", [0x3FC0, 0xC000].map { UInt16($0) }.withUnsafeBytes { Array($0) }),
                ("3", [Int64(5), -6].withUnsafeBytes { Array($0) }), ("4", [1, 0]),
            ])
        for type in types.prefix(3) { #expect(try file.floats(type) == [1.5, -2]) }
        #expect(try file.integers("LongStorage") == [5, -6])
        #expect(try file.integers("BoolStorage") == [1, 0])
        #expect(file.notes.count == 3 && file.notes.joined().contains("1 tensors of bfloat16"))
    }

    @Test func bigEndianNumbers() throws {
        var writer = Writer()
        writer.raw("}")
        writer.text("a")
        writer.tensor("FloatStorage", key: "0", shape: [1], strides: [1])
        writer.raw("s.")
        #expect(try checkpoint(writer.bytes, [("0", [0x3F, 0xC0, 0, 0])], order: "big").floats("a") == [1.5])
    }

    @Test(
        "calls that are not on the list refuse the file by their name, and run nothing",
        arguments: [
            "cos\nsystem\n(X\u{4}\0\0\0true" + "tR.", "cbuiltins\neval\n(X\u{1}\0\0\0" + "1tR.",
            "csubprocess\nPopen\n)\u{1}", "ctorch.nn.modules.linear\nLinear\n)\u{1}",
        ])
    func calls(program: String) throws {
        var bytes: [UInt8] = [0x80, 2]
        // Step 0x81 is no ASCII: it is written as 0x01 here.
        bytes += program.utf8.map { $0 == 1 && program.hasSuffix("\u{1}") ? 0x81 : $0 }
        if program.hasSuffix("\u{1}") { bytes.append(UInt8(ascii: ".")) }
        #expect {
            try checkpoint(bytes, [])
        } throws: { error in
            guard case FileFormatError.unsupported(_, _, let found, _, _) = error else { return false }
            return found.hasPrefix("a call of ") && "\(error)".contains("ever run")
        }
    }

    @Test(
        arguments: [
            ([9], [1], 0), ([2], [8], 0), ([2], [1], 7), ([1 << 30, 1 << 30], [0, 0], 0), ([1 << 30], [0], 0),
        ] as [([Int32], [Int32], Int32)])
    func tensorsBeyondTheirNumbersAreDamage(shape: [Int32], strides: [Int32], offset: Int32) throws {
        var writer = Writer()
        writer.raw("}")
        writer.text("a")
        writer.tensor("FloatStorage", key: "0", shape: shape, strides: strides, offset: offset)
        writer.raw("s.")
        let file = try checkpoint(writer.bytes, [("0", bytes([1, 2, 3, 4, 5, 6, 7, 8]))])
        #expect { try file.floats("a") } throws: { "\($0)".contains("tensor 'a'") }
    }

    @Test func depthAndCirclesDoNoHarm() throws {
        // A million lists, each in the one before, and a list that holds itself.
        var deep: [UInt8] = [0x80, 2] + [UInt8](repeating: UInt8(ascii: "]"), count: 1_000_000)
        deep += [UInt8](repeating: UInt8(ascii: "a"), count: 999_999) + Array(".".utf8)
        #expect(throws: FileFormatError.self) { try checkpoint(deep, []) }
        let circle: [UInt8] = [0x80, 2] + Array("]q\0h\0a.".utf8)
        #expect(throws: FileFormatError.self) { try checkpoint(circle, []) }
    }

    @Test func theOldFormIsNamed() throws {
        let folder = try TemporaryFolder()
        let old: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let path = try folder.file("old.pth", old).path
        #expect { try TensorFile.open(path) } throws: {
            "\($0)".contains("before version 1.6") && "\($0)".contains(path)
        }
    }

    @Test func filesAreToldApartByContent() throws {
        let folder = try TemporaryFolder()
        let torch = try folder.file("a.safetensors", TorchSample.encode()).path
        #expect(try TensorFile.open(torch) is TorchCheckpoint)
        let url = folder.url.appendingPathComponent("b.pth")
        try SafetensorsWriter.write([("a", [2], .float32([1, 2]))], to: url)
        #expect(try TensorFile.open(url.path).floats("a") == [1, 2])
        for name in ["a.pth.tar", "A.PT", "b.safetensors"] { #expect(TensorFile.isNamed(name)) }
        for name in ["20261123-224405-digits-56nd", "a.bin", "pth"] { #expect(!TensorFile.isNamed(name)) }
    }
}
