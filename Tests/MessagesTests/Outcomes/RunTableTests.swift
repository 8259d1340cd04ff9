import Configuration
import Messages
import Testing
import Training

@Suite struct RunTableTests {
    private let runs = [
        MadeOutcome.run("a1", seed: 1, test: 0.50, exponent: 3, created: 1, seconds: 30),
        MadeOutcome.run("a2", seed: 2, test: 0.54, exponent: 3, created: 2, seconds: 20),
        MadeOutcome.run("b1", seed: 1, test: 0.60, exponent: 5, preset: "mine", created: 3, seconds: 10),
        MadeOutcome.run("b2", seed: 2, test: nil, exponent: 5, preset: "mine", phase: .stopped, created: 4),
    ]

    private func table(_ more: [RunOutcome] = [], reference: RunSummary? = nil) -> RunTable {
        RunTable(runs + more, reference: reference, described: .shipped)
    }

    private func names(_ groups: [RunTable.Group]) -> [[String]] {
        groups.map { $0.rows.map { String($0.run.summary.id) } }
    }

    @Test func onlyWhatDiffersIsAColumn() {
        let keys = table().columns.map(\.key)
        #expect(keys.prefix(4) == ["name", "test", "validation", "preset"])
        #expect(Set(table().differingSettings) == ["sliding.exponent", "training.seed"])
        #expect(keys.suffix(6) == ["loss", "steps", "epochs", "time", "tested_step", "edits"])
        let same = RunTable([runs[0], runs[0]], reference: nil, described: .shipped)
        #expect(same.differingSettings.isEmpty && same.index(of: "preset") == nil)
    }

    @Test func aChangeWhileItRanIsADifference() throws {
        let edited = MadeOutcome.run("e", seed: 1, edits: [MadeOutcome.edit("e", at: 40, to: 4)])
        let table = RunTable([runs[0], edited], reference: nil, described: .shipped)
        let place = try #require(table.index(of: "sliding.exponent"))
        #expect(table.rows.map { $0.cells[place].settingText } == ["3", "3→4 at 40"])
    }

    @Test func differencesAreToThePinnedRun() throws {
        let table = table(reference: runs[0].summary)
        let place = try #require(table.index(of: RunMeasure.testDifference.rawValue))
        let values = table.rows.map {
            if case .figure(let value, .points) = $0.cells[place] { value } else { nil as Double? }
        }
        #expect(values[0] == 0 && abs((values[1] ?? 0) - 0.04) < 1e-12 && values[3] == nil)
    }

    @Test func differencesOfAGroupAreSeedBySeed() throws {
        let better = MadeOutcome.run("b2b", seed: 2, test: 0.66, exponent: 5, preset: "mine", created: 9)
        let groups = RunTable([runs[0], runs[1], runs[2], better], reference: runs[0].summary, described: .shipped)
            .groups(by: .settings, sortedBy: nil)
        // 0.60 − 0.50 and 0.66 − 0.54: mean 0.11, s = 0.01414, t = 12.706.
        let mean = try #require(groups[1].means["test_difference"])
        let half = try #require(mean.halfWidth)
        #expect(abs(mean.mean - 0.11) < 1e-12 && abs(half - 0.12706) < 1e-4)
        #expect(groups[0].means["test_difference"]?.mean == 0 && groups[0].means["test_difference"]?.halfWidth == nil)
        // To a single run there is no interval.
        let single = RunTable([runs[2], better], reference: runs[0].summary, described: .shipped)
            .groups(by: .settings, sortedBy: nil)
        let only = try #require(single[0].means["test_difference"])
        #expect(abs(only.mean - 0.13) < 1e-12 && only.halfWidth == nil)
    }

    @Test func groupsHaveMeanAndIntervalOverSeeds() throws {
        let table = table()
        let groups = table.groups(by: .settings, sortedBy: "test")
        #expect(names(groups) == [["b1", "b2"], ["a2", "a1"]])
        #expect(groups.map(\.title) == ["exponent 5", "exponent 3"] && groups.allSatisfy(\.isOverSeeds))
        let mean = try #require(groups[1].means["test"])
        #expect(mean.count == 2 && abs(mean.mean - 0.52) < 1e-12)
        // s = √0.0008, t = 12.706.
        let half = try #require(mean.halfWidth)
        #expect(abs(half - 12.7062 * 0.02) < 1e-4)
        #expect(groups[0].means["test"]?.count == 1 && groups[0].means["test"]?.halfWidth == nil)
        #expect(groups[0].count == 1, "one that was stopped counts beside one that has finished")
    }

    @Test func ofRepeatsOneCounts() {
        let again = MadeOutcome.run("again", seed: 1, test: 0.5, exponent: 3, created: 9)
        let groups = table([again]).groups(by: .setting("sliding.exponent"), sortedBy: nil)
        #expect(groups[0].rows.count == 3 && groups[0].means["test"]?.count == 2)
    }

    @Test func aForkIsAGroupOfItsOwn() {
        let fork = MadeOutcome.run("f", seed: 1, test: 0.5, exponent: 3, parent: "a1", forkStep: 40)
        let groups = table([fork]).groups(by: .settings, sortedBy: nil)
        #expect(groups.map(\.title) == ["exponent 3", "exponent 5", "exponent 3, fork at 40"])
    }

    @Test func everyDifferenceGroups() {
        #expect(table().groupings.map(\.key) == ["none", "settings", "preset", "sliding.exponent", "training.seed"])
        #expect(names(table().groups(by: .preset, sortedBy: nil)) == [["a1", "a2"], ["b1", "b2"]])
        let bySeed = table().groups(by: .setting("training.seed"), sortedBy: nil)
        #expect(names(bySeed) == [["a1", "b1"], ["a2", "b2"]] && !bySeed[0].isOverSeeds)
        #expect(table().groups(by: .none, sortedBy: nil).map(\.title) == [""])
        #expect(table().grouping("loss.label_smoothing") == nil)
    }

    @Test(arguments: [
        ("test", ["b1", "a2", "a1", "b2"]), ("time", ["b1", "a2", "a1", "b2"]), ("name", ["a1", "a2", "b1", "b2"]),
        ("sliding.exponent", ["a1", "a2", "b1", "b2"]), ("training.seed", ["a1", "b1", "a2", "b2"]),
        ("nothing", ["a1", "a2", "b1", "b2"]),
    ])
    func sortsByAnyColumn(key: String, order: [String]) {
        #expect(names(table().groups(by: .none, sortedBy: key)) == [order])
        let reversed = names(table().groups(by: .none, sortedBy: key, isReversed: true))[0]
        #expect(Set(reversed) == Set(order) && reversed != order)
        // What there is not stands last, whatever the direction.
        if ["test", "time"].contains(key) { #expect(reversed.last == "b2") }
    }
}
