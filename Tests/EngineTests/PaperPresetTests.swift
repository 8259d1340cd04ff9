import Configuration
import Data
import Foundation
import Messages
import Network
import RunStore
import Testing
import TestSupport
import Training

@testable import Engine

/// The presets that repeat the paper's experiments: settings as the reference's scripts have them, and what people are told
/// who lack the data.
@Suite struct PaperPresetTests {
    static let store = PresetStore(userFolder: FileManager.default.temporaryDirectory)
    static let names = (try? store.list())?.map(\.name).filter { $0.hasPrefix("paper-") } ?? []

    private static func configuration(_ name: String) throws -> RunConfiguration { try store.load(name).configuration }

    @Test func thereAreThreeExperimentsAndTheirAblations() throws {
        var expected: Set<String> = [
            "paper-nomniglot", "paper-ncaltech101-no-value-no-weights", "paper-ncaltech101-no-value-no-sliding",
        ]
        for variant in ["", "-no-alignment", "-no-weights", "-no-value", "-no-sliding"] {
            expected.insert("paper-ncaltech101\(variant)")
            expected.insert("paper-cep-dvs\(variant)")
        }
        let found = Set(Self.names)
        #expect(found == expected)
    }

    @Test(arguments: names)
    func namesExistAndSettingsAreTheScripts(name: String) throws {
        let configuration = try Self.configuration(name)
        #expect(ModelCatalogue.named(configuration.network.model) != nil)
        #expect(SurrogateCatalogue.named(configuration.network.surrogate) != nil)
        _ = try TrainingCatalogue.shipped.slicing(of: configuration)
        _ = try TrainingCatalogue.shipped.dataSet(of: configuration)
        _ = try TrainingCatalogue.shipped.strategy(of: configuration)
        #expect(configuration.training.selection == "reference-best-test" && configuration.data.validationShare == 0)

        let schedule = try TrainingCatalogue.shipped.schedule(of: configuration)
        let warmUp = configuration.schedule.warmUpEpochs
        let afterWarmUp = schedule.learningRate(epoch: warmUp, of: configuration)
        let (data, training, loss) = (configuration.data, configuration.training, try configuration.transferLoss())
        let sizes: [Int] = [data.timeStepCount, data.size, training.epochs, training.batchSize]
        switch data.set {
        case "nomniglot":
            #expect(abs(afterWarmUp - 0.01875) < 1e-12 && schedule.name == "step")
            #expect(sizes == [12, 28, 50, 16])
            #expect(loss.temporalRegularization == nil && loss.timeStepWeights == .off)
        case "cep-dvs":
            #expect(sizes == [6, 48, 200, 120])
            #expect(
                configuration[HorizontalFlip.isOn] && configuration[Rotation.largestAngle] == 15
                    && configuration.network.model == "resnet18")
        default:
            #expect(sizes == [10, 48, 300, 120])
            let peak = 5.859375e-4
            // The cosine is not shifted by the warm-up.
            #expect(warmUp == 5 && afterWarmUp < peak && afterWarmUp > 0.999 * peak)
        }
        // What each ablation leaves out.
        #expect((data.imageChannel == "blue") == name.contains("no-value"))
        #expect((configuration.sliding.strategy == "hard-switch") == name.contains("no-sliding"))
        let without = ["no-weights", "no-alignment", "no-value-no", "nomniglot"]
        let keepsWeights = !without.contains { name.contains($0) }
        #expect((loss.timeStepWeights == .learnable) == keepsWeights)
        #expect((loss.domainCoefficient == nil) == name.contains("no-sliding"))
        if let coefficient = loss.domainCoefficient {
            #expect(coefficient == (name.contains("no-alignment") ? 0 : 0.5))
        }
    }

    @Test(arguments: ["paper-ncaltech101", "paper-cep-dvs", "paper-nomniglot"])
    func whoLacksTheDataIsToldWhatToDo(name: String) throws {
        var configuration = try Self.configuration(name)
        // The message is about the data, not the size of the network.
        configuration.network.model = "mini"
        configuration.data.folder = "/nowhere/\(UUID())"
        #expect {
            try RunCheck.check(configuration)
        } throws: { error in
            let text = "\(error)"
            return text.contains(configuration.data.folder) && text.contains("Expected there:")
                && text.contains("Where to get it: ") && text.contains("https://")
        }
    }
}

/// What a run is said to cost.
@Suite(.serialized) struct RunCostTests {
    @Test func recordingsAreCountedAndMemoryIsThatOfTheRun() throws {
        var configuration = RunConfiguration()
        (configuration.data.size, configuration.training.batchSize, configuration.training.epochs) = (16, 8, 5)
        configuration.data.recordingsPerClass = 4
        let contents = try RunCheck.check(configuration)
        let cost = try RunCost.estimate(configuration, contents: contents)
        #expect(cost.isCounted && cost.trainingRecordings == 40 && cost.stepsPerEpoch == 5)
        #expect(cost.seconds >= cost.secondsPerStep * 25 && cost.secondsPerStep > 0)

        let network = try configuration.makeNetwork(classCount: 10)
        let step = TrainingStep(network: network, streams: .both, batchSize: 8, seed: 1)
        let weights = network.parameters.reduce(0) { $0 + $1.value.count }
        let evaluation = Evaluation(network: network, batchSize: 8)
        #expect(cost.memoryBytes == step.plannedBytes + evaluation.plannedBytes + 8 * weights)
        #expect(cost.text.contains("5 epochs of 5 steps"))
    }

    @Test(arguments: [("ncaltech101", 7839), ("cep-dvs", 5000), ("nomniglot", 24_345), ("nmnist", 60_000)])
    func absentDataSetsCountAsPublished(set: String, count: Int) throws {
        var configuration = RunConfiguration()
        (configuration.data.set, configuration.data.size, configuration.data.validationShare) = (set, 8, 0)
        configuration.data.timeStepCount = 2
        let cost = try RunCost.estimate(configuration, contents: nil)
        #expect(!cost.isCounted && cost.trainingRecordings == count && cost.stepsPerEpoch == count / 32)
    }

    @Test func whatNobodyKnowsIsRefused() throws {
        var configuration = RunConfiguration()
        configuration.data.set = "folders"
        #expect(throws: EngineRefusal.self) { try RunCost.estimate(configuration, contents: nil) }
    }

    @Test(arguments: [
        (0.0421, "42 ms"), (57.04, "57.0 s"), (290, "4.8 minutes"), (600, "10 minutes"), (7200, "2.0 hours"),
        (1_123_200, "13.0 days"),
    ])
    func durations(seconds: Double, text: String) { #expect(RunCost.duration(seconds) == text) }
}
