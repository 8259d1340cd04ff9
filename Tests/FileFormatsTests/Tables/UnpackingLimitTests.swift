import Foundation
import Testing

@testable import FileFormats

/// Files that unpack to far more than they are, refused before memory is taken.
@Suite struct UnpackingLimitTests {
    @Test func theLimitGrowsWithTheFile() {
        #expect(UnpackingLimit.bytes(forFileOf: 0) == UnpackingLimit.always)
        #expect(UnpackingLimit.bytes(forFileOf: 10 << 20) == 1000 << 20)
        #expect(UnpackingLimit.bytes(forFileOf: .max) == UnpackingLimit.most)
    }

    private func isTooLarge(_ error: any Error) -> Bool {
        if case FileFormatError.tooLarge(_, _, let size, let limit) = error {
            return size > limit
        } else {
            return false
        }
    }

    /// Two arrays of 70 MB of zeros, together beyond the limit, in 140 kB.
    @Test func arraysInAnArchive() throws {
        let zeros = [UInt8](repeating: 0, count: 70_000_000)
        let array = NpyArray.encode("'<i8'", shape: [zeros.count / 8], numbers: zeros)
        let bytes = try ZipArchive.encode([("t.npy", array), ("x.npy", array)], isPacked: true, path: "a.npz")
        #expect(bytes.count < 1_000_000)
        for isTolerant in [false, true] {
            #expect {
                try Npz().decode(bytes, path: "a.npz", options: EventReadingOptions(isTolerant: isTolerant))
            } throws: { isTooLarge($0) && "\($0)".contains("x.npy") }
        }
    }

    @Test func aHeaderThatPromisesMoreThanTheEntryHas() throws {
        let array = NpyArray.encode("'<i8'", shape: [1 << 40], numbers: [1, 2, 3])
        let bytes = try ZipArchive.encode([("t.npy", array)], isPacked: true, path: "a.npz")
        #expect { try Npz().decode(bytes, path: "a.npz", options: EventReadingOptions()) } throws: {
            if case FileFormatError.damaged = $0 { true } else { false }
        }
    }

    @Test func variablesOfMatlab() throws {
        var element: [UInt8] = []
        for word in [14, 300_000_056, 6, 8, 6, 0, 5, 8, 300_000_000 / 8, 1, 1, 1] as [UInt32] {
            element.append(littleEndian: word)
        }
        element += Array("x".utf8) + [UInt8](repeating: 0, count: 7)
        for word in [9, 300_000_000] as [UInt32] { element.append(littleEndian: word) }
        // The beginning is enough: no more of it is looked at.
        let packed = Zlib.compress(element + [UInt8](repeating: 0, count: 1 << 16))
        var bytes = Array("MATLAB 5.0 MAT-file".utf8)
        bytes += [UInt8](repeating: 0, count: 124 - bytes.count) + [0, 1] + Array("IM".utf8)
        bytes.append(littleEndian: UInt32(15))
        bytes.append(littleEndian: UInt32(packed.count))
        #expect { try MatlabCheck(bytes + packed, path: "a.mat") } throws: { isTooLarge($0) }
    }

    @Test func picturesOfMnistInGzip() throws {
        let folder = try TemporaryFolder()
        var header: [UInt8] = []
        for number in [0x803, 1_000_000, 28, 28] as [UInt32] { header.append(bigEndian: number) }
        let file = try folder.file(
            "images.gz", try Self.gzip(header + [UInt8](repeating: 0, count: 1 << 16), in: folder))
        #expect { try Idx.images(file.path) } throws: { isTooLarge($0) }
    }

    /// A member of stored blocks.
    private static func gzip(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        for start in stride(from: 0, to: bytes.count, by: 60_000) {
            let block = bytes[start..<min(start + 60_000, bytes.count)]
            packed.append(start + 60_000 >= bytes.count ? 1 : 0)
            packed.append(littleEndian: UInt16(block.count))
            packed.append(littleEndian: ~UInt16(block.count))
            packed += block
        }
        return packed + [0, 0, 0, 0, 0, 0, 0, 0]
    }
}
