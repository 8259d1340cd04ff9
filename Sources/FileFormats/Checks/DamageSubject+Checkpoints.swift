import Foundation

extension DamageSubject {
    /// Checkpoints of every kind, read to the last number of every tensor and fitted to a network's names.
    static func checkpoints() throws(FileFormatError) -> [DamageSubject] {
        [
            DamageSubject("pytorch", try TorchSample.encode()) { try read(try TorchCheckpoint($0, path: "damaged")) },
            DamageSubject("pytorch-old", TorchSample.old) { try read(try TorchCheckpoint($0, path: "damaged")) },
            // Without the archive's checksums, which keep nearly all damage from what is behind them.
            DamageSubject("pickle", TorchSample.pickle) { bytes in
                try read(
                    try TorchCheckpoint(
                        try TorchSample.encode(pickle: bytes), path: "damaged"))
            },
            DamageSubject(name: "safetensors", bytes: safetensors) { bytes, folder, _ in
                try read(try SafetensorsFile(contentsOf: try file(bytes, in: folder)))
                return true
            },
        ]
    }

    private static func read(_ tensors: any NamedTensors) throws {
        for name in tensors.names {
            // One of the two does not fit the tensor's type, which is an error of its own.
            _ = try? tensors.floats(name)
            _ = try? tensors.integers(name)
        }
        let fit = TensorFit(
            [.init(name: "fc.weight", shape: [2, 3]), .init(name: "bn.num_batches_tracked", shape: [])], in: tensors)
        _ = fit.nearestNames(3, in: tensors)
    }

    private static var safetensors: [UInt8] {
        let header =
            #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"I64","shape":[],"data_offsets":[24,32]},"#
            + #""c.d":{"dtype":"BF16","shape":[2],"data_offsets":[32,36]},"__metadata__":{"format":"pt"}}"#
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(header.utf8.count))
        return bytes + Array(header.utf8) + [UInt8](repeating: 1, count: 36)
    }
}
