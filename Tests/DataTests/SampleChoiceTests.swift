import Testing

@testable import Data

@Suite struct SampleChoiceTests {
    private let contents = SmallDataSet()

    private func choice(_ change: (inout DataOptions) -> Void = { _ in }) throws -> SampleChoice {
        try SampleChoice(SmallDataSet.options(change), of: contents)
    }

    private func sources(_ indices: [Int]) -> Set<SourceImage> {
        Set(indices.compactMap { contents.recordings[$0].source })
    }

    @Test func splitsAreDisjointAndBalanced() throws {
        let choice = try choice()
        #expect(choice.validation.count == 9 && choice.training.count == 27 && choice.test.count == 15)
        #expect(Set(choice.training + choice.validation + choice.test).count == 51)
        for label in 0..<3 {
            #expect(choice.validation.filter { contents.recordings[$0].classIndex == label }.count == 3)
        }
        #expect(choice.test.allSatisfy { contents.recordings[$0].part == .test })
        #expect((choice.training + choice.validation).allSatisfy { contents.recordings[$0].part == .training })
    }

    @Test func fewLabelsAreAmongMoreLabels() throws {
        let two = try choice { $0.recordingsPerClass = 2 }
        let five = try choice { $0.recordingsPerClass = 5 }
        let all = try choice()
        #expect(two.training.count == 6 && five.training.count == 15)
        #expect(Set(two.training).isSubset(of: five.training) && Set(five.training).isSubset(of: all.training))
        #expect(two.validation.count == 6, "validation sees more labels than training")
        #expect(Set(two.validation).isSubset(of: all.validation))
    }

    @Test("all that is neither trained nor validated on is tested on, and nothing else moves", arguments: [0, 1, 2, 5])
    func restIsTested(recordingsPerClass: Int) throws {
        let part = try choice { $0.recordingsPerClass = recordingsPerClass }
        let rest = try choice { ($0.recordingsPerClass, $0.test) = (recordingsPerClass, .rest) }
        #expect(rest.training == part.training && rest.validation == part.validation)
        let used = Set(rest.training + rest.validation)
        #expect(rest.test == contents.recordings.indices.filter { !used.contains($0) })
        #expect(Set(part.test).isSubset(of: rest.test))
        #expect((rest.test == part.test) == (recordingsPerClass == 0))
        let pool = Set(rest.images.joined().compactMap { contents.images[$0].source })
        #expect(!pool.isEmpty && pool.isDisjoint(with: sources(rest.test)))
    }

    @Test func theRestAndTheReferencesMovingTestExcludeEachOther() {
        #expect {
            try choice { ($0.test, $0.referenceMovingTest) = (.rest, true) }
        } throws: { "\($0)".contains("data.test") }
    }

    @Test func theSeedDecides() throws {
        #expect(try choice() == choice())
        #expect(try choice().validation != choice { $0.seed = 6 }.validation)
        // Unless another one decides: then the run's own changes nothing here.
        let selected = try choice { ($0.seed, $0.selectionSeed) = (6, 9) }
        #expect(try selected == choice { ($0.seed, $0.selectionSeed) = (7, 9) })
        #expect(try selected != choice { ($0.seed, $0.selectionSeed) = (6, 10) })
        #expect(try choice { $0.seed = 9 } == selected)
    }

    @Test func noValidationIfNoneIsAskedFor() throws {
        let choice = try choice { $0.validationShare = 0 }
        #expect(choice.validation.isEmpty && choice.training.count == 36)
        let tiny = try self.choice { $0.validationShare = 0.001 }
        #expect(tiny.validation.count == 3, "at least one a class")
    }

    @Test func imagesBehindHeldOutRecordingsAreNotDrawn() throws {
        let choice = try choice()
        let pool = Set(choice.images.joined().compactMap { contents.images[$0].source })
        #expect(pool.isDisjoint(with: sources(choice.test)))
        #expect(pool.isDisjoint(with: sources(choice.validation)))
        #expect(choice.images.map(\.count) == [9, 9, 9])
        let reference = try self.choice { $0.referenceBackgroundImages = true }
        #expect(reference.images.map(\.count) == [17, 17, 17])
    }

    @Test func pairsAreFoundByName() throws {
        let shuffled = SmallDataSet(imageClasses: ["c", "b", "a", "d"])
        let choice = try SampleChoice(SmallDataSet.options(), of: shuffled)
        for (label, pool) in choice.images.enumerated() {
            #expect(pool.allSatisfy { shuffled.images[$0].className == shuffled.classNames[label] })
        }
        #expect {
            try SampleChoice(SmallDataSet.options(), of: SmallDataSet(imageClasses: ["Coat", "Bag"]))
        } throws: { "\($0)".contains("'a'") && "\($0)".contains("'Coat'") && "\($0)".contains("class name") }
    }

    @Test func badOptionsAreNamed() {
        let changes: [(inout DataOptions) -> Void] = [
            { $0.timeStepCount = 0 }, { $0.size = 0 }, { $0.batchSize = 0 }, { $0.validationShare = 1 },
            { $0.recordingsPerClass = -1 }, { $0.validationShare = .nan },
        ]
        for change in changes { #expect(throws: DataSetError.self) { try SmallDataSet.prepared(change) } }
        #expect { try DataSetCatalogue.dataSet("imagenet") } throws: { "\($0)".contains("nmnist") }
    }

    @Test func aPairToShowIsAlwaysTheSame() throws {
        let held = Set(contents.recordings.filter { $0.part == .test }.compactMap(\.source))
        for (index, recording) in contents.recordings.enumerated() {
            let pair = contents.images[try #require(contents.staticPair(for: index))]
            #expect(pair.className == contents.classNames[recording.classIndex])
            let source = try #require(pair.source)
            #expect(source != recording.source && !held.contains(source))
        }
    }
}
