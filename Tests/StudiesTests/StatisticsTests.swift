import Foundation
import Messages
import Testing

@testable import Studies

/// Expected values are those of scipy 1.17 and statsmodels 0.15, and of a bootstrap written apart with numpy.
@Suite struct StatisticsTests {
    @Test(arguments: [
        (0, 0, 1.0), (1, 0, 1.0), (5, 1, 0.21875), (10, 3, 0.09228515625), (25, 12, 0.04703102743951604), (8, 8, 1.0),
        (120, 85, 0.017351090463147357), (400, 333, 0.014722295939981526),
    ])
    func mcNemarIsExact(firstOnly: Int, secondOnly: Int, p: Double) {
        #expect(abs(McNemar(firstOnly: firstOnly, secondOnly: secondOnly).p - p) < 1e-10)
        #expect(abs(McNemar(firstOnly: secondOnly, secondOnly: firstOnly).p - p) < 1e-10)
    }

    @Test func manyRecordingsAreNoTrouble() {
        #expect(McNemar(firstOnly: 30_000, secondOnly: 30_000).p == 1)
        #expect(McNemar(firstOnly: 5000, secondOnly: 0).p == 0)
    }

    @Test func seedsAreCombinedByTwiceTheMedian() throws {
        #expect(McNemar.combined([]) == nil && McNemar.combined([0.03]) == 0.03)
        #expect(abs(try #require(McNemar.combined([0.4, 0.01, 0.02])) - 0.04) < 1e-15)
        #expect(McNemar.combined([0.9, 0.7]) == 1)
    }

    @Test(arguments: [
        (2, 1.0, 0.09280915505633597), (3, 2.0, 0.4707494312784346), (5, 1.0, 0.4013899173717948),
        (10, 0.5, 0.2931756065140767), (20, 0.8, 0.9238987553885781), (34, 0.5, 0.8077775012792737),
        (200, 0.2, 0.8036666605857853),
    ])
    func powerIsThatOfTheNoncentralT(pairs: Int, effectSize: Double, power: Double) {
        #expect(abs(PairedTTest.power(effectSize: effectSize, pairs: pairs) - power) < 1e-6)
        #expect(abs(PairedTTest.power(effectSize: -effectSize, pairs: pairs) - power) < 1e-6)
    }

    @Test(arguments: [
        (0.1, 787), (0.2, 199), (0.3, 90), (0.5, 34), (0.8, 15), (1.0, 10), (1.5, 6), (2.0, 5), (3.0, 4), (5.0, 3),
    ])
    func pairsThatSuffice(effectSize: Double, pairs: Int) {
        #expect(PairedTTest.pairsNeeded(effectSize: effectSize) == pairs)
    }

    @Test func noEffectCannotBeFound() {
        #expect(PairedTTest.pairsNeeded(effectSize: 0) == nil && PairedTTest.pairsNeeded(effectSize: 1e-4) == nil)
        #expect(PairedTTest.p([0.5]) == nil && PairedTTest.p([0.5, 0.5]) == nil)
    }

    @Test(arguments: [([0.012, 0.03, -0.004, 0.02, 0.017], 0.05491789750778666), ([0.5, -0.1], 0.6256659163780025)])
    func theTTestIsPaired(differences: [Double], p: Double) throws {
        #expect(abs(try #require(PairedTTest.p(differences)) - p) < 1e-10)
    }

    /// Differences of two arms that follow no rule that the test knows: 5 seeds, 200 recordings.
    private static func differences(without isLeftOut: (_ seed: Int, _ recording: Int) -> Bool = { _, _ in false })
        -> [[String: Double]]
    {
        (0..<5).map { seed in
            Dictionary(
                uniqueKeysWithValues: (0..<200).filter { !isLeftOut(seed, $0) }.map { recording in
                    let hash = (recording * 7919 + seed * 104_729 + recording * seed * 31) % 97
                    return ("r\(recording)", hash < 12 + seed * 2 ? 1.0 : hash >= 90 ? -1 : 0)
                })
        }
    }

