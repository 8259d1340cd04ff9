import Foundation
import Testing

@testable import FileFormats

@Suite struct IdxTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]
    /// The same two images, packed by gzip: `printf … | gzip -n9`.
    private let packed: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 2, 98, 70, 32, 102, 102, 100, 98, 102, 97,
        101, 3, 0, 176, 67, 112, 254, 22, 0, 0, 0,
    ]

    @Test func imagesAreRead() throws {
        let images = try Idx.images(folder.file("i", header + [1, 2, 3, 4, 5, 6]).path)
        #expect((images.count, images.rows, images.columns) == (2, 1, 3))
        #expect(Array(images[1]) == [4, 5, 6])
        #expect(try Idx.labels(folder.file("l", [0, 0, 8, 1, 0, 0, 0, 2, 7, 9]).path) == [7, 9])
    }

    @Test func gzipIsKnownByItsContent() throws {
        #expect(try Gzip.inflate(packed, limit: 1000, path: "") == header + [1, 2, 3, 4, 5, 6])
        #expect(try Idx.images(folder.file("i", packed).path).pixels == [1, 2, 3, 4, 5, 6])
        #expect(try Gzip.inflate(packed + packed, limit: 1000, path: "").count == 44, "members follow each other")
        #expect(try Gzip.inflate(packed, limit: 5, path: "") == Array(header.prefix(5)))
    }

    @Test(arguments: 0..<39) func cutGzipIsRefused(size: Int) throws {
        #expect(throws: FileFormatError.self) {
            try Idx.images(folder.file("i", Array(packed.prefix(size))).path)
        }
    }

    @Test func damagedGzipNeverCrashes() throws {
        for position in packed.indices {
            for bit in 0..<8 {
                var copy = packed
                copy[position] ^= 1 << UInt8(bit)
                _ = try? Idx.images(folder.file("i", copy).path)
            }
        }
    }

    @Test func announcedSizesTakeNoMemory() throws {
        let huge: [UInt8] = [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)
        let large: [UInt8] = [0, 0, 8, 3, 0, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255]
        for bytes in [huge, large, Array(large.prefix(15)), [], header, header + [1, 2, 3, 4, 5, 6, 7]] {
            #expect(throws: FileFormatError.self) { try Idx.images(folder.file("i", bytes).path) }
        }
    }

    @Test func labelsAreNotImages() throws {
        #expect {
            try Idx.labels(folder.file("i", header + [1, 2, 3, 4, 5, 6]).path)
        } throws: { "\($0)".contains("0x803") && "\($0)".contains("0x801 (labels)") }
    }
}

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityIdxTests {
    @Test func realImagesAndLabels() throws {
        let fixture = try #require(Fixtures.cases(in: "formats/static").first { $0.name == "t10k50" })
        let images = try Idx.images(fixture.file.path + "-images-idx3-ubyte")
        let labels = try Idx.labels(fixture.file.path + "-labels-idx1-ubyte")
        #expect(fixture.expectation["count"] == .one(images.count))
        #expect(fixture.expectation["labels"] == .many(labels.map(Int.init)))
        #expect(fixture.sha256 == Sha256.hash(images.pixels))
    }

    @Test(arguments: Fixtures.cases(in: "formats/static").filter { $0.malformed != nil && $0.name.hasPrefix("idx") })
    func malformedFilesAreRefused(fixture: Fixtures.Case) {
        #expect(throws: FileFormatError.self) { try Idx.images(fixture.file.path) }
    }
}
