import Foundation
import Testing

@Suite("The program, asked about recordings", .serialized)
struct DataCommandTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func data(_ words: String...) async throws -> Program.Outcome {
        try await Program.run(["data"] + words, home: home)
    }

    @Test("lists samples, filtered and sorted")
    func samples() async throws {
        let all = try await data("samples", "digits", "--json").array().compactMap { $0 as? [String: Any] }
        let test = try await data("samples", "digits", "--filter", "class:3 split:test", "--json").array()
            .compactMap { $0 as? [String: Any] }
        #expect(!test.isEmpty && test.count < all.count)
        #expect(test.allSatisfy { $0["class_name"] as? String == "3" && $0["split"] as? String == "test" })
        let expected = all.count { $0["class_name"] as? String == "3" && $0["split"] as? String == "test" }
        #expect(test.count == expected)
        let wrong = try await data("samples", "digits", "--filter", "clas:3")
        #expect(
            wrong.code == 64 && wrong.errors.contains("unknown filter field 'clas'")
                && wrong.errors.contains("did you mean 'class'?"))
        let negated = try await data("samples", "digits", "--filter", "-split:test", "--json").array()
        #expect(negated.count == all.count { ($0 as [String: Any])["split"] as? String != "test" })
        let last = try await data("samples", "digits", "--sort", "label", "--reverse", "--limit", "1", "--json").array()
        #expect((last.first as? [String: Any])?["class_name"] as? String == "9")
        let text = try await data("samples", "digits", "--limit", "3")
        #expect(text.code == 0 && text.lines.count == 5 && text.output.contains("3 of \(all.count) recordings"))
    }

    @Test("counts the events of those that the filter leaves")
    func counting() async throws {
        let counted = try await data(
            "samples", "digits", "--filter", "name:3/000", "--count", "--sort", "events", "--json"
        )
        .array().compactMap { ($0 as? [String: Any])?["event_count"] as? Int }
        #expect(!counted.isEmpty && counted == counted.sorted(by: >) && counted.allSatisfy { $0 > 0 })
        let border = counted[counted.count / 2]
        let more = try await data(
            "samples", "digits", "--filter", "name:3/000 events>\(border)", "--count", "--json"
        ).array()
        #expect(more.count == counted.count { $0 > border })
    }

    @Test("writes event pictures, rates and the static pair in every format")
    func export() async throws {
        let csv = try await data("export", "digits", "3", "--slice", "2", "--mode", "count", "--csv")
        #expect(csv.code == 0)
        let cells = csv.lines.filter { $0.contains(",cell,") }
        let counts = cells.compactMap {
            $0.split(separator: ",", omittingEmptySubsequences: false).last.flatMap { Double($0) }
        }
        let facts = try await data("export", "digits", "3", "--mode", "count", "--json").object()
        let slices = try #require(facts["slices"] as? [[String: Any]])
        #expect(slices.count == 12)
        let events = (slices[1]["on_count"] as? Int ?? 0) + (slices[1]["off_count"] as? Int ?? 0)
        // Where a pixel has more events than the scale's end, the picture says the end.
        #expect(counts.count == 34 * 34 && counts.reduce(0, +) <= Double(events) + 0.01)
        #expect(counts.reduce(0, +) > Double(events) * 0.8)

        for (what, format) in [
            ("events", "png"), ("events", "svg"), ("rates", "png"), ("pair", "svg"), ("pair", "csv"),
        ] {
            let file = home.root.appendingPathComponent("\(what).\(format)").path
            #expect(try await data("export", "digits", "3", "--what", what, "-o", file).code == 0)
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            switch format {
            case "png": #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            case "svg": #expect(String(decoding: bytes, as: UTF8.self).contains("<svg"))
            default: #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("panel,kind,"))
            }
            let again = try await data("export", "digits", "3", "--what", what, "-o", file)
            #expect(again.code == 1 && again.errors.contains("already exists"))
        }
        let text = try await data("export", "digits", "3", "--text", "--slice", "2", "--columns", "34")
        #expect(text.code == 0 && text.output.hasPrefix("slice 2, ") && text.output.contains("#"))
        #expect(text.lines.allSatisfy { $0.allSatisfy(\.isASCII) })
    }

    @Test("says what the last checkpoint makes of a recording and its pair")
    func view() async throws {
        let without = try await data("view", "digits", "3")
        #expect(without.code == 1 && without.errors.contains("has a checkpoint yet"))
        let trained = try await Program.run(
            ["train", "--preset", "digits", "--epochs", "1", "--json"] + Home.tiny, home: home)
        try #require(trained.code == 0, "\(trained.errors)")
        let view = try await data("view", "digits", "3", "--json").object()
        let guesses = try #require(view["event_guesses"] as? [[String: Any]])
        let shares = guesses.compactMap { $0["probability"] as? Double }
        #expect(shares.count == 5 && shares == shares.sorted(by: >) && shares.allSatisfy { 0...1 ~= $0 })
        #expect((view["image_guesses"] as? [Any])?.count == 5)
        let layers = try #require(view["layers"] as? [[String: Any]])
        #expect(!layers.isEmpty && layers.allSatisfy { ($0["rates"] as? [Double])?.count == 2 })
        let text = try await data("view", "digits", "3")
        #expect(text.code == 0 && text.output.contains("spikes by time step"))
    }

    @Test(
        "refuses what makes no sense",
        arguments: [
            (["samples", "nope"], "expected one of"),
            (["samples", "digits", "--sort", "size"], "--sort must be one of"),
            (["export", "digits", "99999", "--csv"], "has no recording"),
            (["export", "digits", "1", "--csv", "--slicing", "time:0"], "is not a slicing"),
            (["export", "digits", "1", "--csv", "--slice", "13"], "there is no slice 13"),
            (["export", "digits", "1", "-o", "x.gif"], "does not end in"),
            (["export", "digits", "1", "--text", "--what", "rates"], "only event images"),
            (["view", "digits", "no-such-sample"], "has no recording"),
        ])
    func refusal(words: [String], text: String) async throws {
        let outcome = try await Program.run(["data"] + words, home: home)
        #expect(outcome.code == 64 && outcome.errors.contains(text), "\(outcome.errors)")
    }
}
