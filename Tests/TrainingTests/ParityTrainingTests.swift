import Configuration
import Data
import FileFormats
import Messages
import Network
import Tensors
import Testing
import TestSupport

@testable import Training

/// A whole small network trained by the reference's own loop.
@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityTrainingTests {
    static let file = "e_tiny.safetensors"
    static let networks = MethodFixture.cases(file).filter { $0.parameters["plan"] != nil }
    static let schedules = MethodFixture.cases(file).filter { $0.parameters["num_epochs_reported"] != nil }

    @Test(arguments: networks)
    func stepsOfTheReference(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture(Self.file)
        let network = try Self.network(entry)
        try network.loadState(from: fixture.file, prefix: "\(entry.name)/init/")
        let batch = entry.integer("B")!
        let step = TrainingStep(network: network, streams: .both, batchSize: batch, seed: 1, frames: .all)
        step.prepare()
        let rates = entry.parameters["lr"] as! [Double]
        for (index, learningRate) in rates.enumerated() {
            let prefix = "\(entry.name)/step\(index)"
            try fill(step.trace, fixture, prefix, entry)
            let settings = TrainingStep.Settings(
                loss: TransferLoss.Configuration(reference: entry), learningRate: learningRate,
                weightDecay: entry.number("weight_decay")!, clipNorm: 0, replacementProbability: 0)
            let outcome = try step.update(
                labels: try fixture.integers("\(prefix)/label"), settings: settings, optimizerStep: index)
            try compareForward(outcome, step, fixture, prefix, entry)
            for parameter in network.parameters where fixture.contains("\(prefix)/grad/\(parameter.name)") {
                let found = parameter.referenceOrder(of: parameter.gradient)
                let expected = try fixture.doubles("\(prefix)/grad/\(parameter.name)")
                #expect(differenceToMaximum(found, expected) <= 1e-5, "step \(index), \(parameter.name)")
            }
            for parameter in network.parameters where fixture.contains("\(prefix)/after/\(parameter.name)") {
                let found = parameter.referenceOrder(of: parameter.value)
                let expected = try fixture.doubles("\(prefix)/after/\(parameter.name)")
                #expect(largestDifference(found, expected) <= 2e-6, "step \(index), \(parameter.name)")
            }
            for buffer in network.buffers where fixture.contains("\(prefix)/after/\(buffer.name)") {
                let expected = try fixture.doubles("\(prefix)/after/\(buffer.name)")
                #expect(differenceToMaximum(buffer.tensor.values, expected) <= 5e-6, "step \(index), \(buffer.name)")
            }
        }
        if fixture.contains("\(entry.name)/eval/metrics") { try compareEvaluation(network, fixture, entry) }
    }

    @Test(arguments: networks)
    func probabilitiesAndParameterGroups(_ entry: MethodFixture.Case) throws {
        let strategy: any SlidingStrategy = entry.flag("no_sliding_training") ? HardSwitch() : Sliding()
        let first = entry.integer("epoch_of_first_step")!
        for (index, expected) in (entry.parameters["P_replacement"] as! [Double]).enumerated() {
            let progress = RunProgress(
                epoch: first + index, batch: 0, epochs: entry.integer("epochs")!, batchesPerEpoch: 1)
            let found = strategy.staticInput(progress, settings: RunConfiguration()).replacementProbability
            #expect(abs(found - expected) <= 1e-12)
        }
        let network = try Self.network(entry)
        for group in entry.parameters["param_groups"] as! [[String: Any]] {
            let names = group["names"] as! [String]
            let isDecayed = (group["weight_decay"] as! Double) > 0
            let found = network.parameters.filter { $0.isDecayed == isDecayed }.map(\.name)
            #expect(Set(found) == Set(names))
        }
    }

    @Test(arguments: schedules)
    func learningRates(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture(Self.file)
        var configuration = RunConfiguration()
        configuration.training.epochs = entry.integer("epochs")!
        configuration.optimizer.learningRate = entry.number("lr")!
        configuration.schedule.kind = entry.text("sched") ?? "cosine"
        configuration[StepSchedule.decayEpochs] = entry.integer("decay_epochs") ?? 40
        configuration.schedule.warmUpEpochs = 5
        let schedule = try TrainingCatalogue.shipped.schedule(of: configuration)
        for (epoch, expected) in try fixture.doubles(entry.name).enumerated() {
            #expect(abs(schedule.learningRate(epoch: epoch, of: configuration) - expected) <= 1e-12, "epoch \(epoch)")
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5], [false, true])
    func replacementProbabilities(exponent: Int, isHardSwitch: Bool) throws {
        let fixture = try MethodFixture("f_inputs.safetensors")
        let name = "P_pow\(exponent)" + (isHardSwitch ? "_nosliding" : "")
        let strategy: any SlidingStrategy = isHardSwitch ? HardSwitch() : Sliding()
        let shape = try fixture.shape(name)
        for (index, expected) in try fixture.doubles(name).enumerated() {
            let progress = RunProgress(
                epoch: index / shape[1], batch: index % shape[1], epochs: shape[0] - 1, batchesPerEpoch: shape[1])
            var settings = RunConfiguration()
            settings[Sliding.exponent] = Double(exponent)
            let found = strategy.staticInput(progress, settings: settings).replacementProbability
            #expect(abs(found - expected) <= 1e-12, "\(name) at \(progress)")
        }
    }

    static func network(_ entry: MethodFixture.Case) throws -> SpikingNetwork {
        var configuration = SpikingNetwork.Configuration(
            classCount: entry.integer("num_classes")!, timeStepCount: entry.integer("T")!, size: entry.integer("H")!)
        configuration.neuron.surrogate = try #require(SurrogateCatalogue.named(entry.text("act_fun")!))
        let stages = (entry.parameters["plan"] as! [Any]).map { stage -> BodyStage in
            guard let channels = stage as? [Int] else { return .pool }
            return .block(channels[0], channels[1])
        }
        return SpikingNetwork(configuration: configuration, layers: convolutionalBody(stages, configuration))
    }

    /// [B, T, 2, H, W] of each stream into [2T, B, H, W, 2].
    private func fill(
        _ trace: NetworkTrace, _ fixture: MethodFixture, _ prefix: String, _ entry: MethodFixture.Case
    ) throws {
        let values = try ["in_static", "in_event"].flatMap { try events(fixture, "\(prefix)/\($0)", entry) }
        trace.input.floats.update(from: values, count: values.count)
    }

    private func events(_ fixture: MethodFixture, _ name: String, _ entry: MethodFixture.Case) throws -> [Float] {
        let shape = try fixture.shape(name)
        let last = channelsLast(try fixture.floats(name), channels: shape[2], height: shape[3], width: shape[4])
        return swappingFirstTwo(last, shape[0], shape[1], partSize: shape[2] * shape[3] * shape[4])
    }

    private func compareForward(
        _ outcome: TrainingStep.Outcome, _ step: TrainingStep, _ fixture: MethodFixture, _ prefix: String,
        _ entry: MethodFixture.Case
    ) throws {
        let expected = try fixture.doubles("\(prefix)/losses")
        let found = [
            outcome.loss.total, outcome.loss[.domainLoss] ?? .nan, outcome.loss[.imageLoss] ?? .nan,
            outcome.loss[.eventLoss] ?? .nan,
        ]
        for (index, tolerance) in [2e-6, 0, 2e-6, 2e-6].enumerated() {
            let bound = index == 1 ? 2e-6 : tolerance * abs(expected[index])
            #expect(abs(found[index] - expected[index]) <= bound, "\(prefix), loss \(index)")
        }
        guard fixture.contains("\(prefix)/feat_static") else { return }
        for (stream, name) in ["out_static", "out_event"].enumerated() {
            #expect(
                differenceToMaximum(step.trace.logits[stream].values, try fixture.doubles("\(prefix)/\(name)")) <= 3e-6)
        }
        let features = try ["feat_static", "feat_event"].flatMap { name -> [Double] in
            let shape = try fixture.shape("\(prefix)/\(name)")
            return channelsLast(
                try fixture.doubles("\(prefix)/\(name)"), channels: shape[2], height: shape[3], width: shape[4])
        }
        #expect(differenceToMaximum(step.trace.domainFeature!.values, features) <= 3e-6)
    }

    private func compareEvaluation(
        _ network: SpikingNetwork, _ fixture: MethodFixture, _ entry: MethodFixture.Case
    ) throws {
        let prefix = "\(entry.name)/eval"
        let batchSize = entry.integer("B")!
        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 1, batchSize: batchSize)
        trace.allocate()
        let evaluation = Evaluation(network: network, batchSize: batchSize)
        var batches: [(Tensor, [Int])] = []
        while fixture.contains("\(prefix)/in_event\(batches.count)") {
            let values = try events(fixture, "\(prefix)/in_event\(batches.count)", entry)
            batches.append(
                (Tensor(trace.inputShape.shape, values), try fixture.integers("\(prefix)/label\(batches.count)")))
        }
        let result = evaluation.run(inputs: batches)
        let metrics = try fixture.doubles("\(prefix)/metrics")
        #expect(abs(result.loss - metrics[0]) <= 2e-6 * metrics[0])
        #expect(abs(result.accuracy * 100 - metrics[1]) <= 1e-9)

        trace.input.floats.update(from: batches.last!.0.pointer, count: batches.last!.0.count)
        network.forward(trace)
        let mean = trace.eventLogits.meanOverTime()
        #expect(differenceToMaximum(mean.values, try fixture.doubles("\(prefix)/mean_output")) <= 3e-6)
        let statistics = trace.eventSpikeStatistics()
        func flat(_ values: [Double]) -> [Float] { values.map(Float.init) }
        #expect(
            differenceToMaximum(flat(statistics.map(\.firedShare)), try fixture.doubles("\(prefix)/fire_rate")) <= 3e-6)
        #expect(
            differenceToMaximum(flat(statistics.flatMap(\.histogram)), try fixture.doubles("\(prefix)/spike_hist"))
                <= 3e-6)
        #expect(
            differenceToMaximum(flat(statistics.flatMap(\.rates)), try fixture.doubles("\(prefix)/spike_per_step"))
                <= 3e-6)
        #expect(
            differenceToMaximum(flat(statistics.map(\.total)), try fixture.doubles("\(prefix)/spike_total")) <= 3e-6)
        #expect(
            differenceToMaximum(flat(statistics.map(\.countDeviation)), try fixture.doubles("\(prefix)/spike_std"))
                <= 3e-6)
        let all = statistics.reduce(0) { $0 + $1.total } / Double(batchSize)
        #expect(abs(all - (try fixture.doubles("\(prefix)/tot_spike")[0])) <= 3e-6 * all)
    }
}
