import Configuration
import Network
import Tensors
import Testing
import TestSupport
import Training

@testable import Studies

@Suite struct StudyPlanTests {
    @Test func everyArmHasItsCellsAndPairsComeFirst() throws {
        let cells = try MadeStudy.plan().cells()
        #expect(cells.count == 8 && Set(cells.map(\.id)).count == 8 && Set(cells.map(\.name)).count == 8)
        #expect(cells.map(\.seed) == [1, 1, 1, 1, 2, 2, 2, 2])
        #expect(cells.prefix(4).map(\.arm) == ["events", "full", "events", "full"])
        #expect(cells.allSatisfy { $0.configuration.training.seed == $0.seed })
        #expect(cells[0].name == "made, events, recordings_per_class 2, seed 1 #\(cells[0].id)")
        #expect(cells[0].tags == ["study:made", "cell:\(cells[0].id)"])
    }

    /// What stands here must stay: by it runs of earlier versions are found again.
    @Test func identifiersAreThoseOfTheSettings() throws {
        let first = try MadeStudy.plan().cells()
        #expect(try MadeStudy.plan().cells().map(\.id) == first.map(\.id))
        let renamed = try MadeStudy.plan(MadeStudy.study { $0.name = "other" }).cells()
        #expect(renamed.map(\.id) == first.map(\.id) && renamed[0].name != first[0].name)
        let changed = try MadeStudy.plan(changes: [KnobChange(key: "data.size", value: .integer(16))]).cells()
        #expect(Set(changed.map(\.id)).isDisjoint(with: first.map(\.id)))
        #expect(first[0].id == "a8d40b29b7")
    }

    /// 20 recordings are one batch of 32, 160 are five.
    @Test func budgetsAreEqualBySteps() throws {
        let cells = try MadeStudy.plan(MadeStudy.study { $0.arms[1].budget = 2 }).cells()
        #expect(cells.prefix(4).map(\.steps) == [100, 200, 100, 200])
        #expect(cells.prefix(4).map(\.epochs) == [100, 200, 20, 40])
        #expect(cells.prefix(4).map(\.passes) == [160, 320, 20, 40])
        #expect(cells.prefix(4).map(\.configuration.training.validateEveryEpochs) == [10, 20, 2, 4])
        #expect(cells.prefix(4).map(\.configuration.training.checkpointEveryEpochs) == [10, 20, 5, 5])
        let unbudgeted = MadeStudy.study { ($0.budget, $0.arms[1].budget) = (nil, 2) }
        #expect(try MadeStudy.plan(unbudgeted).cells().prefix(2).map(\.epochs) == [20, 40])
    }

    @Test func armsOfASeedBeginWithTheSameWeights() throws {
        let cells = try MadeStudy.plan(
            changes: [
                KnobChange(key: "data.size", value: .integer(16)),
                KnobChange(key: "data.time_steps", value: .integer(2)),
            ]
        ).cells()
        func weights(_ cell: Cell) throws -> [String: [Float]] {
            let parameters = try cell.configuration.makeNetwork(classCount: 10).parameters
            return Dictionary(
                uniqueKeysWithValues: parameters.map {
                    ($0.name, Array(UnsafeBufferPointer(start: $0.value.pointer, count: $0.value.count)))
                })
        }
        #expect(cells[0].arm != cells[1].arm && cells[0].seed == cells[1].seed)
        #expect(try weights(cells[0]) == weights(cells[1]))
        #expect(try weights(cells[0]) != weights(cells[4]))
    }

