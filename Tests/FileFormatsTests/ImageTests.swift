import Foundation
import Testing

@testable import FileFormats

/// Pictures as people have them, with the values that Pillow gives.
@Suite struct PngTests {
    static let kinds: [MadePng] = [
        ([1, 2, 4, 8, 16], 0), ([8, 16], 2), ([1, 2, 4, 8], 3), ([8, 16], 4), ([8, 16], 6),
    ].flatMap { depths, type in
        (depths as [Int]).flatMap { depth in
            [false, true].map { MadePng(depth: depth, colorType: type as UInt8, isInterlaced: $0) }
        }
    }

    @Test(arguments: kinds) func samplesAreThoseStored(png: MadePng) throws {
        #expect(try ImageFile.decode(png.bytes, path: "a.png") == png.image)
    }

    /// gAMA 1.0, sRGB, cHRM, a broken color profile and a background: none of them changes a sample.
    @Test(arguments: kinds) func whatIsSaidOfColorsIsIgnored(png: MadePng) throws {
        var png = png
        png.hasTransparency = png.colorType == 3
        png.chunks = [("gAMA", [0, 1, 0x86, 0xA0])]
        #expect(try ImageFile.decode(png.bytes, path: "a.png") == png.image)
        png.chunks = [
            ("cHRM", [UInt8](repeating: 1, count: 32)), ("iCCP", Array("x\0\0".utf8) + Zlib.compress([1, 2, 3])),
            ("sRGB", [0]),
        ]
        #expect(try ImageFile.decode(png.bytes, path: "a.png") == png.image)
    }

    @Test func a16BitSampleIs257TimesThe8BitOne() throws {
        let samples = stride(from: 0, to: 256, by: 16).flatMap { [UInt8($0), UInt8($0)] }
        var rows: [UInt8] = []
        for row in 0..<4 { rows += [0] + samples[8 * row..<8 * row + 8] }
        var png = MadePng(depth: 16, colorType: 0)
        (png.width, png.height) = (4, 4)
        let bytes =
            png.bytes.prefix(33) + MadePng.chunk("IDAT", Zlib.compress(rows)) + MadePng.chunk("IEND", [])
        #expect(
            try ImageFile.decode(Array(bytes), path: "a.png").pixels
                == stride(from: 0, to: 256, by: 16).map { UInt8($0) })
    }

    @Test func textsThatUnpackToGigabytesAreNotUnpacked() throws {
        let bomb = Array("a\0\0".utf8) + Zlib.compress([UInt8](repeating: 0, count: 7 << 20))
        var png = MadePng(depth: 8, colorType: 2)
        png.chunks = Array(repeating: ("zTXt", bomb), count: 40)
        let image = try ImageFile.decode(png.bytes, path: "a.png")
        #expect(image == png.image)
    }

    @Test func whatCanBeDecodedIsDecodedWithANote() throws {
        let png = MadePng(depth: 8, colorType: 0)
        let noEnd = try ImageFile.decode(Array(png.bytes.dropLast(12)), path: "a.png")
        #expect(noEnd.pixels == png.expected && noEnd.notes.count == 1)
        var text = png
        text.chunks = [("tEXt", Array("a\0b".utf8))]
        var bytes = text.bytes
        bytes[42] ^= 1
        let wrongSum = try ImageFile.decode(bytes, path: "a.png")
        #expect(wrongSum.pixels == png.expected && wrongSum.notes.first?.contains("tEXt") == true)
        #expect(try ImageFile.decode(png.bytes + [1, 2, 3], path: "a.png") == png.image)
    }

    /// A wrong checksum of pixels that unpack, and colors that are nowhere told: as Pillow has them.
    @Test func wrongSumsOfPixelsAndMissingPalettes() throws {
        let png = MadePng(depth: 8, colorType: 2)
        var bytes = png.bytes
        bytes[bytes.count - 13] ^= 1
        let wrongSum = try ImageFile.decode(bytes, path: "a.png")
        #expect(wrongSum.pixels == png.expected && wrongSum.notes.first?.contains("CRC") == true, "\(wrongSum.notes)")
        for depth in [1, 2, 4, 8] {
            let colors = MadePng(depth: depth, colorType: 3)
            let black = try ImageFile.decode(
                Array(colors.bytes[..<33] + colors.bytes[(33 + 12 + (3 << depth))...]), path: "a.png")
            #expect(black.pixels.allSatisfy { $0 == 0 } && black.notes.count == 1, "\(depth)")
            var wrong = colors.bytes
            wrong[33 + 8 + (3 << depth)] ^= 1
            #expect { try ImageFile.decode(wrong, path: "a.png") } throws: { "\($0)".contains("PLTE") }
        }
    }

    @Test func whatCannotIsNamed() throws {
        let bytes = MadePng(depth: 8, colorType: 0).bytes
        // Pixels that end too soon, a wrong checksum of the header, sizes beyond all memory.
        for damaged in [Array(bytes.prefix(70)), Array(bytes[..<29] + [bytes[29] ^ 1] + bytes[30...])] {
            #expect { try ImageFile.decode(damaged, path: "a.png") } throws: { "\($0)".contains("a.png: damaged") }
        }
        for sides in [(65_535, 65_535), (1 << 30, 1 << 30), (0x7FFF_FFFF, 1)] {
            var huge = bytes
            for (index, side) in [sides.0, sides.1].enumerated() {
                for byte in 0..<4 { huge[16 + 4 * index + byte] = UInt8(truncatingIfNeeded: side >> (24 - 8 * byte)) }
            }
            #expect { try ImageFile.decode(huge, path: "a.png") } throws: { "\($0)".contains("at most 89478485") }
        }
    }
}

