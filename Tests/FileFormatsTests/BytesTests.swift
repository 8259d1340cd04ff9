import Foundation
import Testing

@testable import FileFormats

@Suite struct Sha256Tests {
    /// FIPS 180-4 examples, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 100_000).appending(String(repeating: "a", count: 900_000)),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func knownMessages(message: String, expected: String) { #expect(Sha256.hash(Array(message.utf8)) == expected) }

    @Test func piecesGiveTheSameHash() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for size in [1, 55, 56, 63, 64, 65, 200] {
            var hash = Sha256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(hash.finish() == Sha256.hash(bytes))
        }
    }
}

@Suite struct AtomicFileTests {
    @Test func whatIsNotCommittedLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent("a").path
        try AtomicFile.replace(path, with: [1])
        do {
            var file = try AtomicFile(path: path)
            try file.append([2, 3])
        }
        #expect(try FileBytes.read(path) == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a"])
    }

    @Test func readingBeyondTheEndIsRefusedBeforeAnythingIsAllocated() throws {
        let folder = try TemporaryFolder()
        let file = try OpenFile(path: folder.file("a", [1, 2, 3]).path)
        #expect(try file.read(count: 2, at: 1) == [2, 3])
        for (count, offset) in [(1, 3), (Int.max, 0), (Int.max, 3), (-1, 0), (1, -1)] {
            #expect(throws: FileFormatError.self) { try file.read(count: count, at: offset) }
        }
    }

    @Test func reusedMemoryTakesTheFilesSize() throws {
        let folder = try TemporaryFolder()
        var bytes: [UInt8] = [9, 9, 9, 9]
        for content in [[1, 2], [], [3, 4, 5, 6, 7]] as [[UInt8]] {
            try FileBytes.read(folder.file("a", content).path, into: &bytes)
            #expect(bytes == content)
        }
    }
}
