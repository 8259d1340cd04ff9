import Testing

@testable import Analyses

/// Expected values by `scipy.stats.binomtest(…).proportion_ci(method="wilson")`.
@Suite("A share with its interval") struct ShareTests {
    @Test(arguments: [
        (0, 10, 0.0, 0.27753279986288926), (82, 100, 0.7333264161369927, 0.8829977450105365),
        (870, 900, 0.9528138480605648, 0.9765526816580512),
    ])
    func wilson(_ hits: Int, _ count: Int, _ low: Double, _ high: Double) throws {
        let found = try #require(ShareInterval(hits, of: count))
        #expect(abs(found.low - low) < 1e-9 && abs(found.high - high) < 1e-9, "\(found)")
    }

    @Test func thereIsNoneOfNothing() { #expect(ShareInterval(0, of: 0) == nil) }
}
