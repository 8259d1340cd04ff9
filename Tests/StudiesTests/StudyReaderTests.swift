import Configuration
import Foundation
import RunStore
import Testing
import TestSupport
import Training

@testable import Studies

@Suite struct StudyReaderTests {
    private static let folder = FileManager.default.temporaryDirectory
    private let reader = StudyReader(PresetStore(userFolder: Self.folder.appendingPathComponent("no-presets")))

    private func read(_ text: String) throws -> Study {
        try reader.read(text, folder: Self.folder, fileName: "file")
    }

    private func failure(of text: String) -> StudyFailure? {
        do throws(StudyFailure) {
            _ = try reader.read(text, folder: Self.folder, fileName: "file")
            return nil
        } catch {
            return error
        }
    }

    @Test func everythingThatAStudyMaySay() throws {
        let study = try read(
            """
            name: mine
            note: What for.
            preset: digits
            settings:
              data: {test: rest, size: 16}
              loss.domain_coefficient: 0.25
            budget: {steps: 300, validations: 15}
            seeds: [3, 1, 7]
            axes:
              data.recordings_per_class: [2, 5]
            arms:
              events only:
                note: The baseline.
                budget: 2
                tune: [optimizer.learning_rate]
                sliding.strategy: events-only
                loss:
                  domain_alignment: false
              full:
            reference: full
            search:
              kind: halving
              count: 9
              seed: 4
              seeds: 2
              factor: 2
              over:
                optimizer.learning_rate: {from: 0.0005, to: 0.005, scale: logarithmic}
                sliding.exponent: [1, 3]
            """)
        #expect(study.name == "mine" && study.note == "What for." && study.preset == "digits")
        #expect(study.base.data.size == 16 && study.base.training.epochs == 24)
        #expect(study.seeds == [3, 1, 7] && study.budget == .init(steps: 300, validations: 15))
        #expect(study.axes == [.init(key: "data.recordings_per_class", values: [.integer(2), .integer(5)])])
        #expect(study.arms.map(\.name) == ["events only", "full"] && study.reference == "full")
        #expect(study.arms[0].budget == 2 && study.arms[0].tuned == ["optimizer.learning_rate"])
        #expect(
            study.arms[0].changes == [
                .init(key: "sliding.strategy", value: .text("events-only")),
                .init(key: "loss.domain_alignment", value: .flag(false)),
            ])
        #expect(study.arms[1].changes.isEmpty && study.arms[1].tuned == nil)
        let search = try #require(study.search)
        #expect(search.kind == .halving && search.count == 9 && search.seed == 4 && search.factor == 2)
        #expect(search.seeds == [1, 2])
        let (rate, exponent) = (search.dimensions[0].domain, search.dimensions[1].domain)
        #expect(rate == Search.Domain.range(0.0005...0.005, isLogarithmic: true, isWhole: false))
        #expect(exponent == Search.Domain.values([.number(1), .number(3)]))
    }

    @Test func anArmTakesWeightsOfOneAboveIt() throws {
        let study = try read(
            "seeds: 1\narms:\n  images:\n  tuned:\n    training.start_from: arm:images\n    network.model: mini")
        #expect(study.arms[1].takes == ["training.start_from": "images"])
        #expect(study.arms[1].changes.map(\.key) == ["network.model"])
    }

    @Test func whatIsNotSaidHasItsUsualValue() throws {
        let study = try read("seeds: 3\narms:\n  a:\n  b:\n    loss.domain_alignment: false")
        #expect(study.name == "file" && study.seeds == [1, 2, 3] && study.reference == "a")
        #expect(study.budget == nil && study.search == nil && study.axes.isEmpty && study.base == RunConfiguration())
    }

    /// Where it is, and words that must be in what is said: what was found, what is taken, what was meant.
    @Test(arguments: [
        ("", 1, ["no arms", "events-only"]),
        ("arms:\n  a:", 1, ["no seeds", "seeds: [1"]),
        ("seeds: 1\narms:\n  a:\n    training.start_from: arm:images\n  b:", 4, ["no arm 'images'", "a, b"]),
        ("seeds: 1\narms:\n  a:\n    training.start_from: arm:b\n  b:", 4, ["arm:b", "stands above it"]),
        (
            "seeds: 1\narms:\n  a:\n  b:\n    training.start_from: arm:a\nsearch:\n  kind: grid\n  seeds: 1\n  over:\n"
                + "    sliding.exponent: [1, 2]", 5, ["arm:a", "tune: []"]
        ),
        ("seeds: 2\nname: x", 1, ["no arms"]),
        ("seeds: 2\narm:\n  a:", 2, ["unknown key 'arm'", "did you mean 'arms'?", "budget"]),
        ("seeds: many\narms:\n  a:", 1, ["seeds cannot be 'many'", "a whole number from 1 to 1000"]),
        ("seeds: [1, 2, 1]\narms:\n  a:", 1, ["'1' stands more than once in seeds"]),
        ("seeds: []\narms:\n  a:", 1, ["an empty list", "at least one value"]),
        ("seeds: [-1]\narms:\n  a:", 1, ["a seed cannot be '-1'"]),
        ("seeds: 1\narms: [a, b]", 2, ["arms cannot be a list", "a mapping"]),
        ("seeds: 1\narms:\n  a:\n  a:", 3, ["'a' appears more than once"]),
        ("seeds: 1\nname: two words\narms:\n  a:", 2, ["'two words'", "letters, digits"]),
        ("seeds: 1\npreset: digit\narms:\n  a:", 2, ["no preset 'digit'", "did you mean 'digits'?"]),
        (
            "seeds: 1\narms:\n  a:\n    los.domain_alignment: true", 4,
            ["los.domain_alignment", "loss.domain_alignment"]
        ),
        ("seeds: 1\narms:\n  a:\n    los: {}", 4, ["unknown key 'los'", "did you mean 'loss'?", "tune"]),
        ("seeds: 1\narms:\n  a:\n    loss:\n      domain_alignmnt: true", 5, ["loss.domain_alignment"]),
        ("seeds: 1\narms:\n  a:\n    loss.domain_coefficient: 99", 4, ["cannot be 99", "a number from 0 to 10"]),
        ("seeds: 1\narms:\n  a:\n    sliding.strategy: slidin", 4, ["'slidin'", "did you mean 'sliding'?"]),
        ("seeds: 1\narms:\n  a:\n    training.seed: 3", 4, ["training.seed is not set here", "'seeds'"]),
        ("seeds: 1\narms:\n  a:\n    budget: much", 4, ["the budget of 'a'", "a number from 0.01"]),
        ("seeds: 1\nbudget: {step: 3}\narms:\n  a:", 2, ["unknown key 'step'", "did you mean 'steps'?"]),
        ("seeds: 1\nbudget: {validations: 3}\narms:\n  a:", 2, ["no budget.steps"]),
        (
            "seeds: 1\nbudget: {steps: 3}\narms:\n  a:\n    training.epochs: 3", 5,
            ["training.epochs", "follows from the budget", "budget: 2"]
        ),
        ("seeds: 1\naxes:\n  data.size: 16\narms:\n  a:", 3, ["data.size", "a list such as"]),
        ("seeds: 1\naxes:\n  data.size: [16, 1000]\narms:\n  a:", 3, ["cannot be 1000", "4 to 256"]),
        ("seeds: 1\naxes:\n  data.size: [16, 16]\narms:\n  a:", 3, ["'16' stands more than once"]),
        ("seeds: 1\naxes:\n  data.size: [16]\narms:\n  a:\n    data: {size: 32}", 6, ["data.size is set by an axis"]),
        ("seeds: 1\narms:\n  full:\n  b:\nreference: ful", 5, ["no arm 'ful'", "did you mean 'full'?"]),
        (
            "seeds: 1\narms:\n  a:\nsearch:\n  kind: girt\n  over: {data.size: [16]}", 5,
            ["'girt'", "grid, random, halving"]
        ),
        ("seeds: 1\narms:\n  a:\nsearch:\n  kind: grid", 5, ["no search.over"]),
        ("seeds: 1\narms:\n  a:\nsearch:\n  kind: random\n  over: {data.size: [16]}", 5, ["no search.count"]),
        (
            "seeds: 1\narms:\n  a:\nsearch:\n  kind: grid\n  over:\n    sliding.exponent: {from: 1, to: 2}", 7,
            ["a range", "lists of values"]
        ),
        (
            "seeds: 1\narms:\n  a:\nsearch:\n  kind: random\n  count: 3\n  over:\n    sliding.strategy: {from: 1, to: 2}",
            8,
            ["sliding.strategy", "a list of values"]
        ),
        (
            "seeds: 1\narms:\n  a:\nsearch:\n  kind: random\n  count: 3\n  over:\n    sliding.exponent: {from: 3, to: 2}",
            8,
            ["from 3 to 2", "from below to"]
        ),
        (
            "seeds: 1\narms:\n  a: {tune: [data.size]}\nsearch:\n  kind: grid\n  over: {sliding.exponent: [1]}", 3,
            ["tune", "sliding.exponent"]
        ),
        ("seeds: 1\narms:\n\ta:", 3, ["tab"]),
        ("seeds: [1\narms:\n  a:", 2, ["not YAML"]),
    ])
    func badFiles(text: String, line: Int, words: [String]) throws {
        let failure = try #require(self.failure(of: text))
        let said = failure.problem.description
        #expect(failure.line == line, "\(said)")
        for word in words { #expect(said.contains(word), "'\(word)' is not in: \(said)") }
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect {
            try reader.read(path: "/no/such/study.yaml")
        } throws: { "\($0)".contains("/no/such/study.yaml") }
    }

    /// The studies that come with the program.
    @Test(arguments: ["digits", "nmnist", "caltech101"])
    func shippedStudiesAreRight(name: String) throws {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        let study = try reader.read(path: package.appendingPathComponent("Examples/Studies/\(name).yaml").path)
        #expect(study.name == name && study.seeds.count >= 3 && !study.note.isEmpty && study.budget != nil)
        #expect(study.arms.contains { $0.name == study.reference } && study.arms.contains { $0.budget == 2 })
    }
}
