import Configuration
import Data
import Foundation
import Messages
import Network
import Tensors
import Training

/// Measures whole training steps against the machine's own speed at matrix products, in turns, so that a machine whose speed
/// drifts gives the same ratio.
///
/// The frames are those of a data set, and the network has trained for some steps before it is measured: spikes are as dense
/// as they are in a run.
public struct StepBenchmark {
    /// What is measured.
    public struct Setting: Sendable {
        public var name: String
        public var configuration: RunConfiguration
        /// Classes that the heads have; the data's own if that is more.
        public var classCount: Int
        /// Steps of training before the measurement.
        public var warmUpSteps: Int
        /// Turns of one matrix product and some steps.
        public var turns: Int
        public var stepsPerTurn: Int
    }

    /// One convolution or the layers between.
    public struct LayerShare: Codable, Sendable {
        public var name: String
        public var kernel: String
        public var density: Double?
        public var seconds: Double
        public var shareOfStep: Double
    }

    public struct Result: Codable, Sendable {
        public var config: String
        public var dataSet: String
        public var kernels: String
        /// The kernels' vectors (`KernelWidth`).
        public var vectors: String
        public var memory: String
        /// Median over turns, of a turn's median step and median product.
        public var ratioToSgemm: Double
        /// The fastest step against the fastest product: what others do with the machine meanwhile counts less.
        public var ratioToSgemmAtBest: Double
        public var stepSecondsMin: Double
        public var stepSecondsMedian: Double
        public var stepSecondsMax: Double
        public var gflops: Double
        public var sgemmGflops: Double
        public var denseGflopPerStep: Double
        /// What a step's planned memory takes, a sample.
        public var plannedMbPerSample: Double
        /// What the process grew by when the step was prepared and run, a sample: without weights and moments.
        public var peakMbPerSample: Double
        /// Largest resident size of the process.
        public var processPeakMb: Double
        public var batchSize: Int
        public var threads: Int
        public var layers: [LayerShare]
    }

    private let setting: Setting

    public init(_ setting: Setting) { self.setting = setting }

    /// The paper's network, 48×48, T = 10, batch 8.
    public static func full(_ base: RunConfiguration = RunConfiguration()) -> Setting {
        var configuration = base
        configuration.network.model = "vgg"
        configuration.data.timeStepCount = 10
        configuration.data.size = 48
        configuration.training.batchSize = 8
        configuration.optimizer.learningRate = 1e-3
        return Setting(
            name: "full", configuration: configuration, classCount: 101, warmUpSteps: 10, turns: 7, stepsPerTurn: 1)
    }

    /// The small network that people tune live: 32×32, T = 6, batch 32.
    public static func mini(_ base: RunConfiguration = RunConfiguration()) -> Setting {
        var configuration = base
        configuration.network.model = "mini"
        configuration.data.timeStepCount = 6
        configuration.data.size = 32
        configuration.training.batchSize = 32
        configuration.optimizer.learningRate = 2e-3
        return Setting(
            name: "mini", configuration: configuration, classCount: 10, warmUpSteps: 60, turns: 11, stepsPerTurn: 10)
    }

    /// The paper's ResNet-18 at the same size.
    public static func resnet18(_ base: RunConfiguration = RunConfiguration()) -> Setting {
        var setting = full(base)
        setting.name = "resnet18"
        setting.configuration.network.model = "resnet18"
        setting.configuration.data.timeStepCount = 6
        setting.classCount = 20
        setting.warmUpSteps = 3
        return setting
    }

