import FileFormats
import Foundation
import Testing

@testable import Data

/// ES-ImageNet in a small folder of its layout, and its frames against the rule of its authors.
@Suite struct EsImageNetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows x, y, step.
    private func write(_ path: String, _ on: [[Int16]], _ off: [[Int16]]) throws {
        try folder.write(
            "ES-imagenet/" + path,
            NpzWriter.encode(
                [
                    ("pos", [on.count, 3], .int16(on.flatMap { $0 })),
                    ("neg", [off.count, 3], .int16(off.flatMap { $0 })),
                ], path: path))
    }

    private func lists(_ training: [String], _ test: [String]) throws {
        try folder.write("ES-imagenet/trainlabel.txt", Array(training.joined(separator: "\n").utf8))
        try folder.write("ES-imagenet/vallabel.txt", Array(test.joined(separator: "\n").utf8))
    }

    @Test func listsGiveClassesPartsAndSources() throws {
        try write("train/n01443537_7.npz", [[1, 1, 1]], [[2, 2, 8]])
        try write("train/n01440764_3.npz", [[1, 1, 1]], [])
        try write("train/n01440764_10.npz", [], [[1, 1, 2]])
        try write("val/ILSVRC2012_val_00000002.npz", [[1, 1, 1]], [[2, 2, 8]])
        try lists(
            ["n01443537_7.JPEG 1 224 224", "n01440764_3.JPEG 0 100 224", "n01440764_10.JPEG 0 224 100"],
            ["ILSVRC2012_val_00000002.JPEG 1 224 224", ""])
        for name in ["n01440764", "n01443537"] {
            for number in [3, 7, 10] {
                try folder.write("ImageNet/train/\(name)/\(name)_\(number).JPEG", MadeFiles.png(UInt8(number)))
            }
        }
        let contents = try folder.open("es-imagenet")
        #expect(contents.classNames == ["n01440764", "n01443537"])
        #expect(
            contents.recordings.map(\.name) == [
                "n01440764/n01440764_10", "n01440764/n01440764_3", "n01443537/n01443537_7",
                "n01443537/ILSVRC2012_val_00000002",
            ])
        #expect(contents.recordings.map(\.part) == [.training, .training, .training, .test])
        #expect(contents.recordings[1].source == SourceImage(collection: "ImageNet n01440764", index: 3))
        #expect(contents.recordings[3].source == nil, "pictures of the validation part are not in the pool")
        #expect(contents.images.count == 6 && contents.missingImages == nil)
        let behind = try #require(contents.images.firstIndex { $0.source == contents.recordings[1].source })
        #expect(try contents.image(at: behind).pixels[0] == 3)
    }

    @Test func framesAreThoseOfItsAuthors() throws {
        // Sizes that leave an uneven margin, and one larger than the canvas; rows come twice.
        for (height, width) in [(200, 241), (254, 254), (300, 223)] {
            var state = 12345
            func next(_ bound: Int) -> Int {
                state = (state * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
                return (state >> 8) % bound
            }
            func rows(_ count: Int) -> [[Int16]] {
                (0..<count).flatMap { index -> [[Int16]] in
                    let row = [Int16(next(height)), Int16(next(width)), Int16(1 + index % 8)]
                    return index % 5 == 0 ? [row, row] : [row]
                }
            }
            let (on, off) = (rows(300), rows(240))
            try write("train/n01440764_1.npz", on, off)
            try write("val/x.npz", [[1, 1, 1]], [])
            try lists(["n01440764_1.JPEG 0 \(height) \(width)"], ["x.JPEG 0 224 224"])
            let recording = try folder.open("es-imagenet").recording(at: 0)

            // [channel, step, x, y] of 256 × 256, set to 1, then the inner 224 × 224; channel 0 is ON.
            func floorHalf(_ number: Int) -> Int { Int((Double(number) / 2).rounded(.down)) }
            let (dx, dy) = (floorHalf(254 - height), floorHalf(254 - width))
            var expected = Set<[Int]>()
            for (rows, polarity) in [(on, 1), (off, 0)] {
                for row in rows {
                    let (x, y) = (Int(row[0]) + dx - 16, Int(row[1]) + dy - 16)
                    guard (0..<224).contains(x), (0..<224).contains(y) else { continue }
                    expected.insert([Int(row[2]) - 1, polarity, x, y])
                }
            }
            for slicing in ["spikingjelly-time", "time", "reference-time"] {
                let frames = EventFrames(
                    recording, timeStepCount: 8, slicing: try SlicingCatalogue.slicing(slicing))
                var found = Set<[Int]>()
                for (cell, count) in frames.counts.enumerated() where count > 0 {
                    #expect(count == 1, "a pixel reports once a step")
                    found.insert([cell / (2 * 224 * 224), cell / (224 * 224) % 2, cell / 224 % 224, cell % 224])
                }
                // The slicings by time leave out what stands at the very end of the last step.
                let missing = expected.subtracting(found)
                #expect(found.isSubset(of: expected), "\(slicing)")
                #expect(missing.count <= (slicing == "spikingjelly-time" ? 0 : 1), "\(slicing)")
            }
        }
    }

    @Test(arguments: [
        ("n01440764_1.JPEG 0 224", "line 1"), ("n01440764_1.JPEG zero 224 224", "line 1"),
        ("../x.JPEG 0 224 224", "line 1"), ("n01440764_1.JPEG 0 224 224\nn01440764_2.JPEG 1 224 224", "two classes"),
    ])
    func badListsAreRefused(list: String, hint: String) throws {
        try folder.write("ES-imagenet/train/a.txt", [])
        try folder.write("ES-imagenet/val/a.txt", [])
        try lists([list], [])
        #expect { try folder.open("es-imagenet") } throws: { "\($0)".contains(hint) }
    }

    /// A file that numpy wrote.
    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence))) func aFileOfNumpy() throws {
        try folder.write(
            "ES-imagenet/train/n01440764_1.npz",
            Array(Foundation.Data(contentsOf: Fixtures.file("formats/npz/es_imagenet_like.npz"))))
        try folder.write("ES-imagenet/val/a.txt", [])
        try lists(["n01440764_1.JPEG 0 222 222"], [])
        let recording = try folder.open("es-imagenet").recording(at: 0)
        #expect((380...400).contains(recording.events.count))
        #expect(Set(recording.events.map { $0.timestamp / 1_000_000 }).isSubset(of: Set(0...7)))
        #expect(recording.sensor == SensorSize(width: 224, height: 224))
    }
}
