import Configuration
import Foundation
import Testing
import TestSupport
import Training

@Suite("What an engine says of itself") struct DescriptionTests {
    private let shipped = EngineDescription.shipped

    @Test func itTravels() throws {
        let data = try JSONEncoder().encode(shipped)
        #expect(try JSONDecoder().decode(EngineDescription.self, from: data) == shipped)
    }

    /// Of an engine of a later version: what is not known is kept as such, and the rest is understood.
    @Test func kindsThatAreNotKnownAreNamed() throws {
        var json = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(shipped)) as? [String: Any])
        var knobs = try #require(json["knobs"] as? [[String: Any]])
        knobs[0]["kind"] = "color"
        knobs[0]["hue"] = 3
        json["knobs"] = knobs
        var panels = try #require(json["panels"] as? [[String: Any]])
        panels[2]["kind"] = ["type": "hologram"]
        json["panels"] = panels
        var series = try #require(json["series"] as? [[String: Any]])
        series[0]["unit"] = "parsec"
        series[0]["scope"] = "decade"
        json["series"] = series
        let read = try JSONDecoder().decode(
            EngineDescription.self, from: JSONSerialization.data(withJSONObject: json))
        #expect(read.knobs[0].kind == .unknown("color") && read.knobs.dropFirst() == shipped.knobs.dropFirst())
        #expect(read.panels[2].kind == .unknown("hologram"))
        #expect(read.series[0].unit == .plain && read.series[0].scope == .step)
        #expect(read.series.map(\.series) == shipped.series.map(\.series))
    }

    @Test func everySeriesNamesAPanelThatIsThere() {
        let panels = Set(shipped.panels.map(\.key))
        #expect(panels.count == shipped.panels.count)
        for series in shipped.series { #expect(series.panel.map(panels.contains) ?? true, "\(series.title)") }
        #expect(Set(shipped.series.map(\.series)).count == shipped.series.count)
        let columns = shipped.series.compactMap(\.column?.name)
        #expect(Set(columns).count == columns.count)
    }

    // MARK: Settings of other versions

    private func description(_ change: (inout Knob) -> Void) throws -> EngineDescription {
        var description = shipped
        let place = try #require(description.knobs.firstIndex { $0.key == "optimizer.clip_norm" })
        change(&description.knobs[place])
        return description
    }

    private func read(_ json: String, _ description: EngineDescription) throws -> RunConfiguration {
        try description.decoder.decode(RunConfiguration.self, from: Data(json.utf8))
    }

    @Test func olderKeysAreUnderstood() throws {
        let renamed = try description { $0.aliases = ["optimizer.gradient_clip"] }
        let configuration = try read(#"{"optimizer.gradient_clip": 2}"#, renamed)
        #expect(configuration[OptimizerSettings.shared.clipNorm] == 2)
        #expect(renamed.unknownKeys(in: configuration).isEmpty)
        // Today's key goes before it.
        let both = try read(#"{"optimizer.gradient_clip": 2, "optimizer.clip_norm": 3}"#, renamed)
        #expect(both[OptimizerSettings.shared.clipNorm] == 3)
    }

    @Test func aValueOfAWiderRangeIsKept() throws {
        let narrow = try description { $0.kind = .number(range: 0...1, step: 0.1, scale: .linear) }
        let configuration = try read(#"{"optimizer.clip_norm": 5}"#, narrow)
        #expect(configuration[OptimizerSettings.shared.clipNorm] == 5)
        #expect(throws: ConfigurationError.self) { try narrow.check(configuration) }
        let data = try narrow.encoder.encode(configuration)
        #expect(try narrow.decoder.decode(RunConfiguration.self, from: data) == configuration)
    }

    @Test func aKeyThatIsGoneIsKeptAndTold() throws {
        let configuration = try read(#"{"loss.forgotten": 0.25, "sliding.exponent": 4}"#, shipped)
        #expect(configuration[Sliding.exponent] == 4)
        #expect(shipped.unknownKeys(in: configuration) == ["loss.forgotten"])
        #expect(RunConfiguration().differences(to: configuration).map(\.key) == ["sliding.exponent", "loss.forgotten"])
        let data = try shipped.encoder.encode(configuration)
        #expect(try shipped.decoder.decode(RunConfiguration.self, from: data) == configuration)
        #expect(throws: ConfigurationError.unknownKey("loss.forgotten", suggestion: nil)) {
            try shipped.check(configuration)
        }
    }

    @Test func namesThatThereAreNotAreRefusedWhereTheyAreWritten() throws {
        for knob in shipped.knobs {
            guard case .catalogue(let catalogue) = knob.kind else { continue }
            let known = try #require(shipped.catalogues[catalogue], "\(knob.key)")
            for name in known { #expect(try shipped.value(of: name, for: knob) == .text(name)) }
            #expect(throws: ConfigurationError.unknownName(key: knob.key, name: "nonsense", known: known)) {
                try shipped.value(of: "nonsense", for: knob)
            }
            var configuration = RunConfiguration()
            #expect(throws: ConfigurationError.self) { try shipped.assign("\(knob.key)=nonsense", to: &configuration) }
            #expect(configuration == RunConfiguration())
        }
    }

    @Test func theReferencesNamesAreTakenForOurs() throws {
        var configuration = RunConfiguration()
        for (other, own) in try #require(shipped.otherNames?["surrogates"]) {
            try shipped.assign("network.surrogate=\(other)", to: &configuration)
            #expect(shipped.text(of: "network.surrogate", in: configuration) == own)
        }
        var json = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(shipped)) as? [String: Any])
        json["otherNames"] = nil
        let older = try JSONDecoder().decode(
            EngineDescription.self, from: JSONSerialization.data(withJSONObject: json))
        #expect(older.knobs == shipped.knobs && older.otherNames == nil)
    }

    @Test func aValueOfAnotherTypeIsNamed() {
        var configuration = RunConfiguration()
        #expect { try shipped.restore("training.epochs", to: .text("many"), in: &configuration) } throws: {
            "\($0)".contains("training.epochs")
        }
        #expect(configuration == RunConfiguration())
        #expect { try read(#"{"training.epochs": "many"}"#, shipped) } throws: { "\($0)".contains("training.epochs") }
    }
}
