import FileFormats
import Foundation
@testable import Network
import Tensors
import TestSupport
import Testing

@Suite struct SpikingNetworkTests {
    /// The reference's printed counts, and those of its checkpoints' entries where they are known.
    @Test(arguments: [
        ("vgg", 101, 10, 48, 10_153_700), ("vgg-single", 101, 10, 48, 9_688_181),
        ("resnet18", 20, 6, 48, 11_187_924), ("resnet34", 20, 6, 48, 21_296_116),
        ("resnet18-single", 20, 6, 48, 11_177_658), ("scnn", 1623, 12, 28, 696_591),
        ("nmnist", 10, 10, 34, 17_339_356),
    ])
    func parametersAreAsManyAsTheReferences(
        name: String, classes: Int, timeSteps: Int, size: Int, count: Int
    ) throws {
        let model = try #require(ModelCatalogue.named(name))
        let network = model.assemble(.init(classCount: classes, timeStepCount: timeSteps, size: size))
        #expect(network.parameterCount == count)
    }

    @Test func theVGGNetworkHasThePapersEntries() {
        let network = VGGNetwork().assemble(.init(classCount: 101, timeStepCount: 10, size: 48))
        let entries = network.stateEntries()
        #expect(entries.count == 78)
        #expect(entries.reduce(0) { $0 + $1.shape.reduce(1, *) } == 10_159_212)
    }

    /// Names and shapes as the reference writes them.
    @Test(arguments: [
        (
            "resnet18",
            [
                "coefficient.1": [1], "conv1.weight": [64, 2, 3, 3], "layer1.0.bn1.running_var": [64],
                "layer1.0.node1.threshold": [], "layer2.0.conv1.weight": [128, 64, 3, 3],
                "layer2.0.downsample.0.num_batches_tracked": [], "layer2.0.downsample.1.act_fun.alpha": [],
                "layer2.0.downsample.2.weight": [128, 64, 1, 1], "layer4.1.node2.threshold": [],
                "bn1.running_mean": [512], "rgb_fc.weight": [3, 512], "dvs_fc.bias": [3],
            ]
        ),
        ("resnet34", ["layer3.5.conv2.weight": [256, 256, 3, 3], "layer4.2.bn2.weight": [512]]),
        ("resnet18-single", ["fc.weight": [3, 512], "layer1.1.conv2.weight": [64, 64, 3, 3]]),
        (
            "scnn",
            [
                "feature.0.weight": [15, 2, 5, 5], "feature.1.threshold": [], "feature.3.weight": [40, 15, 5, 5],
                "feature.4.act_fun.alpha": [], "fc1.weight": [300, 640], "fc1.bias": [300], "node1.threshold": [],
                "fc2.weight": [3, 300], "fc2.bias": [3],
            ]
        ),
        ("scnn-single", ["fc1.weight": [300, 640], "fc2.weight": [3, 300]]),
        (
            "nmnist",
            [
                "feature.0.conv.weight": [128, 2, 3, 3], "feature.2.bn.bias": [128], "feature.6.weight": [2048, 6272],
                "feature.7.threshold": [], "rgb_fc.0.weight": [30, 2048], "rgb_fc.1.threshold": [],
                "dvs_fc.1.act_fun.alpha": [],
            ]
        ),
        ("nmnist-single", ["fc.0.bias": [30], "fc.1.threshold": []]),
        ("vgg-single", ["fc.1.weight": [3, 512], "feature.0.node.threshold": []]),
    ])
    func entriesAreNamedAsTheReferences(name: String, shapes: [String: [Int]]) throws {
        let model = try #require(ModelCatalogue.named(name))
        let network = model.assemble(.init(classCount: 3, timeStepCount: 2, size: 28))
        let entries = Dictionary(uniqueKeysWithValues: network.stateEntries().map { ($0.name, $0.shape) })
        for (name, shape) in shapes { #expect(entries[name] == shape, "\(name)") }
        #expect((entries["coefficient.0"] == nil) == (model.heads == .single))
    }

    @Test(arguments: ModelCatalogue.all.map(\.name))
    func everyNetworkSaysItsShapes(name: String) throws {
        let model = try #require(ModelCatalogue.named(name))
        let network = model.assemble(.init(classCount: 3, timeStepCount: 2, size: model.smallestSize))
        #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
        let streams = network.hasTwoStreams ? 2 : 1
        let trace = NetworkTrace(network: network, purpose: .training, streamCount: streams, batchSize: 2)
        #expect(trace.byteCount > 0 && (trace.featureTrace?.featureShape.featureCount ?? 0) > 0)
    }

    @Test(arguments: ModelCatalogue.all.map(\.name))
    func everyLayerOfNeuronsIsCalledSomethingElse(name: String) throws {
        let model = try #require(ModelCatalogue.named(name))
        let network = model.assemble(.init(classCount: 3, timeStepCount: 2, size: model.smallestSize))
        let titles = network.neurons.map { network.neuronTitles[$0.name] }
        #expect(!titles.contains(nil) && Set(titles).count == titles.count)
        #expect(titles.first == "conv1")
    }

    @Test(arguments: [
        ("mini", ["conv1", "conv2", "conv3"]), ("scnn", ["conv1", "conv2", "fc3"]),
        ("nmnist", ["conv1", "conv2", "fc3", "images fc4", "events fc4"]),
        ("nmnist-single", ["conv1", "conv2", "fc3", "fc4"]),
    ])
    func layersAreCalledByWhatFeedsThem(name: String, titles: [String]) throws {
        let model = try #require(ModelCatalogue.named(name))
        let network = model.assemble(.init(classCount: 3, timeStepCount: 2, size: 34))
        #expect(network.neurons.map { network.neuronTitles[$0.name] } == titles)
    }

    @Test(arguments: ["mini", "resnet18", "scnn", "nmnist", "scnn-single", "nmnist-single"])
    func aSavedNetworkReadsBackWithTheSameBits(name: String) throws {
        let model = try #require(ModelCatalogue.named(name))
        let configuration = SpikingNetwork.Configuration(
            classCount: 3, timeStepCount: 2, size: model.smallestSize)
        let (network, other) = (model.make(configuration, seed: 1), model.assemble(configuration))
        #expect(network.parameters.last!.value.values != other.parameters.last!.value.values)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try SafetensorsWriter.write(network.stateEntries(), metadata: [:], to: file)
        try other.loadState(from: SafetensorsFile(contentsOf: file))
        for (left, right) in zip(network.parameters, other.parameters) {
            #expect(memcmp(left.value.pointer, right.value.pointer, left.value.count * 4) == 0, "\(left.name)")
        }

        let wider = model.assemble(.init(classCount: 4, timeStepCount: 2, size: model.smallestSize))
        #expect(throws: NetworkStateError.self) { try wider.loadState(from: SafetensorsFile(contentsOf: file)) }
        guard network.hasTwoStreams else { return }
        let longer = model.assemble(.init(classCount: 3, timeStepCount: 3, size: model.smallestSize))
        #expect(throws: NetworkStateError.self) { try longer.loadState(from: SafetensorsFile(contentsOf: file)) }
    }

    /// `model.half()`, and averages of all tensors, make the counters of normalizations numbers with fractions.
    @Test(arguments: [(Float(3), Int64(3)), (2.6, 3), (.nan, 0), (.infinity, 0)])
    func countersWithFractionsAreRead(stored: Float, count: Int64) throws {
        let model = try #require(ModelCatalogue.named("mini"))
        let configuration = SpikingNetwork.Configuration(
            classCount: 3, timeStepCount: 2, size: model.smallestSize)
        let (network, other) = (model.make(configuration, seed: 1), model.assemble(configuration))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let entries = network.stateEntries().map { entry -> SafetensorsWriter.Entry in
            entry.name.hasSuffix("num_batches_tracked") ? (entry.name, entry.shape, .float32([stored])) : entry
        }
        try SafetensorsWriter.write(entries, metadata: [:], to: file)
        try other.loadState(from: SafetensorsFile(contentsOf: file))
        #expect(!other.normalizations.isEmpty && other.normalizations.allSatisfy { $0.batchCount == count })
    }

    @Test func theSameSeedGivesTheSameWeights() {
        let configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 2, size: 8)
        let (first, second) = (MiniNetwork().make(configuration, seed: 5), MiniNetwork().make(configuration, seed: 5))
        #expect(zip(first.parameters, second.parameters).allSatisfy { $0.value.values == $1.value.values })
    }

