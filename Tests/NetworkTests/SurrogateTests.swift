import Network
import TestSupport
import Testing

@Suite struct SurrogateTests {
    @Test(arguments: SurrogateCatalogue.all.map(\.name))
    func derivativeIsThatOfThePrimitive(name: String) throws {
        let surrogate = try #require(SurrogateCatalogue.named(name))
        let width: Float = 1e-3
        for step in -200...200 {
            // Between the kinks, which lie on multiples of a half.
            let x = Float(step) * 0.0101 + 0.0037
            let difference = (surrogate.primitive(x + width) - surrogate.primitive(x - width)) / (2 * width)
            let distanceToKink = abs(x * 2 - (x * 2).rounded()) / 2
            guard distanceToKink > 2 * width else { continue }
            #expect(abs(difference - surrogate.derivative(x)) < 2e-3, "at \(x)")
        }
    }

    @Test func thereAreNineAndTheirNamesAreTheirOwn() {
        #expect(SurrogateCatalogue.all.count >= 9)
        #expect(Set(SurrogateCatalogue.all.map(\.name)).count == SurrogateCatalogue.all.count)
        for surrogate in SurrogateCatalogue.all {
            #expect(SurrogateCatalogue.named(surrogate.referenceName)?.name == surrogate.name)
        }
    }

    @Test func manyDerivativesAreThoseOfEach() {
        let potentials = (0..<37).map { Float($0) * 0.07 - 0.8 }
        for surrogate in SurrogateCatalogue.all {
            var found = [Float](repeating: -1, count: potentials.count)
            surrogate.derivatives(of: potentials, threshold: 0.5, into: &found, count: potentials.count)
            #expect(found == potentials.map { surrogate.derivative($0 - 0.5) })
        }
    }
}