    @Test func whatCannotBeTrainedIsNamedBeforehand() throws {
        struct Refusal: Error {}
        #expect {
            try MadeStudy.plan().check { if $0.sliding.strategy == "events-only" { throw Refusal() } }
        } throws: { "\($0)".contains("'events'") && "\($0)".contains("recordings_per_class 2") }
        let peeking = MadeStudy.study {
            $0.arms[1].changes = [KnobChange(key: "training.selection", value: .text("reference-best-test"))]
        }
        #expect {
            try MadeStudy.plan(peeking).check { _ in }
        } throws: { "\($0)".contains("'full'") && "\($0)".contains("validation data alone") }
        #expect(throws: StudyError.tooManyCells(count: 40_000)) {
            try MadeStudy.plan(MadeStudy.study { $0.seeds = Array(0..<10_000) })
        }
    }

    // MARK: Search

    private static func searching(_ kind: Search.Kind, count: Int? = nil) -> Study {
        MadeStudy.study {
            ($0.axes, $0.seeds) = ([], [1, 2, 3])
            var search = Search(
                kind: kind,
                dimensions: [
                    .init(key: "sliding.exponent", domain: .values((1...9).map { .number(Double($0)) }))
                ], count: count, seeds: [7])
            search.seed = 5
            $0.search = search
            $0.arms[0].tuned = []
        }
    }

    private func exponent(_ cell: Cell) -> Double {
        Double(EngineDescription.shipped.text(of: "sliding.exponent", in: cell.configuration)) ?? .nan
    }

    /// - Parameter score: of a cell, by validation.
    /// - Returns: cells of each round, until nothing is left.
    private func rounds(_ study: Study, score: (Cell) -> Double) throws -> [[Cell]] {
        let plan = try MadeStudy.plan(study)
        var states: [String: CellState] = [:]
        var rounds: [[Cell]] = []
        while case let cells = try plan.cells(states).filter({ states[$0.id] == nil }), !cells.isEmpty {
            rounds.append(cells)
            // What the test says must decide nothing.
            for cell in cells {
                states[cell.id] = MadeStudy.result(cell.id, validation: score(cell), test: 1 - score(cell))
            }
        }
        return rounds
    }

    @Test func aGridTriesAllAndTrainsTheBestAnew() throws {
        let rounds = try rounds(Self.searching(.grid)) { exponent($0) == 4 ? 0.9 : 0.5 }
        #expect(rounds.count == 2)
        let searched = rounds[0].filter { $0.stage == .search(rung: 0) }
        #expect(searched.map(exponent) == (1...9).map(Double.init) && searched.allSatisfy { $0.seed == 7 })
        // The arm without anything to tune is reported at once.
        #expect(rounds[0].filter { $0.stage == .report }.map(\.arm) == ["events", "events", "events"])
        #expect(rounds[1].map(exponent) == [4, 4, 4] && rounds[1].map(\.seed) == [1, 2, 3])
    }

    @Test func ofEqualsTheFirstIsTaken() throws {
        let rounds = try rounds(Self.searching(.grid)) { [3, 6].contains(exponent($0)) ? 0.9 : 0.5 }
        #expect(rounds[1].map(exponent) == [3, 3, 3])
    }

    @Test func halvingGivesTheBetterThirdThreeTimesAsMuch() throws {
        let rounds = try rounds(Self.searching(.halving)) { exponent($0) / 10 }
        let searched = rounds.map { round in round.filter { $0.stage != .report } }
        #expect(searched.map(\.count) == [9, 3, 0])
        #expect(searched[0].allSatisfy { $0.steps == 33 } && searched[1].allSatisfy { $0.steps == 100 })
        #expect(searched[1].map(exponent) == [9, 8, 7])
        #expect(rounds[2].map(exponent) == [9, 9, 9] && rounds[2].allSatisfy { $0.stage == .report })
    }

    @Test func randomDrawsAreThoseOfTheirSeed() throws {
        let search = try #require(Self.searching(.random, count: 4).search)
        #expect(search.candidates.count == 4 && Set(search.candidates).count == 4)
        #expect(search.candidates == Self.searching(.random, count: 4).search?.candidates)
        var other = search
        other.seed = 6
        #expect(other.candidates != search.candidates)
        var ranges = Search(
            kind: .random,
            dimensions: [
                .init(
                    key: "optimizer.learning_rate", domain: .range(0.0001...0.1, isLogarithmic: true, isWhole: false)),
                .init(key: "data.size", domain: .range(16...18, isLogarithmic: false, isWhole: true)),
            ], count: 300, seeds: [1])
        ranges.seed = 1
        let drawn = ranges.candidates
        let rates = drawn.compactMap { $0[0].value.asNumber }
        #expect(rates.count == 300 && rates.allSatisfy { (0.0001...0.1).contains($0) })
        // Of a logarithmic scale a third lies in each power of ten.
        #expect((70...130).contains(rates.count { $0 < 0.001 }))
        #expect(Set(drawn.compactMap { $0[1].value.asNumber }) == [16, 17, 18])
    }

    @Test func whoFailsDoesNotWin() throws {
        let plan = try MadeStudy.plan(Self.searching(.grid))
        var states: [String: CellState] = [:]
        for cell in try plan.cells() {
            let isFailing = exponent(cell) == 1
            states[cell.id] = isFailing ? .failed(run: nil, reason: "no") : MadeStudy.result("r", validation: 0)
        }
        let winners = try plan.reported(plan.study.arms[1], [], states)
        #expect(winners.map(exponent) == [2, 2, 2])
    }
}
