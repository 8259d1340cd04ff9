import Foundation
import Testing

@Suite("The program, asked for facts")
struct LookingTests {
    let home = try! Home()

    @Test(
        "explains itself",
        arguments: [
            [], ["open"], ["train"], ["evaluate"], ["data"], ["data", "show"], ["events", "info"], ["runs"],
            ["runs", "show"], ["presets"], ["presets", "show"], ["themes"], ["attach"], ["tell"], ["man"],
            ["runs", "diff"], ["runs", "timeline"], ["runs", "tag"], ["runs", "note"], ["runs", "rename"],
            ["runs", "delete"], ["runs", "fork"], ["runs", "replay"], ["runs", "queue"], ["runs", "queue", "run"],
            ["runs", "export"], ["presets", "save"], ["presets", "from-run"], ["presets", "diff"],
        ])
    func help(command: [String]) async throws {
        let outcome = try await Program.run(command + ["--help"], home: home)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.contains("USAGE: saccade"))
        #expect(outcome.output.contains("OVERVIEW"))
    }

    @Test(
        "lists in JSON and as text",
        arguments: [
            (["data", "list"], 2), (["runs", "list"], 0), (["presets", "list"], 4), (["themes"], 3),
            (["presets", "show", "--keys"], 40),
        ])
    func lists(command: [String], least: Int) async throws {
        let json = try await Program.run(command + ["--json"], home: home)
        #expect(json.code == 0 && json.errors.isEmpty)
        #expect(try json.array().count >= least)
        let text = try await Program.run(command, home: home)
        #expect(text.code == 0 && text.errors.isEmpty && !text.output.isEmpty)
    }

    @Test("shows a preset")
    func preset() async throws {
        let outcome = try await Program.run("presets", "show", "digits", "--json", home: home)
        let object = try outcome.object()
        #expect(object["data.set"] as? String == "digits")
        #expect((object["training.epochs"] as? Int ?? 0) > 0)
        #expect(object["sliding.strategy"] as? String == "sliding")
        let text = try await Program.run("presets", "show", "digits", home: home)
        #expect(text.code == 0 && text.output.contains("built-in"))
    }

    @Test("shows a data set")
    func dataSet() async throws {
        let outcome = try await Program.run("data", "show", "digits", "--json", home: home)
        let object = try outcome.object()
        let classes = try #require(object["classes"] as? [[String: Any]])
        #expect(classes.compactMap { $0["name"] as? String } == (0...9).map(String.init))
        let counts = classes.map { ($0["training"] as? Int ?? 0) + ($0["test"] as? Int ?? 0) }
        let set = try #require(object["set"] as? [String: Any])
        #expect(set["recording_count"] as? Int == counts.reduce(0, +))
        #expect(set["is_simulated"] as? Bool == true)
        #expect(try await Program.run("data", "show", "digits", home: home).output.contains("34×34"))
    }

    // MARK: Events

    @Test(
        "tells the facts of event files", .enabled(if: !EventFixtures.names.isEmpty, "\(EventFixtures.absence)"),
        arguments: EventFixtures.names)
    func events(name: String) async throws {
        let file = EventFixtures.folder.appendingPathComponent(name)
        let expected =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: file.path + ".expected.json"))) as? [String: Any] ?? [:]
        if let malformed = expected["malformed"] as? String {
            var arguments = ["events", "info", file.path, "--json"]
            if malformed.contains("34x34") { arguments += ["--sensor", "34x34"] }
            let outcome = try await Program.run(arguments, home: home)
            #expect(outcome.code == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.contains(file.path) && outcome.errors.contains("damaged at byte"))
            return
        }
        let outcome = try await Program.run("events", "info", file.path, "--json", home: home)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let found = try outcome.object()
        for key in ["count", "on", "off", "width", "height"] {
            #expect(found[key] as? Int == expected[key] as? Int, "\(key)")
        }
        for key in ["first", "last"] {
            #expect(found[key] is NSNull == (expected[key] is NSNull), "\(key)")
            #expect(found[key] as? [Int] == expected[key] as? [Int], "\(key)")
        }
        #expect(found["canonical_sha256"] as? String == expected["canonical_sha256"] as? String)
    }

    /// 5 bytes an event: x, y, polarity and time.
    private func file(_ events: [(x: UInt8, y: UInt8, time: Int)]) throws -> String {
        let bytes = events.flatMap { event -> [UInt8] in
            [event.x, event.y] + [16, 8, 0].map { UInt8(truncatingIfNeeded: event.time >> $0) }
        }
        let url = home.root.appendingPathComponent("\(UUID().uuidString).bin")
        try Data(bytes).write(to: url)
        return url.path
    }

    @Test("refuses times that run backwards, unless it is to take them as they are")
    func backwards() async throws {
        // A clock overflow marker (y = 240) before them: 5 bytes that are no event.
        let path = try file([(1, 1, 5), (0, 240, 0), (1, 1, 5), (1, 1, 3)])
        let strict = try await Program.run("events", "info", path, "--json", home: home)
        #expect(strict.code == 1)
        #expect(strict.errors.contains("\(path): damaged at byte 15") && strict.errors.contains("--tolerant"))
        let tolerant = try await Program.run("events", "info", path, "--json", "--tolerant", home: home)
        #expect(tolerant.code == 0)
        #expect(try tolerant.object()["count"] as? Int == 3)
        #expect("\(try tolerant.object()["notes"] ?? "")".contains("run backwards 1 time"))
    }

    @Test("says which sensor it takes a file to come from")
    func sensor() async throws {
        let cases: [(events: [(x: UInt8, y: UInt8, time: Int)], size: [Int], arguments: [String], note: String)] = [
            ([], [34, 34], [], "34×34 is the smallest usual one"),
            ([(33, 33, 1)], [34, 34], [], "34×34 is the smallest usual one"),
            ([(34, 33, 1)], [240, 180], [], "240×180 is the smallest usual one"),
            ([(250, 20, 1)], [251, 21], [], "251×21 is what the events reach"),
            ([(3, 3, 1)], [128, 100], ["--sensor", "128x100"], ""),
        ]
        for entry in cases {
            let path = try file(entry.events)
            let outcome = try await Program.run(["events", "info", path, "--json"] + entry.arguments, home: home)
            let object = try outcome.object()
            #expect([object["width"] as? Int, object["height"] as? Int] == entry.size)
            let notes = object["notes"] as? [String] ?? []
            #expect(entry.note.isEmpty ? notes.isEmpty : notes.joined().contains(entry.note))
        }
    }
}
