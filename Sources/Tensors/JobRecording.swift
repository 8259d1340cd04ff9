import Foundation

/// What the blocks of jobs took when one thread did them all, and what several threads would make of them.
public struct JobRecording: Sendable {
    /// One call of `WorkerPool.run`.
    public struct Job: Sendable {
        /// What the pool was told that it works on.
        public var label: String
        /// Seconds of each block, in order.
        public var blocks: [Double]
        /// A job that is cut into as many pieces as there are threads has one block here, and at most so many pieces.
        public var largestPieceCount: Int?

        public init(label: String, blocks: [Double], largestPieceCount: Int? = nil) {
            (self.label, self.blocks, self.largestPieceCount) = (label, blocks, largestPieceCount)
        }

        public var seconds: Double { blocks.reduce(0, +) }

        /// Seconds from the first block's begin to the last one's end, where each thread takes the next block that nobody has
        /// taken, as the pool does.
        public func seconds(threads: Int) -> Double {
            if let largestPieceCount { return seconds / Double(max(1, min(threads, largestPieceCount))) }
            guard threads > 1, blocks.count > 1 else { return seconds }
            var ends = [Double](repeating: 0, count: min(threads, blocks.count))
            for block in blocks {
                let next = ends.indices.min { ends[$0] < ends[$1] } ?? 0
                ends[next] += block
            }
            return ends.max() ?? 0
        }
    }

    public internal(set) var jobs: [Job] = []
    /// Seconds between the jobs, which one thread works alone.
    public internal(set) var serialSeconds = 0.0

    public init(jobs: [Job] = [], serialSeconds: Double = 0) {
        (self.jobs, self.serialSeconds) = (jobs, serialSeconds)
    }

    public mutating func add(_ more: JobRecording) {
        jobs += more.jobs
        serialSeconds += more.serialSeconds
    }

    public var seconds: Double { serialSeconds + jobs.reduce(0) { $0 + $1.seconds } }

    /// What everything would take on so many threads that wait for nothing else: memory, each other's caches and the time to
    /// wake a thread are left out, so this is the most that can be hoped for.
    public func seconds(threads: Int) -> Double {
        serialSeconds + jobs.reduce(0) { $0 + $1.seconds(threads: threads) }
    }

    /// Share of the threads' time in which they have nothing to do, 0…1.
    public func idleShare(threads: Int) -> Double {
        let total = seconds(threads: threads) * Double(threads)
        return total > 0 ? max(0, 1 - seconds / total) : 0
    }

    /// What keeps the threads waiting, the worst first: seconds beyond an equal share.
    public func losses(threads: Int) -> [(label: String, seconds: Double)] {
        var sums: [String: Double] = ["one thread": serialSeconds * (1 - 1 / Double(threads))]
        for job in jobs {
            sums[job.label, default: 0] += job.seconds(threads: threads) - job.seconds / Double(threads)
        }
        return sums.map { ($0.key, $0.value) }.sorted { ($0.seconds, $1.label) > ($1.seconds, $0.label) }
    }
}
