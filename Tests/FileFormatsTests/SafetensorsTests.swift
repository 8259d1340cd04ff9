import Foundation
import Testing

@testable import FileFormats

@Suite struct SafetensorsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func header(_ json: String, data: Int = 0) throws -> URL {
        let text = Array(json.utf8)
        let length = withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init)
        return try folder.file("file.safetensors", length + text + [UInt8](repeating: 0, count: data))
    }

    @Test func aWrittenFileIsReadBack() throws {
        let url = folder.url.appendingPathComponent("a.safetensors")
        let tensors: [SafetensorsWriter.Entry] = [
            ("b.weight", [2, 3], .float32([1, -2, 3.5, .infinity, 0, 1e-30])), ("a.count", [], .int64([-7])),
            ("empty", [0, 4], .float32([])), ("ö\"\\\n\u{1}", [1], .float32([2])),
        ]
        try SafetensorsWriter.write(tensors, metadata: ["epoch": "3", "note": "a \"b\""], to: url)
        let file = try SafetensorsFile(contentsOf: url)
        #expect(file.names == ["a.count", "b.weight", "empty", "ö\"\\\n\u{1}"])
        #expect(file.metadata == ["epoch": "3", "note": "a \"b\""])
        #expect(try file.floats("b.weight") == [1, -2, 3.5, .infinity, 0, 1e-30])
        #expect(try file.doubles("ö\"\\\n\u{1}") == [2])
        #expect(try file.shape(of: "b.weight") == [2, 3])
        #expect(try file.integers("a.count") == [-7])
        #expect(try file.shape(of: "a.count") == [])
        #expect(try file.floats("empty") == [])
        #expect(try Data(contentsOf: url).prefix(8)[0] % 8 == 0, "the data does not begin aligned")
    }

    @Test func theSameTensorsGiveTheSameBytes() throws {
        let tensors: [SafetensorsWriter.Entry] = [("x", [1], .float32([1])), ("y", [1], .int64([2]))]
        let urls = ["1", "2"].map { folder.url.appendingPathComponent($0) }
        try SafetensorsWriter.write(tensors, metadata: ["a": "1", "b": "2"], to: urls[0])
        try SafetensorsWriter.write(tensors.reversed(), metadata: ["b": "2", "a": "1"], to: urls[1])
        #expect(try Data(contentsOf: urls[0]) == Data(contentsOf: urls[1]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2, "a part is left")
    }

    @Test func writingIntoAMissingFolderSaysSo() {
        #expect(throws: FileFormatError.self) {
            try SafetensorsWriter.write([], to: folder.url.appendingPathComponent("none/x.safetensors"))
        }
    }

    @Test(arguments: [
        ("", 0), ("{", 0), ("[]", 0), (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8),
        (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4),
        (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8),
        (#"{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8),
        (#"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0),
        (#"{"x":{"dtype":"F8","shape":[2],"data_offsets":[0,2]}}"#, 2),
        (#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3),
        (#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 3),
        (
            #"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
            3
        ),
        (#"{"x":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,2]}}"#, 2),
    ])
    func aTableThatContradictsTheFileIsRefused(json: String, data: Int) throws {
        let url = try header(json, data: data)
        #expect(throws: FileFormatError.self) { try SafetensorsFile(contentsOf: url) }
    }

    @Test func hugeHeaderLengthsTakeNoMemory() throws {
        for length in [UInt64.max, 1 << 40, 100_000_001, 9] {
            let url = try folder.file("huge", withUnsafeBytes(of: length.littleEndian, Array.init) + [123, 125])
            #expect(throws: FileFormatError.self) { try SafetensorsFile(contentsOf: url) }
        }
    }

    @Test func askingForTheWrongThingNamesIt() throws {
        let url = folder.url.appendingPathComponent("a.safetensors")
        try SafetensorsWriter.write([("count", [], .int64([1]))], to: url)
        let file = try SafetensorsFile(contentsOf: url)
        #expect(throws: FileFormatError.missingEntry(path: url.path, name: "weight", present: ["count"])) {
            try file.floats("weight")
        }
        #expect(
            throws: FileFormatError.entryMismatch(path: url.path, name: "count", found: "I64", expected: "F32")
        ) { try file.floats("count") }
    }

    @Test func halfWidthsAreConverted() throws {
        let json =
            #"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"#
            + #""c":{"dtype":"I16","shape":[1],"data_offsets":[8,10]},"d":{"dtype":"F64","shape":[1],"data_offsets":[10,18]}}"#
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(json.utf8.count))
        bytes += Array(json.utf8)
        for bits in [Float16(1.5).bitPattern, Float16(-2).bitPattern, 0x3FC0, 0xC000, 0xFFFB] as [UInt16] {
            bytes.append(littleEndian: bits)
        }
        bytes.append(littleEndian: (0.25).bitPattern)
        let file = try SafetensorsFile(contentsOf: folder.file("half", bytes))
        #expect(try file.floats("a") == [1.5, -2] && file.floats("b") == [1.5, -2] && file.floats("d") == [0.25])
        #expect(try file.integers("c") == [-5])
    }

    @Test func damagedBytesNeverCrash() throws {
        let url = folder.url.appendingPathComponent("a.safetensors")
        try SafetensorsWriter.write(
            [("x", [3], .float32([1, 2, 3])), ("y", [2], .int64([1, 2]))], metadata: ["k": "v"], to: url)
        let bytes = Array(try Data(contentsOf: url))
        var state: UInt64 = 1
        for round in 0..<300 {
            var copy = bytes
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                copy[Int(state >> 33) % copy.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            if round % 3 == 0 { copy.removeLast(round % copy.count) }
            let damaged = try folder.file("damaged", copy)
            guard let file = try? SafetensorsFile(contentsOf: damaged) else { continue }
            for name in file.names {
                _ = try? file.doubles(name)
                _ = try? file.integers(name)
            }
        }
    }
}

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParitySafetensorsTests {
    @Test func theReferenceFilesHoldWhatTheirManifestSays() throws {
        struct Manifest: Decodable {
            struct File: Decodable { let tensors: [String: Tensor] }
            struct Tensor: Decodable {
                let shape: [Int]
                let suffixes: [String]?
            }
            let files: [String: File]
        }
        let manifest = try JSONDecoder().decode(
            Manifest.self, from: Data(contentsOf: Fixtures.file("method/manifest.json")))
        #expect(!manifest.files.isEmpty)
        for (name, description) in manifest.files {
            let file = try SafetensorsFile(contentsOf: Fixtures.file("method/\(name)"))
            for (tensor, expected) in description.tensors {
                for suffix in expected.suffixes ?? [""] {
                    let full = tensor + suffix
                    #expect(try file.shape(of: full) == expected.shape, "\(name): \(full)")
                    let count = expected.shape.reduce(1, *)
                    switch try file.type(of: full) {
                    case .float32, .float16, .bfloat16: #expect(try file.floats(full).count == count)
                    case .float64: #expect(try file.doubles(full).count == count)
                    case .int64, .int32, .int16, .int8, .uint8, .bool:
                        #expect(try file.integers(full).count == count)
                    }
                }
            }
        }
    }
}
