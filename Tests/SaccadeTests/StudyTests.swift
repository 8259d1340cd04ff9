import Foundation
import Messages
import Testing
import TestSupport

/// A study with the program itself: trained in processes of its own, killed, stopped, and printed.
@Suite("A study", .serialized)
struct StudyTests {
    /// More where the environment says so: each is killed at other moments.
    private static let kills = ProcessInfo.processInfo.environment["SACCADE_KILLS"].flatMap(Int.init) ?? 1

    private static let text = TinyStudy.text(name: "tiny", steps: 3, seeds: 2)

    private func write(_ text: String, _ home: Home) throws -> String {
        let file = home.root.appendingPathComponent("tiny.yaml")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// What does not change from one time to the next.
    private func numbers(_ outcome: Program.Outcome) throws -> [[String]] {
        let rows = CSVText.rows(outcome.output)
        let run = try #require(rows.first?.firstIndex(of: "run"))
        return rows.map { row in row.enumerated().filter { $0.offset != run }.map(\.element) }
    }

    private func listed(_ home: Home) async throws -> [[String: Any]] {
        try await Program.run("runs", "list", "--json", home: home).array().compactMap { $0 as? [String: Any] }
    }

    @Test("ends with the same table, and trains nothing twice, however often it is killed")
    func killed() async throws {
        let (home, other) = (try await Home.inTurn(), try Home())
        let (file, otherFile) = (try write(Self.text, home), try write(Self.text, other))
        let whole = try await Program.run("study", file, "--csv", home: home)
        #expect(whole.code == 0, "\(whole.errors)")
        #expect(try numbers(whole).count == 5)

        for kill in 0..<Self.kills {
            let program = try Running(["study", otherFile, "--csv"], home: other)
            if kill > 0 {
                let wanted = min(kill, 3)
                // What is left may be too little for so many lines: then it has printed the table.
                try await eventually("it trains") {
                    program.errors.split(separator: "\n").count >= wanted || !program.output.isEmpty
                }
            } else {
                try await eventually("it begins") {
                    (try? FileManager.default.contentsOfDirectory(atPath: other.root.path + "/state/studies/tiny"))?
                        .isEmpty == false
                }
            }
            program.send(SIGKILL)
            _ = try await program.end()
        }
        let ended = try await Program.run("study", otherFile, "--csv", home: other)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try numbers(ended) == numbers(whole))
        let runs = try await listed(other)
        #expect(runs.count == 4 && runs.allSatisfy { $0["phase"] as? String == "finished" })
        let again = try await Program.run("study", otherFile, "--csv", home: other)
        #expect(again.output == ended.output && again.errors.isEmpty)
        #expect(try await listed(other).count == 4)
    }

    @Test("stops its runs with checkpoints when it is interrupted, and goes on")
    func stopped() async throws {
        let home = try await Home.inTurn()
        let file = try write(Self.text.replacingOccurrences(of: "steps: 3", with: "steps: 4000"), home)
        let program = try Running(["study", file, "--jobs", "2"], home: home)
        try await eventually("two runs go on") {
            let list = try? await listed(home).filter { $0["phase"] as? String == "running" }
            return list?.count == 2
        }
        program.send(SIGINT)
        let outcome = try await program.end()
        #expect(outcome.code == 0 && outcome.errors.contains("stopped: the same command goes on"))
        #expect(outcome.output.contains("4 of 4 runs are not finished"))
        let runs = try await listed(home)
        #expect(runs.count == 2 && runs.allSatisfy { $0["phase"] as? String == "stopped" })
    }

    @Test("says what it will do, and what it has done, and does nothing")
    func looking() async throws {
        let home = try await Home.inTurn()
        let file = try write(Self.text, home)
        let plan = try await Program.run("study", file, "--plan", home: home)
        #expect(plan.code == 0 && plan.output.contains("tiny: 4 runs, 0 finished"))
        #expect(plan.output.contains("photographs behind test recordings in the pool: 0"))
        #expect(plan.output.contains("tested on 1125"))
        let object = try await Program.run("study", file, "--plan", "--json", home: home).object()
        #expect((object["cells"] as? [Any])?.count == 4)
        let report = try await Program.run("study", file, "--report", home: home)
        #expect(report.code == 0 && report.output.contains("4 of 4 runs are not finished"))
        #expect(try await listed(home).isEmpty)
    }

    @Test("is refused with the line and what is taken, and nothing is made")
    func refused() async throws {
        let home = try await Home.inTurn()
        let file = try write(Self.text.replacingOccurrences(of: "sliding.strategy: joint", with: "a: b"), home)
        let outcome = try await Program.run("study", file, home: home)
        #expect(
            outcome.code == 1 && outcome.errors.hasPrefix("saccade: \(file):12:5: unknown key 'a' in the arm 'joint'"))
        let bad = try write(Self.text.replacingOccurrences(of: "{test", with: "{set: nmnist, test"), home)
        let absent = try await Program.run("study", bad, home: home)
        #expect(absent.code == 1 && absent.errors.contains("'events only' cannot be trained"))
        #expect(try await Program.run("study", file, "--plan", "--svg", home: home).code == 64)
        #expect(try await Program.run("study", home.root.path + "/none.yaml", home: home).code == 1)
        let unknown = try await Program.run("study", "digit", "--plan", home: home)
        #expect(unknown.code == 64 && unknown.errors.contains("did you mean 'digits'?"))
        let seeds = try await Program.run("study", "digits", "--add-seeds", "x", home: home)
        #expect(seeds.code == 64 && seeds.errors.contains("'x' is not a list of seeds"))
        #expect(try await Program.run("study", "digits", "--report", "--all", home: home).code == 64)
        #expect(!FileManager.default.fileExists(atPath: home.root.path + "/data"))
    }
}
