import Configuration
import Foundation
import Messages
import Testing
import TestSupport
import Training

@Suite struct KnobTests {
    /// A value that is not the default and that the knob takes.
    private static func another(_ knob: Knob) throws -> KnobValue {
        let values: [KnobValue] =
            switch knob.kind {
            case .number(let range, _, _): [.number(range.upperBound), .number(range.lowerBound)]
            case .integer(let range): [.integer(range.upperBound), .integer(range.lowerBound)]
            case .flag: [.flag(true), .flag(false)]
            case .choice(let choices): choices.map { .text($0) }
            case .catalogue(let name): (EngineDescription.shipped.catalogues[name] ?? []).map { .text($0) }
            case .curve: [.text("0:0, 1:1")]
            case .edits: [.text("0.5 data.crop=false")]
            case .text, .unknown: [.text("something")]
            }
        return try #require(values.first { $0 != knob.defaultValue })
    }

    /// Two knobs that lead to one value, or a knob that leads nowhere, would be seen here.
    @Test(arguments: EngineDescription.shipped.knobs.map(\.key))
    func everyKnobChangesItselfAlone(key: String) throws {
        let knob = try EngineDescription.shipped.knob(key)
        let value = try Self.another(knob)
        var configuration = RunConfiguration()
        try knob.set(try knob.parse(value.description), in: &configuration)
        #expect(
            RunConfiguration().differences(to: configuration) == [
                KnobDifference(key: key, old: knob.defaultValue, new: value)
            ])
        // And back, to what it was.
        try knob.set(try knob.parse(knob.defaultValue.description), in: &configuration)
        #expect(configuration == RunConfiguration())
    }

    @Test func keysAreUniqueAndHaveASection() {
        #expect(Set(EngineDescription.shipped.knobs.map(\.key)).count == EngineDescription.shipped.knobs.count)
        #expect(EngineDescription.shipped.knobs.allSatisfy { !$0.section.isEmpty && !$0.name.isEmpty })
    }

    @Test func anUnknownKeyNamesItsNeighbour() {
        #expect(throws: ConfigurationError.unknownKey("loss.domian_coefficient", suggestion: "loss.domain_coefficient"))
        {
            try EngineDescription.shipped.knob("loss.domian_coefficient")
        }
    }

    @Test(arguments: [
        "loss.domain_coefficient=-1", "loss.domain_coefficient=nan", "training.epochs=0", "data.crop=maybe", "x", "=3",
    ])
    func badAssignmentsAreRefused(text: String) {
        var configuration = RunConfiguration()
        #expect(throws: ConfigurationError.self) { try configuration.assign(text) }
        #expect(configuration == RunConfiguration())
    }

    @Test(arguments: EngineDescription.shipped.knobs.map(\.key))
    func everyValueSurvivesTheDisk(key: String) throws {
        let knob = try EngineDescription.shipped.knob(key)
        var configuration = RunConfiguration()
        try knob.set(try Self.another(knob), in: &configuration)
        let description = EngineDescription.shipped
        let data = try description.encoder.encode(configuration)
        #expect(try description.decoder.decode(RunConfiguration.self, from: data) == configuration)
        // All of them are written: a later default changes nothing about this run.
        let table = try JSONDecoder().decode([String: KnobValue].self, from: data)
        #expect(Set(table.keys) == Set(description.knobs.map(\.key)))
    }

    @Test func aConfigurationSurvivesJSON() throws {
        var configuration = RunConfiguration()
        try configuration.assign("sliding.exponent=4.5")
        try configuration.assign("training.seed=7")
        let data = try JSONEncoder().encode(configuration)
        let read = try JSONDecoder().decode(RunConfiguration.self, from: data)
        #expect(read == configuration)
        #expect(RunConfiguration().differences(to: read).map(\.key) == ["sliding.exponent", "training.seed"])
    }
}
