import Foundation
import Testing

/// What files hold and what they are called reaches no terminal with its control characters.
@Suite("The program, on hostile text", .serialized)
struct HostileTextTests {
    /// The title of the window, a color, the same in C1, a line that is written over, and the order of letters.
    private static let evil = "an\u{1B}]0;title\u{07}\u{1B}[31m\u{9B}32m\r\u{7F}\u{202E}\u{2066}t"
    private static let written = "an\\x1b]0;title\\x07\\x1b[31m\\x9b32m\\r\\x7f\\u202e\\u2066t"

    let home: Home
    private var folder: String { home.root.path + "/hostile" }

    init() async throws {
        home = try await Home.inTurn()
        try Self.make(folder)
    }

    private static func make(_ folder: String) throws {
        func put(_ text: String, _ path: String) throws {
            let url = URL(fileURLWithPath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let rows = (0..<40).map { "\($0 * 997),\($0 * 7 % 32),\($0 * 5 % 24),\($0 / 3 % 2)\n" }.joined()
        try put("t,x,y,p\n" + rows + "901000,1,an\u{1B}]0;title\u{07}t,1\n", "row.csv")
        try put("t,x,y,p\n" + rows, "good.csv")
        try put("t,x,y,p\n" + rows, "\(evil).csv")
        try put("data:\n  \"se\\e[31m\\x9B\\u202Et\": digits\n", "key.yaml")
        try put("note: \"\\e]0;t\\a\"\ndata:\n  set: digits\n", "note.yaml")
        try put(evil, "\(evil).json")
        try put("not a preset: [\(evil)", "\(evil).yaml")
        for name in [evil, "bee"] {
            for number in 0..<10 { try put("t,x,y,p\n" + rows, "data/\(name)/r\(number).csv") }
        }
    }

    private func check(_ outcome: Program.Outcome, _ what: [String]) {
        for text in [outcome.output, outcome.errors] {
            let found = text.unicodeScalars.filter { scalar in
                let isControl = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
                return isControl || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            }
            #expect(found.isEmpty, "\(what): \(found.map { String($0.value, radix: 16) }) in \(text.debugDescription)")
        }
    }

    @Test(
        "commands write control characters out",
        arguments: [
            ["events", "info", "FOLDER/row.csv"], ["events", "info", "FOLDER/EVIL.csv"],
            ["events", "info", "FOLDER/EVIL.csv", "--json"], ["events", "info", "FOLDER/no-EVIL.csv"],
            ["events", "info", "FOLDER/EVIL.json"],
            ["events", "frames", "FOLDER/EVIL.csv", "--time-steps", "2"],
            ["events", "play", "FOLDER/EVIL.csv", "--plain", "--speed", "0", "--slicing", "time:2"],
            ["events", "convert", "FOLDER/good.csv", "FOLDER/new-EVIL.npz"],
            ["events", "convert", "FOLDER/good.csv", "FOLDER/good.EVIL"],
            ["events", "convert", "FOLDER/good.csv", "x.npz", "--format", "EVIL"],
            ["presets", "show", "FOLDER/key.yaml"], ["presets", "show", "FOLDER/note.yaml"],
            ["presets", "show", "EVIL"], ["presets", "show", "FOLDER/EVIL.yaml"],
            ["train", "--preset", "FOLDER/key.yaml"], ["train", "--set", "EVIL=1"],
            ["train", "--set", "data.set=EVIL"],
            ["train", "--cost", "--preset", "FOLDER/EVIL.yaml"],
            ["data", "list", "--data", "FOLDER/EVIL"],
            ["data", "show", "folders", "--data", "FOLDER/data"],
            ["data", "show", "folders", "--data", "FOLDER/data", "--json"],
            ["data", "samples", "folders", "--data", "FOLDER/data"],
            ["data", "verify", "folders", "--data", "FOLDER/data"],
            ["data", "verify", "folders", "--data", "FOLDER/EVIL", "--manifest", "FOLDER/EVIL.json"],
            ["evaluate", "FOLDER/EVIL.pth.tar"], ["evaluate", "EVIL"],
            ["runs", "show", "EVIL"], ["runs", "list", "--filter", "EVIL"], ["attach", "EVIL", "--plain"],
            ["tell", "EVIL", "pause"], ["tell", "x", "EVIL"], ["screen", "EVIL"], ["screen", "data", "--keys", "EVIL"],
            ["screen", "train", "--theme", "EVIL"], ["EVIL"], ["--EVIL"], ["help", "EVIL"], ["runs", "EVIL"],
        ])
    func commands(arguments: [String]) async throws {
        let words = arguments.map {
            $0.replacingOccurrences(of: "FOLDER", with: folder).replacingOccurrences(of: "EVIL", with: Self.evil)
        }
        check(try await Program.run(words, home: home), arguments)
    }

    @Test("what is written out can be read, and keeps tables in line")
    func readable() async throws {
        let shown = try await Program.run("data", "show", "folders", "--data", folder + "/data", home: home)
        #expect(shown.code == 0 && shown.output.contains(Self.written))
        let rows = shown.lines.filter { $0.hasPrefix(Self.written) || $0.hasPrefix("bee") || $0.hasPrefix("class") }
        #expect(rows.count == 3 && Set(rows.map(\.count)).count == 1, "\(shown.output)")
        let refused = try await Program.run("events", "info", folder + "/row.csv", home: home)
        #expect(refused.code == 1 && refused.errors.contains("\\x1b]0;title"))
        let object = try await Program.run(
            "events", "info", "\(folder)/\(Self.evil).csv", "--json", home: home
        ).object()
        #expect(object["path"] as? String == "\(folder)/\(Self.evil).csv")
    }

    @Test("of a run with a hostile name, note and tags too, also in its files and the log")
    func runs() async throws {
        let refused = try await Program.run(["train", "--epochs", "1", "--name", Self.evil] + Home.tiny, home: home)
        check(refused, ["train"])
        #expect(refused.code != 0 && refused.errors.contains("control character"))
        let trained = try await Program.run(["train", "--epochs", "1", "--name", "plain"] + Home.tiny, home: home)
        try #require(trained.code == 0, "\(trained.errors)")
        for arguments in [
            ["runs", "list"], ["runs", "note", "plain", Self.evil], ["runs", "tag", "plain", "a\u{1B}[31m"],
            ["runs", "show", "plain"], ["runs", "show", "plain", "--json"], ["runs", "timeline", "plain"],
            ["runs", "diff", "plain", "plain", "--all"], ["runs", "export", "plain", "--csv"],
            ["runs", "export", "plain", "--csv", "-o", "\(folder)/run.csv"],
            ["screen", "runs"], ["screen", "runs", "--json"], ["runs", "rename", "plain", "b" + Self.evil],
        ] {
            check(try await Program.run(arguments, home: home), arguments)
        }
        let files = FileManager.default.enumerator(atPath: home.root.path)?.compactMap { $0 as? String } ?? []
        for file in files where ["csv", "yaml", "log"].contains(URL(fileURLWithPath: file).pathExtension) {
            guard !file.contains("hostile/") || file.hasSuffix("run.csv"), !file.hasPrefix("cache") else { continue }
            let text = try String(contentsOfFile: home.root.path + "/" + file, encoding: .utf8)
            check(.init(code: 0, output: text, errors: ""), [file])
        }
    }
}