@Suite struct JpegTests {
    /// 16 × 16 gray of quality 90, written by Pillow: `(x + y) * 8 % 256`.
    static let gray = bytes(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIU"
            + "FRT/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJx"
            + "FDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZ"
            + "mqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APj/AOG3w2/1X7r07V9V/Db4bf6r"
            + "916dqPht8Nv9V+69O1fVXw2+G3+q/denav/Z")
    /// 16 × 16 of one color in cyan, magenta, yellow and black, inverted as Adobe does.
    static let cmyk = bytes(
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCg"
            + "wJCgoK/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQEC"
            + "AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dX"
            + "Z3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E"
            + "QwBNAFkASwAAPwD91K/Nuv2Er9/KKKKKKKKKKKKK/9k=")
    /// 8 × 8 with inks that change; Adobe's byte for the transform is number 17.
    static let inks = bytes(
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP"
            + "/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAQFBv/EABwQAAEDBQAAAAAAAAAAAAAAAAAFBhZCQ2OBof/aAA4EQwBNAFkA"
            + "SwAAPwBz9ubHTfL0rm0WKj//2Q==")
    static let progressive = bytes(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpR"
            + "Uk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAIAAgDASIAAhEB"
            + "AxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAVAQEBAAAAAAAAAAAAAAAAAAACBP/aAAwDAQACEAMQAAABnEy//8QAFhAAAwAAAAAAAAAAAAAAAAAA"
            + "AAME/9oACAEBAAEFAlzn/8QAGBEAAgMAAAAAAAAAAAAAAAAAAAIDBBL/2gAIAQMBAT8BrTPg/8QAFxEBAAMAAAAAAAAAAAAAAAAAAgADEf/aAAgBAgEB"
            + "PwF2rZ//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAY/An//xAAVEAEBAAAAAAAAAAAAAAAAAAAAYf/aAAgBAQABPyGT/9oADAMBAAIAAwAAABD3"
            + "/8QAFhEAAwAAAAAAAAAAAAAAAAAAABEh/9oACAEDAQE/EEtP/8QAFREBAQAAAAAAAAAAAAAAAAAAAEH/2gAIAQIBAT8QpP/EABYQAAMAAAAAAAAAAAAA"
            + "AAAAAAAxwf/aAAgBAQABPxBEn//Z")

    private static func bytes(_ text: String) -> [UInt8] { Data(base64Encoded: text).map { Array($0) } ?? [] }

    private func sum(_ image: PixelImage) -> Int { image.pixels.reduce(0) { $0 + Int($1) } }

    /// Decoders may differ by a level or two.
    private func isNear(_ pixels: some Sequence<UInt8>, _ expected: [Int]) -> Bool {
        zip(pixels, expected).allSatisfy { abs(Int($0) - $1) <= 2 }
    }

