import Foundation

/// A sound file, and who reads it.
struct DamageSubject: Sendable {
    let name: String
    let bytes: [UInt8]
    /// Bytes, a folder for readers that take a file, and whether to be tolerant; says whether nothing was left out.
    let read: @Sendable ([UInt8], URL, Bool) throws(FileFormatError) -> Bool

    /// Every layout of every format, checkpoints of both kinds, and images; then `files`, each as its content says.
    static func all(_ files: [URL]) throws(FileFormatError) -> [DamageSubject] {
        var subjects: [DamageSubject] = []
        let events = FormatBenchmark.events(count: 300)
        for format in EventFormatCatalogue.all {
            for variant in format.variants {
                let bytes = try format.encode(events, sensor: FormatBenchmark.sensor, variant: variant)
                // Both by the format itself, whatever the damage, and as a person would read it.
                subjects.append(
                    DamageSubject(name: format.name, bytes: bytes) { bytes, _, isTolerant throws(FileFormatError) in
                        try format.decode(bytes, path: "damaged", options: EventReadingOptions(isTolerant: isTolerant))
                            .loss == nil
                    })
            }
        }
        subjects.append(
            DamageSubject(name: "pytorch", bytes: try TorchSample.encode()) { bytes, _, _ throws(FileFormatError) in
                try read(try TorchCheckpoint(bytes, path: "damaged"))
            })
        subjects.append(
            DamageSubject(name: "pickle", bytes: TorchSample.pickle) { bytes, _, _ throws(FileFormatError) in
                _ = try Pickle(bytes, path: "damaged")
                return true
            })
        subjects.append(
            DamageSubject(name: "safetensors", bytes: safetensors) { bytes, folder, _ throws(FileFormatError) in
                try read(try SafetensorsFile(contentsOf: try file(bytes, in: folder)))
            })
        subjects.append(
            DamageSubject(name: "idx", bytes: idx) { bytes, folder, _ throws(FileFormatError) in
                _ = try Idx.images(try file(bytes, in: folder).path)
                return true
            })
        for url in files {
            let name = url.lastPathComponent
            subjects.append(
                DamageSubject(name: name, bytes: try FileBytes.read(url.path)) {
                    bytes, _, isTolerant throws(FileFormatError) in
                    try EventFormatCatalogue.decode(
                        bytes, path: name, options: EventReadingOptions(isTolerant: isTolerant)
                    ).loss == nil
                })
        }
        return subjects
    }

    private static func read(_ tensors: any NamedTensors) throws(FileFormatError) -> Bool {
        for name in tensors.names {
            // One of the two does not fit the tensor's type, which is an error of its own.
            _ = try? tensors.floats(name)
            _ = try? tensors.integers(name)
        }
        return true
    }

    private static func file(_ bytes: [UInt8], in folder: URL) throws(FileFormatError) -> URL {
        let url = folder.appendingPathComponent("damaged")
        do {
            try Foundation.Data(bytes).write(to: url)
        } catch {
            throw .unwritable(path: url.path, reason: error.localizedDescription)
        }
        return url
    }

    private static var safetensors: [UInt8] {
        let header =
            #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"I64","shape":[],"data_offsets":[24,32]}}"#
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(header.utf8.count))
        return bytes + Array(header.utf8) + [UInt8](repeating: 1, count: 32)
    }

    private static var idx: [UInt8] {
        var bytes: [UInt8] = []
        for number in [0x803, 3, 5, 4] as [UInt32] { bytes.append(bigEndian: number) }
        return bytes + [UInt8](repeating: 9, count: 60)
    }
}

/// A small checkpoint as `torch.save` lays it out: an ordered dictionary of a 2 × 3 and a single number.
enum TorchSample {
    static func encode() throws(FileFormatError) -> [UInt8] {
        var numbers: [UInt8] = []
        for number in 0..<6 { numbers.append(littleEndian: Float(number).bitPattern) }
        var count: [UInt8] = []
        count.append(littleEndian: Int64(7))
        return try ZipArchive.encode(
            [
                ("model/data.pkl", pickle), ("model/byteorder", Array("little".utf8)), ("model/data/0", numbers),
                ("model/data/1", count), ("model/version", Array("3\n".utf8)),
            ], isPacked: false, path: "the sample")
    }

    /// Protocol 2: names are given in full each time, and remembered once.
    static var pickle: [UInt8] {
        var bytes: [UInt8] = [0x80, 2]
        bytes += Array("ccollections\nOrderedDict\n)Rq".utf8) + [0] + Array("(".utf8)
        tensor(&bytes, "fc.weight", "FloatStorage", key: "0", count: 6, shape: [2, 3], strides: [3, 1])
        tensor(&bytes, "bn.num_batches_tracked", "LongStorage", key: "1", count: 1, shape: [], strides: [])
        return bytes + Array("u.".utf8)
    }

    private static func text(_ bytes: inout [UInt8], _ text: String) {
        bytes.append(UInt8(ascii: "X"))
        bytes.append(littleEndian: UInt32(text.utf8.count))
        bytes += Array(text.utf8)
    }

    private static func tensor(
        _ bytes: inout [UInt8], _ name: String, _ type: String, key: String, count: UInt8, shape: [UInt8],
        strides: [UInt8]
    ) {
        text(&bytes, name)
        bytes += Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
        text(&bytes, "storage")
        bytes += Array("ctorch\n\(type)\n".utf8)
        text(&bytes, key)
        text(&bytes, "cpu")
        bytes += [UInt8(ascii: "K"), count] + Array("tQK".utf8) + [0]
        for sizes in [shape, strides] {
            bytes.append(UInt8(ascii: "("))
            for size in sizes { bytes += [UInt8(ascii: "K"), size] }
            bytes.append(UInt8(ascii: "t"))
        }
        // No gradient, no hooks.
        bytes.append(0x89)
        bytes += Array("ccollections\nOrderedDict\n)RtR".utf8)
    }
}
