import Network
import Testing
import TestSupport
import Training

/// Whatever lies in a folder of kinds is in its catalogue.
@Suite struct CatalogueTests {
    @Test func surrogates() throws {
        let files = try SourceFolder.files("Network/Surrogates").subtracting([
            "SurrogateGradient", "SurrogateCatalogue",
        ])
        #expect(Set(SurrogateCatalogue.all.map { "\(type(of: $0))" }) == files)
    }

    @Test func models() throws {
        let files = try SourceFolder.files("Network/Models").filter { $0.hasSuffix("Network") }
        #expect(Set(ModelCatalogue.all.map { "\(type(of: $0))" }) == files)
    }

    @Test func slidingStrategies() throws {
        let files = try SourceFolder.files("Training/Sliding").subtracting([
            "SlidingStrategy", "SlidingPlan", "SlidingSettings", "TimeStepMixing",
        ])
        #expect(Set(SlidingStrategyCatalogue.all.map { "\(type(of: $0))" }) == files)
        #expect(Set(SlidingStrategyCatalogue.all.map(\.name)).count == files.count)
    }
}
