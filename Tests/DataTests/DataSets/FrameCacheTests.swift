import Configuration
import Foundation
import Testing

@testable import Data
@testable import FileFormats

/// Frames that other programs kept, in the layouts in which they keep them.
@Suite struct FrameCacheTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Three time steps of 5×4 pixels; a number makes them differ.
    static func counts(_ number: Int, steps: Int = 3) -> [Int16] {
        (0..<steps * 2 * 20).map { Int16(($0 * 7 + number) % 11 == 0 ? ($0 + number) % 300 : 0) }
    }

    private func put(_ path: String, _ number: Int, steps: Int = 3, shape: [Int]? = nil) throws {
        let bytes = try NpzWriter.encode(
            [("frames", shape ?? [steps, 2, 4, 5], .int16(Self.counts(number, steps: steps)))], path: path)
        try folder.write(path, bytes)
    }

    private func spikingJelly(_ cache: String, steps: Int = 3) throws {
        for (part, count) in [("train", 3), ("test", 1)] {
            for name in ["a", "b"] {
                for number in 0..<count { try put("\(cache)/\(part)/\(name)/\(number).npz", number, steps: steps) }
            }
        }
    }

    private func folders(_ path: String = "", steps: Int = 3) throws -> DataFolders {
        var folders = DataFolders(recordings: folder.url.path + path, environment: ["HOME": folder.url.path])
        try folders.settings.set("data.time_steps", to: .integer(steps))
        return folders
    }

    @Test func spikingJellysFramesAreTakenAsTheyAre() throws {
        try spikingJelly("frames_number_3_split_by_number")
        let contents = try FrameCacheDataSet().open(folders())
        #expect(contents.classNames == ["a", "b"] && contents.sensor == SensorSize(width: 5, height: 4))
        #expect(
            contents.recordings.map(\.part)
                == [.training, .test].flatMap { part in
                    [PublishedPart](repeating: part, count: part == .training ? 6 : 2)
                })
        let frames = try #require(try contents.frames(at: 1))
        #expect(frames.counts == Self.counts(1).map { UInt16($0) })

        // The same numbers reach the network, and slicing what stands for events gives them again.
        var store = FrameStore(timeStepCount: 3)
        var (scratch, bytes) = (FrameStore.CountingScratch(), [UInt8]())
        try store.append(1, of: contents, slicing: CountSlicing(), scratch: &scratch, bytes: &bytes)
        var (cells, rows) = ([Float](repeating: -1, count: store.cellCount(0)), [Bool](repeating: false, count: 12))
        store.expand(0, into: &cells, rows: &rows, clearing: true)
        for step in 0..<3 {
            for polarity in 0..<2 {
                for pixel in 0..<20 {
                    let expected = Float(frames.counts[(step * 2 + polarity) * 20 + pixel])
                    #expect(cells[(step * 20 + pixel) * 2 + polarity] == expected)
                }
            }
        }
        let recording = try contents.recording(at: 1)
        #expect(recording.events.count == frames.counts.reduce(0) { $0 + Int($1) })
    }

    @Test func anotherNumberOfTimeStepsIsRefused() throws {
        try spikingJelly("frames_number_3_split_by_number")
        // The only one is opened, and its frames are refused.
        let contents = try FrameCacheDataSet().open(folders(steps: 5))
        var store = FrameStore(timeStepCount: 5)
        var (scratch, bytes) = (FrameStore.CountingScratch(), [UInt8]())
        #expect {
            try store.append(0, of: contents, slicing: CountSlicing(), scratch: &scratch, bytes: &bytes)
        } throws: { "\($0)".contains("set data.time_steps=3") }
        // Of two of the same number none is guessed, and of none of the number asked for neither.
        try spikingJelly("frames_number_3_split_by_time")
        #expect { try FrameCacheDataSet().open(folders()) } throws: { "\($0)".contains("--data") }
        #expect { try FrameCacheDataSet().open(folders(steps: 5)) } throws: { "\($0)".contains("set data.time_steps") }
    }

    @Test func whatAreNoCountsOfEventsIsRefused() throws {
        try put("a/0.npz", 1, shape: [3, 1, 8, 5])
        #expect { try FrameFile.read(folder.url.path + "/a/0.npz") } throws: { "\($0)".contains("[3, 1, 8, 5]") }
        let negative = [Int16](repeating: -1, count: 40)
        try folder.write("n.npz", try NpzWriter.encode([("frames", [1, 2, 4, 5], .int16(negative))], path: ""))
        #expect { try FrameFile.read(folder.url.path + "/n.npz") } throws: { "\($0)".contains("-1") }
    }

    /// Written by tonic 1.7.0: two samples of two time steps on 3×2 pixels, packed with LZF, and a second copy.
    @Test func tonicsCacheIsReadAsItLies() throws {
        for (name, text) in TonicCache.files {
            let data = Foundation.Data(base64Encoded: text, options: .ignoreUnknownCharacters)
            let packed = try #require(data)
            try folder.write("cache/\(name)", Zlib.decompress(Array(packed)[...], limit: 1 << 20).bytes)
        }
        let contents = try FrameCacheDataSet().open(folders("/cache", steps: 2))
        #expect(contents.classNames == ["1", "7"] && contents.recordings.count == 2)
        #expect(contents.leftOut.map(\.path) == ["0_1.hdf5"])
        let frames = try #require(try contents.frames(at: contents.recordings.firstIndex { $0.name == "0_0" } ?? 0))
        #expect(frames.counts == (0..<24).map { UInt16($0 * 300 % 1000) } && frames.label == 7)
    }
}

/// Recordings in the folders that tonic and SpikingJelly make.
@Suite struct KeptFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: ["NMNIST", "extract", "N-MNIST", "NMNIST/extract"]) func nMnist(place: String) throws {
        for part in ["Train", "Test"] {
            for label in 0...9 { try folder.write("\(place)/\(part)/\(label)/0000\(label).bin", [3, 4, 0x80, 0, 9]) }
        }
        let contents = try NMnistDataSet().open(DataFolders(recordings: folder.path, environment: folder.environment))
        #expect(contents.recordings.count == 20)
    }

    @Test(arguments: ["NCALTECH101/Caltech101", "extract/Caltech101"]) func nCaltech101(place: String) throws {
        for number in 1...3 { try folder.write("\(place)/airplanes/image_000\(number).bin", [3, 4, 0x80, 0, 9]) }
        #expect(try folder.open("ncaltech101").recordings.count == 3)
    }

    /// x, y, p, t in ms, as floating numbers.
    @Test func gesturesOfTonic() throws {
        let rows: [Double] = [3, 4, 1, 0.5, 100, 127, 0, 12.25]
        let bytes = rows.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4), }"
        header += String(repeating: " ", count: 117 - header.count) + "\n"
        let file = NpyArray.mark + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + bytes
        for (part, user) in [("ibmGestureTrain", "user01_led"), ("ibmGestureTest", "user24_lab")] {
            for label in [0, 2, 10] { try folder.write("DVSGesture/\(part)/\(user)/\(label).npy", file) }
        }
        let contents = try folder.open("dvs-gesture")
        #expect(contents.recordings.map(\.classIndex) == [0, 2, 10, 0, 2, 10])
        #expect(contents.recordings.map(\.part).suffix(3).allSatisfy { $0 == .test })
        #expect(
            try contents.recording(at: 1).events == [
                Event(timestamp: 500, x: 3, y: 4, polarity: 1), Event(timestamp: 12_250, x: 100, y: 127, polarity: 0),
            ])
    }
}