    @Test func memoryIsPlannedBeforeItIsTaken() {
        let network = MiniNetwork().make(.init(classCount: 10, timeStepCount: 4, size: 16), seed: 1)
        let one = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: 4).byteCount
        let two = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: 8).byteCount
        let evaluation = NetworkTrace(network: network, purpose: .evaluation, streamCount: 1, batchSize: 8).byteCount
        #expect(one < two && two < 2 * one)
        #expect(evaluation < two / 2)
    }

    @Test func plainAndVectorizedKernelsGiveTheSameBits() {
        let network = MiniNetwork().make(.init(classCount: 3, timeStepCount: 3, size: 9), seed: 4)
        func gradients() -> [[Float]] {
            var options = NetworkTrace.Options()
            options.policy = .exact
            let trace = NetworkTrace(
                network: network, purpose: .training, streamCount: 2, batchSize: 3, options: options)
            trace.allocate()
            var random = RandomSource(seed: 8)
            for index in 0..<trace.input.count { trace.input.floats[index] = Float(random.below(3)) }
            network.clearGradients()
            network.forward(trace)
            for gradient in trace.logitGradients {
                for index in 0..<gradient.count { gradient[index] = random.uniform(-1, 1) }
            }
            network.backward(trace)
            return network.parameters.map(\.gradient.values)
        }
        let vectorized = gradients()
        kernels_use_plain(1)
        defer { kernels_use_plain(0) }
        let plain = gradients()
        // Compared one by one: thousands of numbers are no message.
        #expect(zip(vectorized, plain).allSatisfy { $0 == $1 })
    }
}
