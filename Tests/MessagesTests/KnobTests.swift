import Configuration
import Foundation
import Messages
import TestSupport
import Training
import Testing

@Suite struct KnobTests {
    @Test(arguments: EngineDescription.shipped.knobs.map(\.key))
    func everyKnobKeepsItsValueThroughText(key: String) throws {
        let knob = try EngineDescription.shipped.knob(key)
        var configuration = RunConfiguration()
        let value = knob.value(in: configuration)
        let read = try knob.parse(value.description)
        #expect(read == value)
        try knob.set(read, in: &configuration)
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
