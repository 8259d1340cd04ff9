import Configuration
import Messages
import Testing
import Training

@Suite struct OutcomeDifferenceTests {
    private let bases = (1...3).map { MadeOutcome.run("b\($0)", seed: $0, test: 0.50 + 0.01 * Double($0)) }
    /// Better by 2, 3 and 4 points.
    private let others = (1...3).map {
        MadeOutcome.run("o\($0)", seed: $0, test: 0.50 + 0.01 * Double($0) + 0.01 * Double($0 + 1), exponent: 5)
    }

    private func difference(_ run: RunOutcome, _ reference: RunOutcome, _ runs: [RunOutcome]) -> OutcomeDifference {
        OutcomeDifference(.pinned, of: run, to: reference, among: runs, described: .shipped)
    }

    @Test func itIsOfTheTwoRunsAndOverTheSeedsOfBoth() throws {
        let found = difference(others[0], bases[0], bases + others)
        let test = try #require(found.testAccuracy)
        #expect(abs(test - 0.02) < 1e-12 && found.validationAccuracy == 0)
        let seeds = try #require(found.overSeeds)
        #expect(seeds.count == 3 && abs(seeds.mean - 0.03) < 1e-12)
        // s = 0.01, t = 4.303: half the width is 4.303 · 0.01 / √3.
        let half = try #require(seeds.halfWidth)
        #expect(abs(half - 0.02484) < 0.00001)
        #expect(found.figuresText == "test +2.0 points, validation 0.0 points")
        #expect(found.seedsText == "mean over 3 seeds +3.0, 95 % interval +0.5 to +5.5, Student's t")
    }

    @Test func seedsThatOnlyOneOfThemHasDoNotCount() {
        #expect(difference(others[0], bases[0], bases.dropLast() + others).overSeeds?.count == 2)
        #expect(difference(others[0], bases[0], [bases[0]] + others).overSeeds == nil)
        #expect(difference(others[0], bases[0], [bases[0], others[0]]).seedsText == nil)
    }

    @Test func whatIsNoOtherSeedOfTheSameIsLeftOut() {
        let repeated = MadeOutcome.run("b1again", seed: 1, test: 0.51, created: 9)
        let unfinished = MadeOutcome.run("b4", seed: 4, test: nil, phase: .stopped)
        let forked = MadeOutcome.run("b5", seed: 5, parent: "b1", forkStep: 40)
        let edited = MadeOutcome.run("b6", seed: 6, edits: [MadeOutcome.edit("b6", at: 20, to: 4)])
        let more = (4...6).map { MadeOutcome.run("m\($0)", seed: $0, exponent: 5) }
        let found = difference(others[0], bases[0], bases + others + more + [repeated, unfinished, forked, edited])
        #expect(found.overSeeds?.count == 3)
    }

    @Test func twoSeedsOfTheSameSettingsHaveNoDifferenceOverSeeds() {
        let found = difference(bases[1], bases[0], bases)
        #expect(found.overSeeds == nil && found.testAccuracy != nil)
    }

    @Test func thePinnedRunGoesBeforeTheParent() {
        let child = MadeOutcome.run("c", parent: "b1").summary
        let runs = [child] + bases.map(\.summary)
        func kinds(_ pinned: String?) -> [String] {
            OutcomeDifference.references(of: child, pinned: pinned, among: runs).map { "\($0.kind) \($0.run.id)" }
        }
        #expect(kinds("b2") == ["pinned b2", "parent b1"])
        #expect(kinds("b1") == ["pinned b1"] && kinds("c") == ["parent b1"])
        #expect(kinds(nil) == ["parent b1"] && kinds("gone") == ["parent b1"])
    }

    @Test func candidatesAreTheTestedRunsOfTheSameLength() {
        let all = bases + others + [MadeOutcome.run("long", epochs: 99), MadeOutcome.run("open", test: nil)]
        let found = OutcomeDifference.candidates(
            for: others[0].summary, [bases[0].summary], among: all.map(\.summary))
        #expect(found.prefix(2) == ["o1", "b1"] && Set(found) == ["o1", "o2", "o3", "b1", "b2", "b3"])
    }

    @Test(arguments: [
        (0.0124, "+1.2"), (-0.0006, "-0.1"), (0.0, "0.0"), (-0.0001, "0.0"), (1, "+100.0"), (-0.123, "-12.3"),
    ])
    func pointsHaveTheirSign(share: Double, text: String) {
        #expect(OutcomeDifference.points(share) == text)
    }
}
