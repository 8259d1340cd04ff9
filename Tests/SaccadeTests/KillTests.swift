import Foundation
import Testing
import TestSupport

/// Kill -9 at any moment, and going on: what was acknowledged is there, and the run ends as if nobody had touched it.
@Suite("A run that is killed", .serialized)
struct KillTests {
    /// More where the environment says so: each is killed at other moments.
    private static let trials = ProcessInfo.processInfo.environment["SACCADE_KILLS"].flatMap(Int.init) ?? 1
    private static let epochs = 24
    private static let length = ["--epochs", "\(epochs)", "--set", "training.checkpoint_every_epochs=3"]

    /// The same moments each time, as far as the machine is the same.
    private struct Moments: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private struct Point: Hashable {
        var series: String
        var step: Int
    }

    @Test(
        "loses nothing that was acknowledged, and ends with the bits and the points of one that was not",
        arguments: 0..<trials)
    func killed(trial: Int) async throws {
        let home = try await Home.inTurn()
        var moments = Moments(state: UInt64(trial))
        let first = try Running(["train", "--json", "--name", "r"] + Self.length + Home.tiny, home: home)
        try await eventually("it begins") { first.output.contains(#""phase":"running""#) }
        var program = first
        for round in 1...Int.random(in: 1...2, using: &moments) {
            let telling = Task { try await tell(round, home) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...900, using: &moments)))
            program.send(SIGKILL)
            let acknowledged = try await telling.value
            let code = try await program.end().code
            #expect(code == -SIGKILL || code == 0)
            let shown = try await Program.run("runs", "show", "r", "--json", home: home)
            for text in acknowledged { #expect(shown.output.contains(text), "\(text) is lost") }
            program = try Running(["train", "--json", "--resume", "r"], home: home)
        }
        let ended = try await program.end()
        #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
        #expect(try ended.object()["optimizer_steps"] as? Int == 3 * Self.epochs)

        let again = try await Program.run("runs", "reproduce", "r", "--name", "again", "--json", home: home)
        #expect(again.code == 0, "\(again.errors)")
        #expect(try again.object()["is_same"] as? Bool == true)
        #expect(try await points("r", home) == points("again", home))
        for run in try await Program.run("runs", "list", "--json", home: home).array() {
            let identifier = try #require((run as? [String: Any])?["id"] as? String)
            let file = home.root.appendingPathComponent("data/runs/\(identifier)/summary.csv")
            let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
            #expect(rows.map { Int($0.prefix { $0 != "," }) } == Array(1...Self.epochs))
        }
    }

    /// - Returns: what the history must say of what was acknowledged.
    private func tell(_ round: Int, _ home: Home) async throws -> [String] {
        var acknowledged: [String] = []
        var count = 0
        while count < 50 {
            count += 1
            let value = "1.\(round)\(count)7"
            let words = count.isMultiple(of: 2) ? ["note", "note \(value)"] : ["edit", "loss.image_weight=\(value)"]
            let outcome = try await Program.run(["tell", "r"] + words, home: home)
            // Nobody is there any more.
            guard outcome.code == 0 else { break }
            acknowledged.append(value)
        }
        return acknowledged
    }

    private func points(_ run: String, _ home: Home) async throws -> [Point: String] {
        let timeline = try await Program.run("runs", "timeline", run, "--json", home: home).object()
        let metrics = try #require((timeline["detail"] as? [String: Any])?["metrics"] as? [[String: Any]])
        var points: [Point: String] = [:]
        // What a run takes of the machine is never the same twice.
        for metric in metrics where !"\(metric["series"] ?? "")".hasPrefix("machine.") {
            let point = Point(
                series: "\(metric["series"] ?? "")", step: try #require(metric["optimizer_step"] as? Int))
            #expect(points.updateValue("\(metric["value"] ?? "")", forKey: point) == nil, "\(point) is there twice")
        }
        return points
    }
}
