import Communication
import Foundation
import Network
import Training

/// What more ranks would make of training, each with as many samples: what one of them computes is measured here, what it
/// sends is counted, and what the sending takes is reckoned from the nominal speed of an interconnect.
public struct RankForecast {
    /// Nominal: bytes a second of one direction, and seconds until a small message has arrived.
    public struct Interconnect: Sendable {
        public var name: String
        public var bytesPerSecond: Double
        public var latency: Double

        public static let all = [
            Interconnect(name: "10 Gbit Ethernet", bytesPerSecond: 1.25e9, latency: 30e-6),
            Interconnect(name: "100 Gbit RoCE", bytesPerSecond: 12.5e9, latency: 3e-6),
            Interconnect(name: "InfiniBand NDR200", bytesPerSecond: 25e9, latency: 1.3e-6),
        ]
    }

    public struct Row: Codable, Sendable {
        public var ranks: Int
        public var batchSize: Int
        /// Measured here: what a rank computes, with the loss of the whole batch.
        public var computeSeconds: Double
        public var lossSeconds: Double
        /// Of a rank, a step.
        public var gradientBytes: Int
        /// 2 (n − 1) / n of the parameters' bytes.
        public var leastGradientBytes: Int
        public var otherBytes: Int
        public var collectives: Int
        public var messages: Int
        /// By interconnect: samples a second of all ranks, against so many times one rank's.
        public var efficiency: [String: Double]
        /// By interconnect: share of the gradients' time that the backward pass hides.
        public var hidden: [String: Double]
    }

    public struct Result: Codable, Sendable {
        public var config: String
        public var samplesPerRank: Int
        public var parameterCount: Int
        public var rows: [Row]
    }

    private let setting: StepBenchmark.Setting

    /// - Parameter setting: its batch size is that of one rank.
    public init(_ setting: StepBenchmark.Setting) { self.setting = setting }

    /// - Throws: what is wrong with data or configuration.
    public func run(
        ranks: [Int] = [1, 2, 4, 8, 16, 32, 64], steps: Int = 3, progress: (String) -> Void
    ) throws -> Result {
        let samples = setting.configuration.training.batchSize
        var rows: [Row] = []
        var parameterCount = 0
        var alone = 0.0
        for count in ranks {
            progress("\(count) rank\(count == 1 ? "" : "s")")
            var setting = setting
            setting.configuration.training.batchSize = samples * count
            let group = count > 1 ? RankGroup(ImaginaryTransport(count)) : nil
            let bench = try BenchmarkStep(setting, group: group)
            parameterCount = bench.network.parameters.reduce(0) { $0 + $1.value.count }
            try bench.advance()
            let before = group?.traffic ?? Traffic()
            let made = try (0..<steps).map { _ in try bench.advance() }.sorted { $0.seconds < $1.seconds }
            let (typical, traffic) = (made[steps / 2], group?.traffic ?? Traffic())
            if count == 1 { alone = typical.seconds }
            var row = Row(
                ranks: count, batchSize: samples * count, computeSeconds: typical.seconds,
                lossSeconds: typical.time.loss,
                gradientBytes: (traffic.gradientBytes - before.gradientBytes) / steps,
                leastGradientBytes: 2 * (count - 1) * 4 * parameterCount / count,
                otherBytes: (traffic.otherBytes - before.otherBytes) / steps,
                collectives: (traffic.collectives - before.collectives) / steps,
                messages: (traffic.messages - before.messages) / steps, efficiency: [:], hidden: [:])
            for interconnect in Interconnect.all {
                // Everybody's piece to everybody takes log₂ n rounds; gradients travel beside the backward pass.
                let rounds = Double(row.collectives) * log2(Double(count)).rounded(.up)
                let waiting = rounds * interconnect.latency + Double(row.otherBytes) / interconnect.bytesPerSecond
                let gradients = Double(row.gradientBytes) / interconnect.bytesPerSecond
                let left = max(0, gradients - typical.time.backward)
                row.efficiency[interconnect.name] = alone / (typical.seconds + waiting + left)
                row.hidden[interconnect.name] = gradients > 0 ? 1 - left / gradients : 1
            }
            rows.append(row)
        }
        return Result(
            config: setting.name, samplesPerRank: samples, parameterCount: parameterCount, rows: rows)
    }
}
