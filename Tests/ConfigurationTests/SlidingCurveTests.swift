import Configuration
import Messages
import Testing
import TestSupport

@Suite struct SlidingCurveTests {
    @Test func thePowerLawReachesOneAtItsEnd() {
        let curve = SlidingCurve(exponent: 3, end: 0.5)
        #expect(curve.probability(at: 0) == 0)
        #expect(curve.probability(at: 0.25) == 0.125)
        #expect(curve.probability(at: 0.5) == 1)
        #expect(curve.probability(at: 0.9) == 1)
    }

    @Test func handlesAreJoinedByLines() throws {
        let handles = try #require(SlidingCurve.handles(fromText: "0.2:0, 0.6:0.2, 1:1"))
        let curve = SlidingCurve(exponent: 3, end: 1, handles: handles)
        #expect(curve.probability(at: 0.1) == 0)
        #expect(abs(curve.probability(at: 0.4) - 0.1) < 1e-12)
        #expect(abs(curve.probability(at: 0.8) - 0.6) < 1e-12)
        #expect(curve.probability(at: 1) == 1)
        #expect(SlidingCurve.handles(fromText: SlidingCurve.text(of: curve.handles)) == curve.handles)
    }

    @Test(arguments: [
        "0:0", "0:0,0:1", "0.5:0.5,0.4:0.6", "0:0.5,1:0.4", "0:0,1:1.1", "0:0,1", "a:b,c:d", "0:0,,1:1", "0:nan,1:1",
    ])
    func badHandlesAreRefused(text: String) {
        #expect(SlidingCurve.handles(fromText: text) == nil)
        var configuration = RunConfiguration()
        #expect(throws: ConfigurationError.self) { try configuration.assign("sliding.curve=" + text) }
    }
}
