import FileFormats
import Foundation
import TestSupport
import Testing

/// `--tensorboard`, `runs export --tensorboard` and `runs import`.
@Suite("TensorBoard") struct TensorBoardTests {
    let home: Home
    let folder: String
    private static let length = ["--epochs", "12", "--set", "training.checkpoint_every_epochs=1"]

    init() async throws {
        home = try await Home.inTurn()
        folder = home.root.appendingPathComponent("boards").path
    }

    private struct Told {
        var scalars: [String: [Int: Double]] = [:]
        var texts: [String: [String]] = [:]
        var settings: [String: Hyperparameters.Value] = [:]
        var doubles = 0

        /// What the files of one run say together.
        init(_ path: String) throws {
            for event in try TensorBoardFolder.read(path).events {
                guard case .values(let values) = event.content else { continue }
                for value in values {
                    switch value.content {
                    case .scalar(let number):
                        if scalars[value.tag, default: [:]].updateValue(number, forKey: event.step) != nil {
                            doubles += 1
                        }
                    case .text(let text): texts[value.tag, default: []].append(text)
                    case .hyperparameters(.start(let settings, _)): self.settings = settings
                    default: break
                    }
                }
            }
        }
    }

    private func points(_ run: String) async throws -> [String: [Int: Double]] {
        let shown = try await Program.run("runs", "export", run, "--json", home: home)
        let curves = try #require(try shown.array().first as? [String: Any])
        var points: [String: [Int: Double]] = [:]
        for case let point as [String: Any] in curves["points"] as? [Any] ?? [] {
            guard let series = point["series"] as? String, let step = point["optimizer_step"] as? Int else { continue }
            // As it stands in the files.
            points[series, default: [:]][step] = Double(Float(point["value"] as? Double ?? .nan))
        }
        return points
    }

    @Test("is told of a run while it goes on; one that was killed and resumed has every point once")
    func live() async throws {
        let program = try Running(
            ["train", "--name", "r", "--tensorboard", folder] + Self.length + Home.tiny, home: home)
        var place = ""
        try await eventually("points are in the file") {
            guard let run = TensorBoardFolder.runs(below: folder).first else { return false }
            place = run
            return try Told(run).scalars["loss.total"]?.count ?? 0 > 4
        }
        program.send(SIGKILL)
        _ = try await program.end()
        let resumed = try await Program.run("train", "--resume", "r", "--tensorboard", folder, home: home)
        #expect(resumed.code == 0, "\(resumed.errors)")
        let told = try Told(place)
        #expect(told.doubles == 0)
        #expect(told.scalars == (try await points("r")))
        #expect(told.texts["configuration"]?.count == 1 && told.texts["result"]?.count == 1)
        #expect(told.settings["training.epochs"] == .number(12))
    }

    @Test("is told of a past run, which comes back from there as it was")
    func exported() async throws {
        let trained = try await Program.run(["train", "--name", "one", "--epochs", "2"] + Home.tiny, home: home)
        #expect(trained.code == 0)
        let exported = try await Program.run("runs", "export", "one", "--tensorboard", "-o", folder, home: home)
        #expect(exported.code == 0, "\(exported.errors)")
        let place = try #require(exported.lines.first)
        #expect(try Told(place).scalars == (try await points("one")))
        let again = try await Program.run("runs", "export", "one", "--tensorboard", "-o", folder, home: home)
        #expect(again.code == 1 && again.errors.contains("already holds event files"))

        let imported = try await Program.run("runs", "import", place, "--name", "two", "--json", home: home)
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(try await points("two") == points("one"))
        let shown = try await Program.run("runs", "show", "two", "--json", home: home)
        let summary = try #require(try shown.object()["summary"] as? [String: Any])
        #expect(summary["phase"] as? String == "finished" && summary["data_set"] as? String == "digits")
        let compared = try await Program.run("runs", "compare", "one", "two", home: home)
        #expect(compared.code == 0, "\(compared.errors)")
    }

    @Test("files of other programs come in without their last half record; damaged ones are refused with the place")
    func foreign() async throws {
        let runs = folder + "/their runs/a"
        let writer = try TensorBoardWriter(folder: runs, time: 1_700_000_000)
        for step in 0..<10 {
            let value = TensorBoardValue("train/loss", .scalar(1 / Double(step + 1)))
            writer.add(TensorBoardEvent(wallTime: 1_700_000_000 + Double(step), step: step, content: .values([value])))
        }
        try writer.flush()
        let bytes = try FileBytes.read(writer.path)
        try AtomicFile.replace(writer.path, with: Array(bytes.dropLast(3)))
        let imported = try await Program.run("runs", "import", folder, home: home)
        #expect(imported.code == 0 && imported.output.contains("9 points of 1 curve,"), "\(imported.errors)")
        #expect(imported.output.contains("their runs/a") && imported.output.contains("ends within a record"))
        #expect(try await points("their runs/a").keys.contains("train/loss"))

        var damaged = bytes
        damaged[100] ^= 1
        try AtomicFile.replace(writer.path, with: damaged)
        let refused = try await Program.run("runs", "import", writer.path, home: home)
        #expect(refused.code == 1 && refused.output.contains("damaged at byte"))
        let list = try await Program.run("runs", "list", "--json", home: home)
        #expect(try list.array().count == 1)
        let none = try await Program.run("runs", "import", home.root.path + "/none", home: home)
        #expect(none.code == 1 && none.errors.contains("does not exist"))
    }

    @Test("a folder that cannot be written to is said before anything is trained; options that say nothing are refused")
    func refused() async throws {
        let train = ["train", "--epochs", "1", "--tensorboard", "/dev/null/x"] + Home.tiny
        let none = try await Program.run(train, home: home)
        #expect(none.code == 1 && none.errors.contains("/dev/null/x") && none.output.isEmpty)
        let wrong = [
            ["runs", "export", "r", "--tensorboard"],
            ["runs", "export", "r", "--tensorboard", "-o", "x", "--smooth", "0.5"],
            ["runs", "fork", "r", "--queue", "--tensorboard", "x"],
        ]
        for words in wrong { #expect(try await Program.run(words, home: home).code == 64, "\(words)") }
    }
}
