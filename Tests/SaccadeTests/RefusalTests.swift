import Foundation
import Testing

/// 64 for what was asked, 1 for what was found; one message, no trace.
@Suite("The program, refusing", .serialized)
struct RefusalTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func expect(_ arguments: [String], code: Int32, _ hint: String, home: Home? = nil) async throws {
        let outcome = try await Program.run(arguments, home: home ?? self.home)
        #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
        #expect(outcome.output.isEmpty)
        for word in ["Fatal error", "Domain=", "Swift.", "0x0", "Optional("] {
            #expect(!outcome.errors.contains(word), "\(arguments): \(outcome.errors)")
        }
    }

    @Test(
        "what cannot be meant with 64",
        arguments: [
            (["train", "--set", "loss.domain_coeficient=1"], "did you mean 'loss.domain_coefficient'?"),
            (["train", "--set", "nonsense=1"], "unknown key 'nonsense'"),
            (["train", "--set", "nonsense"], "write key=value"),
            (["train", "--set", "data.size=many"], "a whole number"),
            (["train", "--set", "sliding.exponent=1000"], "sliding.exponent cannot be 1000"),
            (["train", "--epochs", "0"], "training.epochs cannot be 0"),
            (["train", "--epochs", "few"], "--epochs"),
            (["train", "--preset", "nothing"], "no preset 'nothing'"),
            (["train", "--set", "data.set=nothing"], "digits"),
            (["train", "--set", "network.model=nothing"], "mini"),
            (["train", "--set", "sliding.strategy=nothing"], "hard-switch"),
            (["train", "--set", "data.slicing=nothing"], "time"),
            (["train", "--set", "data.mix=nothing"], "cutmix"),
            (["train", "--set", "data.size=4"], "8"),
            (["train", "--bogus"], "Unknown option '--bogus'"),
            (["train", "--json", "--plain"], "cannot be combined"),
            (["train", "--resume", "x", "--epochs", "3"], "with its own settings"),
            (["bogus"], "bogus"),
            (["data", "show", "nothing"], "known are digits"),
            (["presets", "show", "nothing"], "no preset 'nothing'"),
            (["presets", "show"], "give the name of a preset"),
            (["events", "info", "x.bin", "--sensor", "large"], "34x34"),
            (["events", "frames", "x.bin", "--time-steps", "0"], "--time-steps must be 1"),
            (["events", "frames", "x.bin", "-o", "x.gif"], ".npz or .png"),
            (["events", "convert", "x.bin", "y.npz", "--format", "nothing"], "unknown format 'nothing'"),
            (["events", "convert", "x.bin", "y.npz", "--variant", "nothing"], "no variant 'nothing'"),
            (["events", "play", "x.bin", "--mode", "nothing"], "--mode must be one of"),
            (["evaluate", "x", "--split", "nothing"], "expected one of"),
            (["evaluate", "x", "--split", "tets"], "did you mean 'test'?"),
            (["train", "--set", "epochs_=3"], "did you mean 'training.epochs'?"),
            (["train", "--set", "epochs=3"], "did you mean 'training.epochs'?"),
            (["train", "--set", "data.set=nmist"], "did you mean 'nmnist'?"),
            (["train", "--set", "data.slicing=tme"], "did you mean 'time'?"),
            (["data", "show", "nmist"], "did you mean 'nmnist'?"),
            (["data", "verify", "digit"], "did you mean 'digits'?"),
            (["events", "convert", "FILE", "y.npz", "--format", "npzz"], "did you mean 'npz'?"),
            (["events", "frames", "FILE", "--slicing", "tme"], "did you mean 'time'?"),
            (["events", "frames", "FILE", "--time-steps", "-3"], "--time-steps must be 1 to"),
            (["screen", "train", "--size", "-3x4"], "'-3x4'"),
            (["train", "--seed", "-1"], "training.seed cannot be -1"),
            (["tell", "run", "stopp"], "did you mean 'stop'?"), (["tell", "run", "x"], "expected one of pause"),
            (["runs", "list", "--sort", "nmae"], "did you mean 'name'?"),
            (["bench", "--config", "ful"], "did you mean 'full'?"),
            (["screen", "trin"], "did you mean 'train'?"),
            (["screen", "train", "--theme", "drak"], "did you mean 'dark'?"),
            (["screen", "train", "--theme", "x"], "no theme 'x'"),
            (["--verison"], "did you mean '--version'?"), (["runs", "--hepl"], "did you mean"),
            ([], "needs a terminal"),
        ])
    func usage(arguments: [String], hint: String) async throws {
        let table = home.root.appendingPathComponent("events.csv")
        try Data("t,x,y,p\n1,2,3,1\n".utf8).write(to: table)
        try await expect(arguments.map { $0 == "FILE" ? table.path : $0 }, code: 64, hint)
    }

    @Test(
        "what is not there with 1",
        arguments: [
            (["train", "--set", "data.set=nmnist", "--data", "/no/such/folder"], "/no/such/folder"),
            (["train", "--resume", "nothing"], "no run 'nothing'"),
            (["runs", "show", "nothing"], "no run 'nothing'"),
            (["analyze", "nothing"], "no run 'nothing'"),
            (["screen", "study", "--study", "/no/such.yaml"], "/no/such.yaml"),
            (["evaluate", "nothing"], "no run 'nothing'"),
            (["evaluate", "/no/such.safetensors"], "/no/such.safetensors"),
            (["evaluate", "/no/such.pth.tar"], "/no/such.pth.tar"),
            (["events", "info", "/no/such.bin"], "/no/such.bin"),
            (["data", "show", "nmnist", "--data", "/no/such/folder"], "/no/such/folder"),
        ])
    func missing(arguments: [String], hint: String) async throws {
        try await expect(arguments, code: 1, hint)
    }

    @Test("files that are damaged with 1")
    func damaged() async throws {
        func file(_ name: String, _ text: String) throws -> String {
            let url = home.root.appendingPathComponent(name)
            try Data(text.utf8).write(to: url)
            return url.path
        }
        let events = try file("cut.bin", "12345678")
        try await expect(["events", "info", events], code: 1, "\(events): damaged at byte 5")
        let unknown = try file("what.xyz", "12345678")
        try await expect(["events", "info", unknown], code: 1, "unknown format")
        // Whatever it is called, a file that is there is no run.
        try await expect(["evaluate", unknown], code: 1, "\(unknown): not supported")
        try await expect(["evaluate", home.root.path], code: 1, "\(home.root.path): ")
        try await expect(["evaluate", "/no/such/file"], code: 1, "/no/such/file: cannot be read")
        let weights = try file("cut.safetensors", "12345678")
        try await expect(["evaluate", weights], code: 1, weights)
        let preset = try file("bad.yaml", "data:\n  size: [")
        try await expect(["train", "--preset", preset], code: 1, preset)
    }

    @Test("a home that cannot be written to with 1", arguments: [["train"], ["presets", "save", "mine"]])
    func unwritableHome(arguments: [String]) async throws {
        let broken = try Home()
        try FileManager.default.removeItem(at: broken.root.appendingPathComponent("cache"))
        try Data().write(to: broken.root.appendingPathComponent("data"))
        try await expect(arguments, code: 1, broken.root.path, home: broken)
    }

    @Test("a history that is damaged or another program's with 1, and leaves it as it is")
    func damagedHistory() async throws {
        let data = home.root.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let database = data.appendingPathComponent("runs.sqlite")
        try Data("this is no database, but long enough to look at".utf8).write(to: database)
        try await expect(["runs"], code: 1, database.path)
        #expect(try String(contentsOf: database, encoding: .utf8).hasPrefix("this is no database"))
    }
}
