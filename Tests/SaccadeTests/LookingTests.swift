import Foundation
import Testing

@Suite("The program, asked for facts", .serialized)
struct LookingTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    @Test(
        "explains itself",
        arguments: [
            [], ["open"], ["train"], ["evaluate"], ["data"], ["data", "show"], ["events", "info"], ["runs"], ["bench"],
            ["events", "frames"], ["events", "convert"], ["events", "play"], ["events", "formats"], ["damage-trial"],
            ["runs", "show"], ["presets"], ["presets", "show"], ["themes"], ["attach"], ["tell"], ["man"],
            ["screen"], ["data", "play"],
            ["runs", "diff"], ["runs", "timeline"], ["runs", "tag"], ["runs", "note"], ["runs", "rename"],
            ["runs", "delete"], ["runs", "fork"], ["runs", "reproduce"], ["runs", "queue"], ["runs", "queue", "run"],
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
            (["events", "formats"], 12),
            (["presets", "show", "--keys"], 40),
        ])
    func lists(command: [String], least: Int) async throws {
        let json = try await Program.run(command + ["--json"], home: home)
        #expect(json.code == 0 && json.errors.isEmpty)
        #expect(try json.array().count >= least)
        let text = try await Program.run(command, home: home)
        #expect(text.code == 0 && text.errors.isEmpty && !text.output.isEmpty)
    }

    @Test("measures every layout of every event format beside a copy of its bytes")
    func formats() async throws {
        let arguments = ["bench", "--config", "formats", "--turns", "3", "--events", "3000"]
        let outcome = try await Program.run(arguments + ["--json"], home: home)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let object = try outcome.object()
        #expect(object["config"] as? String == "formats")
        let results = try #require(object["results"] as? [[String: Any]])
        let formats = try await Program.run("events", "formats", "--json", home: home).array()
            .compactMap { ($0 as? [String: Any])?["name"] as? String }
        #expect(Set(results.compactMap { $0["format"] as? String }) == Set(formats))
        for result in results {
            #expect(result["events"] as? Int == 3000 && result["turns"] as? Int == 3)
            let speed = try #require(result["million_events_per_second"] as? Double)
            let ratio = try #require(result["times_slower_than_copy"] as? Double)
            #expect(speed > 0 && ratio > 0)
        }
        let text = try await Program.run(arguments, home: home)
        #expect(text.code == 0 && text.output.contains("vs copy") && text.output.contains("evt3"))
        let wrong = try await Program.run("bench", "--config", "formats", "--events", "0", home: home)
        #expect(wrong.code == 64 && wrong.errors.contains("--events is 0"))
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
            // The specification has a reader skip events that are marked invalid.
            guard !name.hasSuffix("invalid_bit.aedat") else {
                #expect(try outcome.object()["count"] as? Int == 2)
                return
            }
            #expect(outcome.code == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.contains(file.path))
            #expect(
                ["damaged at byte", "not supported, byte", "has no"].contains { outcome.errors.contains($0) })
            let tolerant = try await Program.run(arguments + ["--tolerant"], home: home)
            guard tolerant.code == 0 else { return #expect(tolerant.errors == outcome.errors) }
            let found = try tolerant.object()
            let dropped = [found["dropped_events"] as? Int ?? 0, found["dropped_bytes"] as? Int ?? 0]
            #expect(dropped.contains { $0 > 0 } || name.hasSuffix("non_monotonic.bin"))
            return
        }
        let outcome = try await Program.run("events", "info", file.path, "--json", home: home)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let found = try outcome.object()
        for key in ["count", "on", "off"] { #expect(found[key] as? Int == expected[key] as? Int, "\(key)") }
        // Most formats do not say the sensor's size; the fixtures know it from elsewhere.
        if name.hasPrefix("bin/") || name.hasPrefix("aedat") {
            for key in ["width", "height"] { #expect(found[key] as? Int == expected[key] as? Int, "\(key)") }
        }
        for key in ["first", "last"] {
            #expect(found[key] is NSNull == (expected[key] is NSNull), "\(key)")
            #expect(found[key] as? [Int] == expected[key] as? [Int], "\(key)")
        }
        #expect(found["canonical_sha256"] as? String == expected["canonical_sha256"] as? String)
    }

    private func fiveHundredEvents() throws -> String {
        var events: [(x: UInt8, y: UInt8, time: Int)] = []
        for index in 0..<500 { events.append((x: UInt8(index % 34), y: UInt8(index / 3 % 34), time: index * 600)) }
        return try file(events)
    }

    @Test("converts through every format, and keeps every event")
    func conversion() async throws {
        let path = try fiveHundredEvents()
        let hash =
            try await Program.run("events", "info", path, "--json", home: home).object()["canonical_sha256"] as? String
        let formats = try await Program.run("events", "formats", "--json", home: home).array()
        for case let format as [String: Any] in formats {
            let ending = try #require((format["endings"] as? [String])?.first)
            for variant in format["variants"] as? [String] ?? [] {
                let output = home.root.appendingPathComponent(UUID().uuidString + ending).path
                let name = format["name"] as? String ?? ""
                let arguments: [String] = [
                    "events", "convert", path, output, "--format", name, "--variant", variant, "--json",
                ]
                let outcome: Program.Outcome = try await Program.run(arguments, home: home)
                #expect(outcome.code == 0 && outcome.errors.isEmpty)
                #expect(try outcome.object()["count"] as? Int == 500)
                let back = try await Program.run("events", "info", output, "--json", home: home).object()
                #expect(back["canonical_sha256"] as? String == hash, "\(ending) \(variant)")
            }
        }
        // A file that is there stays, unless it is to be replaced.
        let again = try await Program.run("events", "convert", path, path, home: home)
        #expect(again.code == 1 && again.errors.contains("--force"))
        let unknown = try await Program.run("events", "convert", path, path + ".xyz", home: home)
        #expect(unknown.code == 64 && unknown.errors.contains("--format"))
    }

    @Test("refuses to convert what does not fit, unless times may begin at zero")
    func conversionRefused() async throws {
        let text = home.root.appendingPathComponent("late.csv")
        try Data("t,x,y,p\n9000000,1,1,1\n9000100,2,2,0\n".utf8).write(to: text)
        let output = home.root.appendingPathComponent("late.bin").path
        let refused = try await Program.run("events", "convert", text.path, output, home: home)
        #expect(refused.code == 1 && refused.errors.contains("9000000 µs"))
        #expect(!FileManager.default.fileExists(atPath: output))
        let taken = try await Program.run("events", "convert", text.path, output, "--start-at-zero", home: home)
        #expect(taken.code == 0)
        #expect(
            try await Program.run("events", "info", output, "--json", home: home).object()["first"] as? [Int] == [
                0, 1, 1, 1,
            ])
    }

    @Test("cuts frames into an array and a picture")
    func frames() async throws {
        let path = try fiveHundredEvents()
        let array = home.root.appendingPathComponent("\(UUID().uuidString).npz").path
        let outcome = try await Program.run(
            "events", "frames", path, "--time-steps", "4", "--output", array, "--json", home: home)
        let found = try outcome.object()
        #expect(found["shape"] as? [Int] == [4, 2, 34, 34])
        // The last event lies at the end of the last time step, and is left out.
        let counts = found["events"] as? [[Int]] ?? []
        let total: Int = counts.reduce(0) { $0 + $1.reduce(0, +) }
        #expect(total == 499)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: array))
        #expect(bytes.starts(with: [0x50, 0x4B]))
        let picture = home.root.appendingPathComponent("\(UUID().uuidString).png").path
        let drawn = try await Program.run(
            "events", "frames", path, "--time-steps", "4", "--size", "16", "-o", picture, "--slicing", "count",
            home: home)
        #expect(drawn.code == 0 && drawn.output.contains("4×2×16×16"))
        // 4 pictures of 16 × 2 pixels, and 3 lines between them.
        let header = try Data(contentsOf: URL(fileURLWithPath: picture)).prefix(24).suffix(8)
        #expect(header.elementsEqual([0, 0, 0, 131, 0, 0, 0, 32]))
        let huge = try await Program.run(
            "events", "frames", path, "--time-steps", "100000", "--size", "4096", "-o", picture, home: home)
        #expect(huge.code == 64 && huge.errors.contains("fewer --time-steps"))
    }

    @Test("tries its readers on damaged files")
    func damage() async throws {
        let outcome = try await Program.run("damage-trial", "--inputs", "1000", "--seed", "5", "--json", home: home)
        #expect(outcome.code == 0)
        let tally = try outcome.object()
        #expect(tally["inputs"] as? Int == 1000 && (tally["refused"] as? Int ?? 0) > 100)
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
            ([], [34, 34], [], "34×34 is the smallest common size"),
            ([(33, 33, 1)], [34, 34], [], "34×34 is the smallest common size"),
            ([(34, 33, 1)], [240, 180], [], "240×180 is the smallest common size"),
            ([(250, 20, 1)], [251, 21], [], "251×21 is the extent of the events"),
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

    @Test(
        "takes tables for those of the smallest usual camera",
        arguments: [
            (33, 33, "34×34"), (127, 3, "128×128"), (128, 3, "240×180"), (300, 200, "304×240"), (320, 3, "346×260"),
        ]
    )
    func sensorOfATable(x: Int, y: Int, size: String) async throws {
        let path = home.root.appendingPathComponent("table.csv").path
        let rows = (0..<40).map { "\($0 * 997),\(x),\(y),\($0 % 2)" }
        try ("t,x,y,p\n" + rows.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try await Program.run("events", "info", path, "--json", home: home)
        let notes = try outcome.object()["notes"] as? [String] ?? []
        #expect(notes.joined().contains("\(size) is the smallest common size"), "\(notes)")
    }
}
