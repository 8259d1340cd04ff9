import Configuration
import Data
import Foundation
import Network
import Tensors
import Training

/// What more threads would make of a training step, from the measured time of each of its pieces.
///
/// A step is made by one thread, and each block of each job is timed. How long so many threads would take is then counted, as
/// the pool hands out blocks. It is a bound: memory bandwidth and caches that threads share are not in it.
public struct ThreadForecast {
    public struct Row: Codable, Sendable {
        public var threads: Int
        public var seconds: Double
        public var speedUp: Double
        /// 0…1.
        public var idleShare: Double
        /// What keeps threads waiting the longest, with its share of the step.
        public var longestWaits: [Wait]
    }

    public struct Wait: Codable, Sendable {
        public var part: String
        public var shareOfStep: Double
    }

    public struct Result: Codable, Sendable {
        public var config: String
        public var batchSize: Int
        public var stepSeconds: Double
        public var jobsPerStep: Int
        public var rows: [Row]
    }

    private let setting: StepBenchmark.Setting

    public init(_ setting: StepBenchmark.Setting) { self.setting = setting }

    /// - Throws: what is wrong with data or configuration.
    public func run(
        threads: [Int] = [1, 2, 4, 8, 16, 32, 64, 128], steps: Int = 3, progress: (String) -> Void
    ) throws -> Result {
        let bench = try BenchmarkStep(setting, group: nil)
        progress("training \(setting.warmUpSteps) steps")
        for _ in 0..<setting.warmUpSteps { _ = try bench.advance() }
        progress("timing the pieces of \(steps) steps on one thread")
        let profile = StepProfile()
        let names = bench.network.layerNames
        profile.onPart = { part in
            WorkerPool.shared.label = "\(names[part.layer] ?? "") \(part.phase.rawValue)".trimmed
        }
        bench.step.trace.profile = profile
        defer { bench.step.trace.profile = nil }
        var recording = JobRecording()
        for _ in 0..<steps {
            bench.fill()
            recording.add(try WorkerPool.shared.recording { _ = try bench.run() })
        }
        let whole = recording.seconds
        return Result(
            config: setting.name, batchSize: setting.configuration.training.batchSize,
            stepSeconds: whole / Double(steps), jobsPerStep: recording.jobs.count / steps,
            rows: threads.map { count in
                let seconds = recording.seconds(threads: count)
                return Row(
                    threads: count, seconds: seconds / Double(steps), speedUp: whole / seconds,
                    idleShare: recording.idleShare(threads: count),
                    longestWaits: recording.losses(threads: count).prefix(3).map {
                        Wait(part: $0.label, shareOfStep: $0.seconds / seconds)
                    })
            })
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