    @Test func strayBytesAreDecodedWithANote() throws {
        let plain = try ImageFile.decode(Self.gray, path: "a.jpg")
        #expect(plain.channelCount == 1 && plain.notes.isEmpty && abs(sum(plain) - 30728) < 256)
        #expect(isNear(plain.pixels, [0, 8, 16, 23, 33, 40, 48, 56, 64, 73, 80, 87, 97, 104, 112, 120, 8, 16, 24, 31]))
        let padded = Self.gray.dropLast(2) + [UInt8](repeating: 0, count: 12) + Self.gray.suffix(2)
        let image = try ImageFile.decode(Array(padded), path: "a.jpg")
        #expect(image.pixels == plain.pixels)
        #expect(image.notes.count == 1 && image.notes.first?.contains("extraneous bytes") == true)
        let behind = try ImageFile.decode(Self.gray + [UInt8](repeating: 7, count: 70), path: "a.jpg")
        #expect(behind == plain, "what follows the end is nothing of the picture")
        // A revision that nobody knows, a stray byte before the table of codes.
        var revision = Self.gray
        revision[11] = 3
        let scan = try #require(
            Self.gray.indices.dropLast().first { Self.gray[$0] == 0xFF && Self.gray[$0 + 1] == 0xDA })
        let between = Self.gray[..<scan] + [0, 0, 0] + Self.gray[scan...]
        for changed in [revision, Array(between)] {
            let image = try ImageFile.decode(changed, path: "a.jpg")
            #expect(image.pixels == plain.pixels && image.notes.count == 1)
        }
    }

    @Test func fourInksBecomeThreeColors() throws {
        let image = try ImageFile.decode(Self.cmyk, path: "a.jpg")
        #expect((image.width, image.height, image.channelCount) == (16, 16, 3))
        #expect(image.pixels == (0..<256).flatMap { _ in [245, 55, 225] as [UInt8] })
        let many = try ImageFile.decode(Self.inks, path: "a.jpg")
        #expect(
            isNear(
                many.pixels, [254, 254, 164, 213, 243, 157, 177, 229, 148, 144, 217, 140, 108, 208, 135, 81, 196, 127]))
        #expect(abs(sum(many) - 25320) < 192)
        // The same numbers as YCCK.
        var transformed = Self.inks
        transformed[17] = 2
        let colors = try ImageFile.decode(transformed, path: "a.jpg")
        #expect(isNear(colors.pixels, [0, 70, 0, 0, 96, 0, 5, 115, 0, 29, 133, 0, 58, 157, 0, 75, 169, 0, 90, 177, 0]))
        #expect(abs(sum(colors) - 14399) < 192)
    }

    @Test func progressivePicturesHaveALimitOfScans() throws {
        let image = try ImageFile.decode(Self.progressive, path: "a.jpg")
        #expect(isNear(image.pixels, [3, 3, 73, 18, 7, 76, 48, 7, 83, 78, 7, 85, 110, 6, 85, 141, 5, 87]))
        #expect(JpegOutline(Self.progressive).scanCount == 10)
        // The first scan of details, again and again, on a picture of 8000 × 8000.
        let scans = Self.progressive.indices.dropLast().filter {
            Self.progressive[$0] == 0xFF && Self.progressive[$0 + 1] == 0xDA
        }
        let frame = try #require(
            Self.progressive.indices.dropLast().first {
                Self.progressive[$0] == 0xFF && Self.progressive[$0 + 1] == 0xC2
            })
        var bytes = Array(Self.progressive[..<scans[2]])
        for _ in 0..<5000 { bytes += Self.progressive[scans[1]..<scans[2]] }
        bytes += Self.progressive[scans[2]...]
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x1F, 0x40, 0x1F, 0x40])
        #expect { try ImageFile.decode(bytes, path: "a.jpg") } throws: {
            "\($0)".contains("a.jpg") && "\($0)".contains("5010 scans") && "\($0)".contains("at most 100")
        }
    }

    @Test func whatIsNotReadIsNamed() throws {
        let frame = try #require(
            Self.gray.indices.dropLast().first { Self.gray[$0] == 0xFF && Self.gray[$0 + 1] == 0xC0 })
        for (offset, value, text) in [
            (4, 12, "12 bits per sample"), (1, 0xC3, "a lossless JPEG"), (1, 0xF7, "a JPEG-LS"),
            (1, 0xC5, "a hierarchical JPEG"),
            (9, 2, "2 components"),
        ] as [(Int, UInt8, String)] {
            var bytes = Self.gray
            bytes[frame + offset] = value
            #expect { try ImageFile.decode(bytes, path: "a.jpg") } throws: { "\($0)".contains(text) }
        }
        var large = Self.gray
        large.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        #expect { try ImageFile.decode(large, path: "a.jpg") } throws: { "\($0)".contains("65500×65500") }
        for size in stride(from: 0, to: Self.gray.count - 1, by: 7) {
            #expect(throws: FileFormatError.self) {
                try ImageFile.decode(Array(Self.gray.prefix(size)), path: "cut.jpg")
            }
        }
    }

    @Test(arguments: [
        ("GIF89a", "a GIF"), ("RIFF\u{1}\u{1}\u{1}\u{1}WEBPVP8 ", "a WebP"), ("II*\0\u{8}\0\0\0", "a TIFF"),
        ("BM6\0\0\0\0\0\0\0\u{1A}\0\0\0\u{C}\0\0\0\u{1}\0\u{1}\0\u{1}\0\u{18}\0", "a BMP"),
        ("P5\n2 2\n255\nabcd", "a PNM"),
        ("\0\0\0\u{1C}ftypavif", "an AVIF"), ("\0\0\0\u{1C}ftypheic", "a HEIC"), ("\0\u{5}\u{16}\u{7}", "AppleDouble"),
        ("version https://git-lfs.github.com/spec/v1\n", "Git LFS"), ("<!DOCTYPE html><html>", "a web page"),
        ("<?xml version=\"1.0\"?><svg ", "an SVG"),
    ]) func otherPicturesAreRefusedByName(content: String, name: String) {
        #expect { try ImageFile.decode(Array(content.utf8), path: "a.jpg") } throws: {
            "\($0)".contains(name) && "\($0)".contains("a.jpg")
        }
    }

    @Test func contentCountsNotTheEnding() throws {
        let folder = try TemporaryFolder()
        let png = MadePng(depth: 8, colorType: 2)
        #expect(try ImageFile.read(folder.file("a.jpg", png.bytes).path) == png.image)
        #expect(try ImageFile.read(folder.file("a.png", Self.gray).path).width == 16)
    }
}
