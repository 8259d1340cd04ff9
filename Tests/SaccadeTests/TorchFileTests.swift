import Foundation
import Testing
import TestSupport

@testable import FileFormats

/// A network's weights in a file of PyTorch, tested from the command line.
@Suite("The program, on files of PyTorch", .serialized)
struct TorchFileTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    /// What `torch.save({'epoch': …, 'args': Namespace(…), 'state_dict': …}, 'x.pth.tar')` writes: a zip archive with a
    /// pickle of protocol 2 and the numbers beside it.
    ///
    /// - Parameters:
    ///   - keys: of the dictionaries within each other in which the tensors lie.
    ///   - beside: steps that push keys and values into the outermost of them; they may refer to storage 0.
    private static func trainingState(
        _ file: SafetensorsFile, prefix: String = "", keys: [String] = ["state_dict"], beside: String = ""
    ) throws -> [UInt8] {
        var pickle: [UInt8] = [0x80, 2]
        func raw(_ text: String) { pickle += Array(text.utf8) }
        func text(_ text: String) {
            raw("X")
            pickle.append(littleEndian: UInt32(text.utf8.count))
            raw(text)
        }
        func number(_ number: Int) {
            raw("J")
            pickle.append(littleEndian: Int32(number))
        }
        func tuple(_ numbers: [Int]) {
            raw("(")
            for value in numbers { number(value) }
            raw("t")
        }
        var entries: [(name: String, bytes: [UInt8])] = []
        raw("}(")
        text("epoch")
        number(3)
        text("args")
        raw("cargparse\nNamespace\n)")
        pickle.append(0x81)
        raw("}(")
        text("lr")
        raw("G")
        pickle.append(bigEndian: (0.005).bitPattern)
        raw("ub")
        pickle += beside.unicodeScalars.map { UInt8($0.value) }
        for key in keys {
            text(key)
            raw("ccollections\nOrderedDict\n)R(")
        }
        for (key, name) in file.names.enumerated() {
            let shape = try file.shape(of: name)
            // Counters are whole numbers of 64 bits, everything else is float32.
            let isWhole = name.hasSuffix("num_batches_tracked")
            var bytes: [UInt8] = []
            if isWhole {
                for value in try file.integers(name) { bytes.append(littleEndian: Int64(value)) }
            } else {
                for value in try file.floats(name) { bytes.append(littleEndian: value.bitPattern) }
            }
            entries.append(("model/data/\(key)", bytes))
            text(prefix + name)
            raw("ctorch._utils\n_rebuild_tensor_v2\n((")
            text("storage")
            raw("ctorch\n\(isWhole ? "LongStorage" : "FloatStorage")\n")
            text("\(key)")
            text("cpu")
            let count = shape.reduce(1, *)
            number(count)
            raw("tQ")
            number(0)
            tuple(shape)
            var strides: [Int] = []
            for axis in shape.indices { strides.append(shape[(axis + 1)...].reduce(1, *)) }
            tuple(strides)
            pickle.append(0x89)
            raw("ccollections\nOrderedDict\n)RtR")
        }
        raw(String(repeating: "u", count: keys.count) + "u.")
        entries.insert(("model/data.pkl", pickle), at: 0)
        entries.append(("model/byteorder", Array("little".utf8)))
        entries.append(("model/version", Array("3\n".utf8)))
        return try ZipArchive.encode(entries, isPacked: false, path: "model.pth.tar")
    }

    @Test("evaluate reads a .pth.tar, and finds what the run's own checkpoint gives")
    func evaluate() async throws {
        let train = try await Program.run(
            ["train", "--preset", "digits", "--json", "--epochs", "2"] + Home.tiny, home: home)
        let result = try train.object()
        let run = try #require(result["run"] as? String)
        let accuracy = try #require(result["test_accuracy"] as? Double)
        let shown = try await Program.run("runs", "show", run, "--json", home: home).object()
        let checkpoints = try #require(shown["checkpoints"] as? [[String: Any]])
        let best = try #require(checkpoints.last { $0["reason"] as? String == "best" }?["path"] as? String)
        let weights = try SafetensorsFile(contentsOf: URL(fileURLWithPath: best + "/model.safetensors"))
        let options = ["--json", "--preset", "digits"] + Home.tiny

        // By the names of the reference, as several devices, torch.compile and Lightning save it, in a dictionary or without,
        // and with a tensor, a set, a complex number and an array of NumPy beside it.
        let single =
            "X\u{9}\0\0\0best_acc1ctorch._utils\n_rebuild_tensor_v2\n((U\u{7}storagectorch\nFloatStorage\nU\u{1}0U\u{3}cpuK\u{1}tQ"
            + "K\0))\u{89}NtR"
        let array =
            "X\u{1}\0\0\0hcnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\u{1}btR(K\u{1}(K\u{1}tcnumpy\ndtype\n"
            + "(U\u{2}f8\u{89}\u{88}tR(K\u{3}U\u{1}<NNNJ\u{1}\0\0\0J\u{1}\0\0\0K\0tb\u{89}U\u{8}12345678tb"
        let set = "X\u{1}\0\0\0sc__builtin__\nset\n](K\0K\u{1}e\u{85}R"
        let complex = "X\u{1}\0\0\0cc__builtin__\ncomplex\nG\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0\u{86}R"
        for (name, prefix, keys, beside) in [
            ("checkpoint.pth.tar", "", ["state_dict"], ""), ("model_best.pth", "module.", ["state_dict"], ""),
            ("best_acc.pth.tar", "", ["state_dict"], single), ("compiled.pth", "_orig_mod.", [], ""),
            ("compiled_ddp.pth", "_orig_mod.module.", [], ""), ("lightning.ckpt", "model.", ["state_dict"], ""),
            ("nested.pth", "", ["model", "state_dict"], ""), ("ema.pth", "module.", ["model_ema"], single),
            ("values.pth.tar", "", ["state_dict"], set + complex + array),
        ] {
            let path = home.root.appendingPathComponent(name).path
            try Data(Self.trainingState(weights, prefix: prefix, keys: keys, beside: beside))
                .write(to: URL(fileURLWithPath: path))
            let outcome = try await Program.run(["evaluate", path] + options, home: home)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try outcome.object()["accuracy"] as? Double == accuracy)
        }

        // Of another network: what is missing or does not fit is said by name.
        let path = home.root.appendingPathComponent("checkpoint.pth.tar").path
        let other = try await Program.run(
            ["evaluate", path] + options + ["--set", "data.time_steps=3"], home: home)
        #expect(other.code == 1 && other.errors.contains("coefficient.2"), "\(other.errors)")
        #expect(other.errors.contains("network.model=mini") && other.errors.contains("data.time_steps=2"))
        // Of no network that there is: what is missing, what is nearest, and no setting that would not help.
        let foreign = home.root.appendingPathComponent("foreign.pth").path
        try SafetensorsWriter.write(
            [("features.0.conv.weight", [1], .float32([0])), ("dvs_fc.weight", [1], .float32([0]))],
            to: URL(fileURLWithPath: foreign))
        let refusal = try await Program.run(["evaluate", foreign] + options, home: home)
        #expect(refusal.code == 1 && refusal.errors.contains("coefficient.0, coefficient.1, feature"))
        #expect(refusal.errors.contains("similar names") && refusal.errors.contains("features.0.conv.weight"))
        #expect(!refusal.errors.contains("network.model"), "\(refusal.errors)")

        // Cut: refused with its place, and nothing is made of it.
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
        let cut = try await Program.run(["evaluate", path] + options, home: home)
        #expect(cut.code == 1 && cut.errors.contains("checkpoint.pth.tar") && cut.output.isEmpty)

        // What would run a command is refused, and not run.
        let mark = home.root.appendingPathComponent("mark").path
        var pickle: [UInt8] = [0x80, 2] + Array("cos\nsystem\n(X".utf8)
        let command = "touch \(mark)"
        pickle.append(littleEndian: UInt32(command.utf8.count))
        pickle += Array(command.utf8) + Array("tR.".utf8)
        let bytes = try ZipArchive.encode([("evil/data.pkl", pickle)], isPacked: false, path: "evil.pth")
        let evilPath = home.root.appendingPathComponent("evil.pth").path
        try Data(bytes).write(to: URL(fileURLWithPath: evilPath))
        let refused = try await Program.run(["evaluate", evilPath] + options, home: home)
        #expect(refused.code == 1 && refused.errors.contains("os.system"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: mark))
    }
}
