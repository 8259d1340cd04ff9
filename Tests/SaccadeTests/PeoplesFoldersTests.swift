import FileFormats
import Foundation
import Testing
import TestSupport

@Suite("The program, on folders as people have them", .serialized)
struct PeoplesFoldersTests {
    let home: Home
    init() async throws { home = try await Home.inTurn(isEmpty: true) }

    private var data: String { home.root.appendingPathComponent("data").path }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: data + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    private func recording(_ number: Int, at place: Int = 0) throws -> [UInt8] {
        let events = (0..<40).map { index in
            Event(
                timestamp: Int64(index * 997 + number), x: UInt16(index * 7 % 20 + place),
                y: UInt16(index * 3 % 20 + place), polarity: UInt8(index / 3 % 2))
        }
        return try Npy().encode(events, sensor: SensorSize(width: 128, height: 128))
    }

    private func train(_ words: String...) async throws -> Program.Outcome {
        try await Program.run(
            [
                "train", "--data", data, "--set", "data.set=folders", "--set", "sliding.strategy=events-only",
                "--epochs", "1",
            ]
                + Home.tiny + words, home: home)
    }

    @Test("shows the classes alone, and says what was left out")
    func classes() async throws {
        for (label, name) in ["ant", "bee"].enumerated() {
            for number in 0..<6 { try write("\(name)/r\(number).npz", try recording(10 * label + number)) }
        }
        try write("__MACOSX/ant/._r0.npz", [UInt8](repeating: 0, count: 20))
        for name in ["@eaDir", "lost+found"] {
            try FileManager.default.createDirectory(atPath: data + "/" + name, withIntermediateDirectories: true)
        }
        let show = try await Program.run(["data", "show", "folders", "--data", data, "--json"], home: home).object()
        let classes = try #require(show["classes"] as? [[String: Any]])
        #expect(classes.compactMap { $0["name"] as? String } == ["ant", "bee"])
        let verify = try await Program.run(["data", "verify", "folders", "--data", data], home: home)
        #expect(verify.code == 0 && verify.output.contains("@eaDir: a Synology server's index"), "\(verify.output)")
        // The same on every machine, whatever one test finds: nothing to test on is said before anything is begun.
        for name in ["ant", "bee"] {
            for number in 4..<6 { try FileManager.default.removeItem(atPath: data + "/\(name)/r\(number).npz") }
        }
        let refused = try await train()
        #expect(refused.code == 1 && refused.errors.contains("data.split=seeded"), "\(refused.errors)")
        #expect(try await Program.run(["runs", "list", "--json"], home: home).array().isEmpty)
        #expect(try await train("--set", "data.split=seeded").code == 0)
    }

    @Test("takes one sensor for all recordings, in every command")
    func sensor() async throws {
        for (name, place) in [("topleft", 0), ("middle", 54)] {
            for number in 0..<6 { try write("\(name)/r\(number).npz", try recording(number + place, at: place)) }
        }
        func exported(_ sample: String, _ more: String...) async throws -> [String: Any] {
            let output = home.root.appendingPathComponent("out.csv").path
            return try await Program.run(
                ["data", "export", "folders", sample, "--data", data, "--json", "--force", "-o", output] + more,
                home: home
            ).object()
        }
        for sample in ["topleft/r0", "middle/r0"] {
            let report = try await exported(sample)
            #expect(report["sensor"] as? [Int] == [74, 74])
            #expect((report["sensor_origin"] as? String)?.contains("largest extent of 12") == true)
        }
        let info = try await Program.run(["events", "info", data + "/topleft/r0.npz", "--json"], home: home).object()
        #expect(info["width"] as? Int == 74 && info["height"] as? Int == 74)
        #expect((info["sensor_origin"] as? String)?.contains("data set") == true)
        #expect(try await exported("topleft/r0", "--sensor", "128x128")["sensor"] as? [Int] == [128, 128])
        #expect(try await train("--sensor", "128x128").code == 0)
        let bad = try await train("--sensor", "128")
        #expect(bad.code == 64 && bad.errors.contains("128x128"), "\(bad.errors)")
    }
}
