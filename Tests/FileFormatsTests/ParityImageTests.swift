import Foundation
import Testing

@testable import FileFormats

/// Pictures that other programs wrote, with the pixels that other programs read.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityImageTests {
    static let pictures = Fixtures.cases(in: "formats/static").filter {
        $0.name.hasSuffix(".png") || $0.name.hasSuffix(".jpg")
    }

    @Test(arguments: pictures) func pixelsAreThoseOfOtherPrograms(fixture: Fixtures.Case) throws {
        let picture = try ImageFile.read(fixture.file.path)
        let shape = picture.channelCount == 1 ? [picture.height, picture.width] : [picture.height, picture.width, 3]
        #expect(fixture.expectation["shape"] == .many(shape))
        // One bit is 0 and 1 to some programs, 0 and 255 to others.
        let isBit = fixture.name == "one_bit.png"
        let pixels = isBit ? picture.pixels.map { $0 / 255 } : picture.pixels
        let sum = pixels.reduce(0) { $0 + Int($1) }
        if fixture.sha256 == Sha256.hash(pixels) {
            #expect(fixture.expectation["sum"] == .one(sum))
        } else {
            // Decoders of JPEG may differ by two levels.
            #expect(fixture.name.hasSuffix(".jpg"), "\(fixture.name) has other pixels")
            guard case .one(let expected) = fixture.expectation["sum"] else { return }
            #expect(abs(sum - expected) <= 2 * pixels.count)
        }
    }

    @Test(arguments: pictures) func everyCutIsRefusedOrDrawn(fixture: Fixtures.Case) throws {
        let bytes = try FileBytes.read(fixture.file.path)
        let whole = try ImageFile.decode(bytes, path: fixture.name)
        for size in stride(from: 0, to: bytes.count - 12, by: 97) {
            do throws(FileFormatError) {
                let picture = try ImageFile.decode(Array(bytes.prefix(size)), path: fixture.name)
                #expect(picture.width == whole.width && picture.pixels.count == whole.pixels.count)
            } catch {
                #expect("\(error)".contains(fixture.name))
            }
        }
    }

    @Test func batchesOfCifar() throws {
        let ten = try #require(Fixtures.cases(in: "formats/static").first { $0.name == "cifar10_batch.bin" })
        let images = try Cifar.images(ten.file.path)
        #expect(ten.expectation["labels"] == .many(images.labels.map(Int.init)))
        let hundred = Fixtures.file("formats/static/cifar100.bin").path
        let fine = try Cifar.images(hundred, labelCount: 2, classCount: 100)
        #expect(fine.labels == [30, 10, 20, 80, 40, 50])
        // Both hold the same pictures.
        #expect((0..<6).allSatisfy { images[$0].pixels.count == 3072 && fine[$0].pixels.count == 3072 })
        #expect {
            try Cifar.images(hundred)
        } throws: { "\($0)".contains("records of 3073 bytes") }
    }

    /// Whoever adds a malformed file to the fixtures finds here that no test reads it.
    @Test func everyMalformedFileIsInATest() throws {
        let root = Fixtures.file("formats")
        let folders = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
        var malformed = 0
        for folder in folders {
            for fixture in Fixtures.cases(in: "formats/" + folder) where fixture.malformed != nil {
                malformed += 1
                let isRead =
                    ParityEventFormatTests.folders.contains(folder)
                    && !ParityEventFormatTests.others.contains(fixture.name)
                let isIdx = folder == "static" && fixture.name.hasPrefix("idx")
                #expect(isRead || isIdx, "\(folder)/\(fixture.name)")
            }
        }
        #expect(malformed >= 20)
    }
}