    @Test func theBootstrapDrawsSeedsAndRecordings() throws {
        let interval = try #require(Bootstrap(resamples: 4000).interval(Self.differences()))
        // 200,000 draws elsewhere gave 0.048 and 0.140; a step of one recording is 0.001.
        #expect(abs(interval.low - 0.048) < 0.004 && abs(interval.high - 0.14) < 0.004)
        let rest = try #require(
            Bootstrap(resamples: 4000).interval(Self.differences { seed, recording in recording % 5 == seed }))
        #expect(abs(rest.low - 0.0447) < 0.004 && abs(rest.high - 0.1547) < 0.004)
    }

    @Test func oneSeedLeavesTheRecordings() throws {
        let hits = Self.differences()[0].mapValues { $0 > 0 ? 1.0 : 0 }
        let interval = try #require(Bootstrap(resamples: 4000).interval([hits]))
        #expect(abs(interval.low - 0.08) < 0.0051 && abs(interval.high - 0.175) < 0.0051)
        #expect(Bootstrap().interval([]) == nil && Bootstrap().interval([[:]]) == nil)
    }

    @Test func theSameValuesGiveTheSameInterval() {
        let values = Self.differences()
        #expect(Bootstrap().interval(values) == Bootstrap().interval(values))
        #expect(Bootstrap(seed: 1).interval(values) != Bootstrap(seed: 2).interval(values))
    }

    // MARK: Arms

    private static func result(_ seed: Int, _ answers: [Bool], from first: Int = 0) -> ArmComparison.Result {
        let rows = answers.enumerated().map { index, isRight in
            TestPredictions.Row(recording: "r\(first + index)", className: "a", answer: isRight ? "a" : "b")
        }
        return .init(
            seed: seed, accuracy: Double(answers.count { $0 }) / Double(answers.count),
            predictions: TestPredictions(rows))
    }

    @Test func armsArePairedSeedBySeed() throws {
        let arm = [Self.result(1, [true, true, true, false]), Self.result(2, [true, false, true, true])]
        let other = [Self.result(2, [false, false, true, true]), Self.result(1, [true, false, false, true])]
        let comparison = try #require(ArmComparison(arm, to: other + [Self.result(3, [true])]))
        #expect(comparison.difference.count == 2 && comparison.difference.mean == 0.25)
        #expect(comparison.mcNemar[1] == McNemar(firstOnly: 2, secondOnly: 1))
        #expect(comparison.mcNemar[2] == McNemar(firstOnly: 1, secondOnly: 0))
        #expect(comparison.interval != nil && comparison.combinedP == 1)
        #expect(ArmComparison(arm, to: [Self.result(7, [true])]) == nil)
    }

    @Test func otherRecordingsAreNoPairs() throws {
        let arm = [Self.result(1, [true, true, false])]
        let comparison = try #require(ArmComparison(arm, to: [Self.result(1, [true, false, false], from: 1)]))
        #expect(comparison.mcNemar.isEmpty && comparison.interval == nil && comparison.combinedP == nil)
        #expect(abs(comparison.difference.mean - 1 / 3) < 1e-12)
    }

    @Test func seedsStillNeededAreBeyondThoseThereAre() throws {
        let accuracies = [(0.912, 0.9), (0.93, 0.9), (0.896, 0.9), (0.92, 0.9), (0.917, 0.9)]
        let (arm, other) = (
            accuracies.enumerated().map { ArmComparison.Result(seed: $0, accuracy: $1.0, predictions: nil) },
            accuracies.enumerated().map { ArmComparison.Result(seed: $0, accuracy: $1.1, predictions: nil) }
        )
        let comparison = try #require(ArmComparison(arm, to: other))
        // d = 1.2: eight pairs.
        #expect(comparison.seedsNeeded == 8 && comparison.moreSeedsNeeded == 3)
        #expect(abs(try #require(comparison.tTest) - 0.05491789750778666) < 1e-10)
    }
}
