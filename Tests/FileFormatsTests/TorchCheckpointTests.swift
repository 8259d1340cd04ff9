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
        #expect(file.names == ["state_dict.module.fc.bias", "state_dict.module.fc.weight"])
        #expect(try file.floats(file.names[1]) == [1, 3, 2, 4], "strides are followed")
        #expect(try file.floats(file.names[0]) == [3, 4])
        let fit = TensorFit([.init(name: "fc.weight", shape: [2, 2]), .init(name: "fc.bias", shape: [2])], in: file)
        #expect(fit.names == ["fc.weight": file.names[1], "fc.bias": file.names[0]])
        #expect(fit.missing.isEmpty && fit.unexpected.isEmpty && fit.notes.isEmpty)
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
        let fit = TensorFit(types.map { .init(name: $0, shape: [2]) }, in: file)
        #expect(fit.notes.contains("1 tensor of bfloat16 is converted to float32") && fit.notes.count == 5)
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
            return found.hasPrefix("a call of ") && "\(error)".contains("never executed")
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

    /// Names that Python 2 gave, and what people keep beside their tensors: nothing of it is run or in the way.
    @Test(
        arguments: [
            // {0, 1}, 1 + 2j, an array of NumPy, a bytearray, a path, a random state, Lightning's settings.
            "c__builtin__\nset\n](K\0K\u{1}e\u{85}R",
            "c__builtin__\ncomplex\nG\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0\u{86}R",
            "cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\u{1}btR(K\u{1}(K\u{2}tcnumpy\ndtype\n(U\u{2}f8"
                + "\u{89}\u{88}tR(K\u{3}U\u{1}<NNNJ\u{1}\0\0\0J\u{1}\0\0\0K\0tb\u{89}U\u{2}abtb",
            "c__builtin__\nbytearray\n(U\u{2}abU\u{6}latin1tR", "cpathlib\nPosixPath\n(U\u{1}atR",
            "ccollections\nCounter\n}(U\u{1}aK\u{2}u\u{85}R", "ctorch\nSize\n((K\u{1}K\u{2}ttR", "ctorch\nfloat32\n",
            "ctorch\ndevice\n(U\u{3}cputR",
            "cpytorch_lightning.utilities.parsing\nAttributeDict\n)\u{81}U\u{1}aK\u{1}s",
        ])
    func plainValuesBesideTensorsAreNotInTheWay(program: String) throws {
        var writer = Writer()
        writer.raw("}(")
        writer.text("beside")
        writer.bytes += program.unicodeScalars.map { UInt8($0.value) }
        writer.text("a")
        writer.tensor("FloatStorage", key: "0", shape: [2], strides: [1])
        writer.raw("u.")
        #expect(try checkpoint(writer.bytes, [("0", bytes([1, 2]))]).floats("a") == [1, 2])
    }

    @Test("the form of before version 1.6: pickles one after the other, then the numbers, in both orders of bytes")
    func theOldForm() throws {
        for isLittle in [true, false] {
            var bytes: [UInt8] = [
                0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
            ]
            bytes += [0x80, 2] + Array("M".utf8) + [0xE9, 3] + Array(".".utf8)
            var machine = Writer()
            machine.raw("}")
            machine.text("little_endian")
            bytes += machine.bytes + [isLittle ? 0x88 : 0x89] + Array("s.".utf8)
            var content = Writer()
            content.raw("}(")
            content.text("a")
            content.tensor("FloatStorage", key: "17", shape: [2], strides: [1], offset: 1)
            content.text("b")
            content.tensor("LongStorage", key: "4", shape: [], strides: [])
            bytes += content.bytes + Array("u.".utf8)
            var names = Writer()
            names.raw("](")
            names.text("4")
            names.text("17")
            bytes += names.bytes + Array("e.".utf8)
            func append<Number: FixedWidthInteger>(_ number: Number) {
                withUnsafeBytes(of: isLittle ? number.littleEndian : number.bigEndian) { bytes += Array($0) }
            }
            append(UInt64(1))
            append(Int64(-7))
            append(UInt64(3))
            for number in [1.5, 2.5, 3.5] as [Float] { append(number.bitPattern) }
            let folder = try TemporaryFolder()
            let path = try folder.file("old.pth", bytes).path
            let file = try TensorFile.open(path)
            #expect(file.names == ["a", "b"])
            #expect(try file.floats("a") == [2.5, 3.5])
            #expect(try file.integers("b") == [-7])
            let cut = try folder.file("cut.pth", Array(bytes.dropLast())).path
            #expect { try TensorFile.open(cut) } throws: { "\($0)".contains("numbers of storage '17'") }
        }
    }

    @Test func otherPicklesAndArchivesAreNamed() throws {
        let folder = try TemporaryFolder()
        let plain = try folder.file("plain.pth", [0x80, 2] + Array("}.".utf8)).path
        #expect { try TensorFile.open(plain) } throws: { "\($0)".contains("not written by torch.save") }
        let tar = try folder.file("a.pth.tar", [UInt8](repeating: 0, count: 257) + Array("ustar\0".utf8) + [0]).path
        #expect { try TensorFile.open(tar) } throws: { "\($0)".contains("a tar archive") }
    }

    @Test("dictionaries that refer to each other in more ways than there is memory for are entered once")
    func aFewBytesDoNotBecomeMany() throws {
        // Each dictionary holds the one before under sixteen keys: 16^40 ways to the tensor.
        var writer = Writer()
        writer.raw("}")
        writer.text("a")
        writer.tensor("FloatStorage", key: "0", shape: [1], strides: [1])
        writer.raw("s")
        for level in 0..<40 {
            writer.bytes += [UInt8(ascii: "q"), UInt8(level)] + Array("0}(".utf8)
            for key in 0..<16 { writer.bytes += [UInt8(ascii: "K"), UInt8(key), UInt8(ascii: "h"), UInt8(level)] }
            writer.raw("u")
        }
        writer.raw(".")
        #expect(try checkpoint(writer.bytes, [("0", bytes([1]))]).names.count == 1)
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

    @Test(
        arguments: [
            ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"), ("<html><body>404</body>", "a web page"),
            ("", "an empty file (0 bytes)"),
        ])
    func whatIsNoCheckpointIsNamed(text: String, said: String) throws {
        for ending in ["pth", "safetensors", "ckpt"] {
            let path = FileManager.default.temporaryDirectory.path + "/saccade-\(UUID().uuidString).\(ending)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            #expect { try TensorFile.open(path) } throws: {
                "\($0)".contains(said) && !"\($0)".contains("copy the file again")
            }
        }
    }
}
