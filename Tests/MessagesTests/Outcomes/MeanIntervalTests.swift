import Foundation
import Messages
import Testing

@Suite struct MeanIntervalTests {
    /// Of printed tables of Student's t, two-sided, 95 %.
    @Test(arguments: [
        (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (8, 2.306), (9, 2.262), (15, 2.131), (30, 2.042),
        (60, 2.000), (120, 1.980), (10_000, 1.960),
    ])
    func quantilesAreThoseOfTheTables(degreesOfFreedom: Int, t: Double) {
        #expect(abs(StudentT.twoSided95(degreesOfFreedom: degreesOfFreedom) - t) < 0.0006)
    }

    @Test(arguments: [1, 2, 3, 7, 20])
    func theSharesAreADistribution(degreesOfFreedom: Int) {
        let shares = stride(from: 0.0, through: 6, by: 0.5).map {
            StudentT.shareWithin($0, degreesOfFreedom: degreesOfFreedom)
        }
        #expect(shares[0] == 0 && zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 })
        #expect(shares.allSatisfy { $0 <= 1 } && shares[12] > 0.89)
        // Of one degree it is Cauchy's: half within 1.
        #expect(abs(StudentT.shareWithin(1, degreesOfFreedom: 1) - 0.5) < 1e-12)
    }

    @Test func theIntervalIsThatOfTheTextbook() throws {
        // Mean 3, s = √2.5, t = 2.776: half the width is 1.963.
        let interval = try #require(MeanInterval([1, 2, 3, 4, 5]))
        #expect(interval.count == 5 && interval.mean == 3)
        let (low, high) = (try #require(interval.low), try #require(interval.high))
        #expect(abs(high - low - 2 * 1.9632) < 0.0001)
        #expect(abs(low - 1.0368) < 0.0001 && abs(high - 4.9632) < 0.0001)
        // Two values: 12.706 times half their distance.
        let pair = try #require(MeanInterval([0.5, 0.52]))
        let half = try #require(pair.halfWidth)
        #expect(abs(half - 0.12706) < 0.0001)
    }

    @Test func oneValueHasNoIntervalAndNoneNoMean() {
        #expect(MeanInterval([2])?.mean == 2 && MeanInterval([2])?.halfWidth == nil)
        #expect(MeanInterval([]) == nil && MeanInterval([.nan]) == nil)
        #expect(MeanInterval([1, .nan, 3])?.count == 2)
        #expect(MeanInterval([4, 4, 4])?.halfWidth == 0)
    }

    @Test func jsonHasEveryKey() throws {
        let data = try JSONEncoder().encode(try #require(MeanInterval([2])))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["count", "mean", "low", "high"])
    }
}
