import Configuration
import Engine
import Messages
import Testing
import TestSupport
import Training

@Suite("The protocol of a run")
struct RunProtocolTests {
    private let reader = RunProtocolReader()

    private func told(_ assignments: String...) throws -> RunProtocol {
        var configuration = RunConfiguration()
        for text in ["data.set=digits"] + assignments {
            try EngineDescription.shipped.assign(text, to: &configuration)
        }
        return try reader.runProtocol(of: configuration)
    }

    @Test("counts every part by class, and what of the photographs is behind it")
    func counts() throws {
        let whole = try told("data.recordings_per_class=5")
        #expect(whole.training.count == 50 && whole.training.countByClass == .init(repeating: 5, count: 10))
        #expect(whole.test.count == 539 && whole.validation.count == 50 && whole.classNames.count == 10)
        #expect(whole.test.countByClass.reduce(0, +) == 539 && whole.isSimulated && whole.batchesPerEpoch == 1)
        #expect(whole.photographs == 632 && whole.photographsBehindTest == 0 && whole.photographsBehindValidation == 0)
        #expect(whole.selection == "validation")
        let rest = try told("data.recordings_per_class=5", "data.test=rest")
        #expect(rest.test.count == 1165 - 50 - 50)
        #expect(rest.training == whole.training && rest.validation == whole.validation)
        #expect(rest.splitHash != whole.splitHash)
    }

    @Test("is the same for arms of the same seed, whatever they train with, and another for another seed")
    func sharedByArms() throws {
        let first = try told("training.seed=3", "data.recordings_per_class=5")
        for other in ["sliding.strategy=events-only", "loss.domain_alignment=false"] {
            #expect(try told("training.seed=3", "data.recordings_per_class=5", other).splitHash == first.splitHash)
        }
        #expect(try told("training.seed=4", "data.recordings_per_class=5").splitHash != first.splitHash)
        #expect(try told("training.seed=3", "sliding.strategy=events-only").photographs == 0)
    }

    @Test("says what is wrong with a configuration, as a run would")
    func refusals() {
        #expect(throws: TrainingError.self) {
            var configuration = RunConfiguration()
            configuration.sliding.strategy = "slide"
            try reader.check(configuration)
        }
    }
}
