import Foundation
import Testing

@testable import FileFormats

@Suite struct NpyArrayTests {
    private func array(_ header: String, numbers: [UInt8] = [], major: UInt8 = 1) throws(FileFormatError) -> NpyArray {
        var bytes: [UInt8] = NpyArray.mark + [major, 0]
        if major == 1 {
            bytes.append(littleEndian: UInt16(header.utf8.count))
        } else {
            bytes.append(littleEndian: UInt32(header.utf8.count))
        }
        return try NpyArray(bytes + Array(header.utf8) + numbers, path: "a.npy")
    }

    @Test(arguments: [1, 2, 3] as [UInt8]) func versionsAndByteOrders(major: UInt8) throws {
        for (code, numbers) in [("<i2", [1, 0, 254, 255]), (">i2", [0, 1, 255, 254])] as [(String, [UInt8])] {
            let array = try array(
                "{'descr': '\(code)', 'fortran_order': False, 'shape': (2,), }\n", numbers: numbers, major: major)
            #expect(array.column(field: array.fields[0])?.integers().numbers == [1, -2])
        }
    }

    @Test func bothOrdersOfIndices() throws {
        for (order, numbers) in [("False", [1, 2, 3, 4, 5, 6]), ("True", [1, 4, 2, 5, 3, 6])] as [(String, [UInt8])] {
            let array = try array("{'descr':'|u1','fortran_order':\(order),'shape':(2,3)}", numbers: numbers)
            #expect((0..<3).compactMap { array.column($0)?.integers().numbers } == [[1, 4], [2, 5], [3, 6]])
        }
    }

    @Test(arguments: ["|O", "O", "<U3", "<c16", "|S4", "<f16", "<i3", ""]) func otherTypesAreRefused(code: String) {
        #expect {
            try self.array("{'descr': '\(code)', 'fortran_order': False, 'shape': (1,)}", numbers: [0, 0, 0, 0])
        } throws: { error in
            guard case FileFormatError.unsupported = error else { return false }
            return !code.contains("O") || "\(error)".contains("pickle")
        }
    }

    @Test(arguments: [
        "", "{", "{'descr': '<i8'}", "{'descr': '<i8', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 8)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (-1,)}", "__import__('os').system('true')",
        String(repeating: "[", count: 10_000),
    ])
    func headersThatAreNone(header: String) {
        #expect { try self.array(header) } throws: {
            if case FileFormatError.damaged(_, let offset, _, _, _) = $0 { return offset == 10 } else { return false }
        }
    }

    @Test func lengthsMustAgree() throws {
        let short = try array("{'descr': '<i8', 'fortran_order': False, 'shape': (2,)}", numbers: [1, 2, 3])
        #expect(short.available == 0)
        #expect(throws: FileFormatError.self) { try short.checkWhole() }
    }
}

@Suite struct ZipArchiveTests {
    @Test(arguments: [true, false]) func whatIsWrittenIsRead(isPacked: Bool) throws {
        let entries: [(name: String, bytes: [UInt8])] = [("a", []), ("b/c", Array(repeating: 7, count: 100_000))]
        let bytes = try ZipArchive.encode(entries, isPacked: isPacked, path: "a.zip")
        #expect(bytes == (try ZipArchive.encode(entries, isPacked: isPacked, path: "a.zip")), "not repeatable")
        #expect((bytes.count < 1000) == isPacked)
        let archive = try ZipArchive(bytes, path: "a.zip")
        #expect(archive.entries.map(\.name) == ["a", "b/c"])
        for (name, content) in entries { #expect(try archive.read(#require(archive.entry(name))) == content) }
    }

    @Test func aChangedByteIsFoundByTheChecksum() throws {
        let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0) }
        var bytes = try ZipArchive.encode([("a", content)], isPacked: false, path: "a.zip")
        bytes[2000] ^= 1
        let archive = try ZipArchive(bytes, path: "a.zip")
        let entry = try #require(archive.entry("a"))
        #expect { try archive.read(entry) } throws: { "\($0)".contains("'a'") && "\($0)".contains("5000 bytes") }
        #expect(try archive.readAvailable(entry).bytes.count == content.count)
    }
}

/// Frames of the fixtures, and arrays as numpy keeps them.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityContainerTests {
    @Test func framesOfNOmniglot() throws {
        let path = Fixtures.file("formats/npz/nomniglot_frames.npz").path
        let archive = try ZipArchive(try FileBytes.read(path), path: path)
        let array = try NpyArray(try archive.read(#require(archive.entry("arr_0.npy"))), path: path)
        try array.checkWhole()
        #expect(array.shape == [12, 2, 26, 34] && array.fields.map(\.type) == [.bool])
        let numbers = Array(array.bytes[array.start...])
        #expect(numbers.reduce(0) { $0 + Int($1) } == 2107)
        #expect(Sha256.hash(numbers) == "8b43cc79424495524b18583819bd91cafbe1eb0a1d2a45ab1998589810642bd9")
        #expect { try EventFormatCatalogue.read(path) } throws: {
            "\($0)".contains("arr_0") || "\($0)".contains("shape")
        }
    }

    @Test func picklesAreNamed() {
        let path = Fixtures.file("formats/npz/nomniglot_events_pickle.npy").path
        #expect { try EventFormatCatalogue.read(path) } throws: {
            "\($0)".contains("pickle") && "\($0)".contains("npz")
        }
    }
}
