import Foundation
import Testing
import TestSupport

/// What `--columns` and `--unit` say holds in every command that reads tables, and all find the same in them.
@Suite("What is said about tables", .serialized)
struct TableOptionTests {
    let home: Home
    /// Two classes of five recordings, without headings: time in ms, row, column, polarity.
    let set: String
    let file: String
    private let options = ["--columns", "t,y,x,p", "--unit", "ms"]

    init() async throws {
        home = try await Home.inTurn()
        set = home.root.path + "/set"
        file = set + "/a/0.csv"
        for (offset, name) in ["a", "b"].enumerated() {
            try FileManager.default.createDirectory(atPath: "\(set)/\(name)", withIntermediateDirectories: true)
            for number in 0..<5 {
                let lines = (0..<40).map {
                    "\(5 + $0),\($0 % 7 + offset),\(20 + $0 % 9 + number % 3),\(($0 + number) % 2)"
                }
                try Data((lines + ["60,\(number),21,1"]).joined(separator: "\n").utf8)
                    .write(to: URL(fileURLWithPath: "\(set)/\(name)/\(number).csv"))
            }
        }
    }

    private let training = [
        "train", "--set", "data.set=folders", "--set", "data.size=8", "--set", "data.time_steps=2", "--set",
        "sliding.strategy=events-only", "--set", "data.split=seeded", "--set", "training.batch_size=2", "--epochs", "1",
    ]

    @Test("every command takes them")
    func agreement() async throws {
        let output = home.root.path + "/out.npz"
        let info = try await Program.run(["events", "info", file, "--json"] + options, home: home).object()
        #expect(info["first"] as? [Int] == [5000, 20, 0, 0])
        #expect(info["last"] as? [Int] == [60000, 21, 0, 1])
        let hash = info["canonical_sha256"] as? String
        #expect(try await Program.run(["events", "convert", file, output] + options, home: home).code == 0)
        let converted = try await Program.run("events", "info", output, "--json", home: home).object()
        #expect(converted["canonical_sha256"] as? String == hash)
        let frames = try await Program.run(
            ["events", "frames", file, "--time-steps", "1", "--json", "--sensor", "34x34"] + options, home: home
        ).object()
        #expect((frames["events"] as? [[Int]])?.joined().reduce(0, +) == 40)
        let play = try await Program.run(["events", "play", file, "--plain"] + options, home: home)
        #expect(play.code == 0 && play.output.contains("0.0"), "\(play.errors)")
        let verify = try await Program.run(["data", "verify", "folders", "--data", set] + options, home: home)
        #expect(verify.code == 0, "\(verify.output)")
        #expect(!verify.output.contains("read with columns"))
        let samples = try await Program.run(
            ["data", "samples", "folders", "--data", set, "--count", "--json"] + options, home: home)
        let first = try samples.array().first as? [String: Any]
        #expect(first?["duration_microseconds"] as? Int == 55000)
        let train = try await Program.run(training + ["--data", set] + options, home: home)
        #expect(train.code == 0, "\(train.errors)")
        #expect(!train.output.contains("read with columns"))
    }

    @Test("how tables are taken that tell nothing is said once a set")
    func guess() async throws {
        let text = "in the tables: read with columns t,x,y,p"
        for arguments in [["data", "verify", "folders"], training] {
            let outcome = try await Program.run(arguments + ["--data", set], home: home)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.components(separatedBy: text).count == 2, "\(outcome.output)")
            #expect(outcome.output.contains("data.columns"))
        }
    }

    @Test(
        "what is no order or unit is refused by all",
        arguments: [
            ["events", "info", "FILE"], ["events", "convert", "FILE", "o.npz"], ["events", "frames", "FILE"],
            ["events", "play", "FILE", "--plain"], ["data", "verify", "folders", "--data", "SET"],
            ["train", "--set", "data.set=folders", "--data", "SET"],
        ])
    func nonsense(arguments: [String]) async throws {
        let arguments = arguments.map { $0 == "FILE" ? file : $0 == "SET" ? set : $0 }
        for option in [["--columns", "t,x"], ["--unit", "hours"]] {
            let outcome = try await Program.run(arguments + option, home: home)
            #expect(outcome.code == 64, "\(arguments + option): \(outcome.errors)")
            #expect(outcome.errors.contains(option[1]), "\(outcome.errors)")
        }
    }

    /// As the commands that slice it: they sort.
    @Test("a table that is sorted by something else is no damaged file")
    func unsorted() async throws {
        let path = home.root.path + "/unsorted.csv"
        try Data("t,x,y,p\n1,1,1,1\n50,3,4,0\n20,5,5,1\n90,5,6,1\n".utf8).write(to: URL(fileURLWithPath: path))
        for arguments in [
            ["events", "info", path], ["events", "convert", path, home.root.path + "/u.npz"],
            ["events", "frames", path, "--time-steps", "2"], ["events", "play", path, "--plain"],
        ] {
            let outcome = try await Program.run(arguments, home: home)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect((outcome.output + outcome.errors).contains("run backwards 1 time"), "\(arguments)")
        }
    }
}