    /// - Parameter progress: hears what is being done.
    /// - Throws: what is wrong with data or configuration.
    public func run(progress: (String) -> Void) throws -> Result {
        let configuration = setting.configuration
        progress("reading \(configuration.data.set)")
        let bench = try BenchmarkStep(setting, group: nil)
        let (data, network, step) = (bench.data, bench.network, bench.step)
        let before = MachineMemory.resident
        func makeStep() throws -> Double { try bench.advance().seconds }
        progress("training \(setting.warmUpSteps) steps")
        for _ in 0..<setting.warmUpSteps { _ = try makeStep() }
        let grown = MachineMemory.resident - before
        let profile = StepProfile()
        step.trace.profile = profile
        let threads = WorkerPool.shared.threadCount
        let operations = network.denseOperations(streamCount: 2, batchSize: configuration.training.batchSize)
        let side = 2048
        let product = 2 * Double(side) * Double(side) * Double(side)
        var steps: [Double] = []
        var products: [Double] = []
        var ratios: [Double] = []
        var fastestProduct = Double.infinity
        for turn in 1...setting.turns {
            progress("turn \(turn) of \(setting.turns)")
            let seconds = MatrixProduct.measure(side: side, threads: threads)
            fastestProduct = min(fastestProduct, seconds.first ?? .infinity)
            // BLAS lets its threads spin for a while.
            Thread.sleep(forTimeInterval: 0.05)
            let taken = try (0..<setting.stepsPerTurn).map { _ in try makeStep() }
            steps += taken
            let typical = Self.median(seconds)
            products.append(product / typical / 1e9)
            ratios.append(operations / Self.median(taken) / (product / typical))
        }
        let median = Self.median(steps)
        return Result(
            config: setting.name, dataSet: configuration.data.set + (data.isSimulated ? " (simulated)" : ""),
            kernels: configuration.training.kernels, vectors: KernelWidth.inUse,
            memory: configuration.training.memory,
            ratioToSgemm: Self.median(ratios),
            ratioToSgemmAtBest: operations / (steps.min() ?? .infinity) / (product / fastestProduct),
            stepSecondsMin: steps.min() ?? 0, stepSecondsMedian: median, stepSecondsMax: steps.max() ?? 0,
            gflops: operations / median / 1e9, sgemmGflops: Self.median(products),
            denseGflopPerStep: operations / 1e9,
            plannedMbPerSample: Self.megabytes(
                step.plannedBytes - 8 * network.parameters.reduce(0) { $0 + $1.value.count })
                / Double(configuration.training.batchSize),
            peakMbPerSample: Self.megabytes(grown) / Double(configuration.training.batchSize),
            processPeakMb: Self.megabytes(MachineMemory.peak), batchSize: configuration.training.batchSize,
            threads: threads, layers: shares(network, step.trace, profile, steps: Double(steps.count), total: steps))
    }

    private func shares(
        _ network: SpikingNetwork, _ trace: NetworkTrace, _ profile: StepProfile, steps: Double, total: [Double]
    ) -> [LayerShare] {
        let whole = total.reduce(0, +) / max(steps, 1)
        let uses = Dictionary(uniqueKeysWithValues: trace.convolutions.map { ($0.layer, $0.use) })
        var shares: [LayerShare] = []
        func add(_ name: String, _ kernel: String, _ density: Double?, _ part: StepProfile.Part) {
            guard let seconds = profile.seconds[part] else { return }
            shares.append(
                LayerShare(
                    name: name, kernel: kernel, density: density, seconds: seconds / steps,
                    shareOfStep: seconds / steps / whole))
        }
        for (index, layer) in network.layers.enumerated() {
            if let use = uses[index], let convolution = layer as? Convolution {
                add(
                    "\(convolution.name) forward", use.forward.rawValue, use.density,
                    .init(layer: index, phase: .forward))
                add(
                    "\(convolution.name) weight gradient", use.weightGradient?.rawValue ?? "", use.density,
                    .init(layer: index, phase: .weightGradient))
                add(
                    "\(convolution.name) input gradient", use.inputGradient?.rawValue ?? "", nil,
                    .init(layer: index, phase: .inputGradient))
            } else {
                let name = (layer as? Neuron)?.name ?? "\(type(of: layer)) \(index)"
                add("\(name) forward", "fused", nil, .init(layer: index, phase: .forward))
                add("\(name) backward", "fused", nil, .init(layer: index, phase: .backward))
            }
        }
        for phase in [StepProfile.Phase.heads, .loss, .optimizer] {
            add(phase.rawValue, "", nil, .init(phase: phase))
        }
        return shares
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    private static func megabytes(_ bytes: Int) -> Double { Double(bytes) / 1e6 }
}
