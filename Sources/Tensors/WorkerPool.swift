import Communication
import Foundation
import Synchronization

/// A fixed set of threads that share the blocks of one job at a time.
///
/// Each thread takes the next block that nobody has taken. A job's result must depend on the blocks only, never on which
/// thread took them; then it is the same for every number of threads. Heavy arithmetic runs here and never on the
/// cooperative pool. A job that is begun while another runs is done by the thread that begins it.
public final class WorkerPool: Sendable {
    /// As many threads as this process may use processors, or as `SACCADE_THREADS` says. With `SACCADE_PIN=1` each stays on a
    /// processor of its own.
    public static let shared = WorkerPool(
        threadCount: defaultThreadCount, isPinned: ProcessInfo.processInfo.environment["SACCADE_PIN"] == "1")

    /// More than any machine has use for.
    public static let largestThreadCount = 256

    private static var defaultThreadCount: Int {
        let process = ProcessInfo.processInfo
        if let text = process.environment["SACCADE_THREADS"], let count = Int(text), count > 0 {
            return min(count, largestThreadCount)
        }
        let usable = process.activeProcessorCount
        // A launcher that keeps each of its processes on processors of its own has shared them already.
        let ranks = usable < process.processorCount ? 1 : Launch().localCount
        return min(max(1, usable / ranks), largestThreadCount)
    }

    public let threadCount: Int

    private struct Job {
        var blockCount: Int
        /// Which twins of the kernels run on the thread that began it, and so on all.
        var usesPlainKernels: Int32
        var body: @Sendable (Int, Int) -> Void
    }

    private let job = Mutex<Job?>(nil)
    /// Counts jobs; threads spin on it, and sleep when it has not changed for a while.
    private let generation = Atomic(0)
    /// Threads that sleep or are about to: only then is anybody to be woken.
    private let sleepers = Atomic(0)
    /// Threads at work on the job, the one that began it included; nobody may join once it is 0.
    private let participants = Atomic(0)
    private let nextBlock = Atomic(0)
    private let isBusy = Atomic(false)
    private let condition = NSCondition()
    private let isRecording = Atomic(false)
    private let recorded = Mutex(JobRecording())
    private let labelled = Mutex("")

    /// - Parameter isPinned: whether each of its threads stays on one processor; the one that begins a job goes where it is put.
    public init(threadCount: Int, isPinned: Bool = false) {
        self.threadCount = max(1, threadCount)
        // Processes of one machine that may use the same processors do not begin at the same one.
        let firstPlace = isPinned ? Launch().localRank * self.threadCount : 0
        for index in 1..<max(self.threadCount, 1) {
            let thread = Thread { [self] in
                if isPinned { kernels_pin_thread(Int32(firstPlace + index)) }
                serve(index)
            }
            thread.name = "saccade-worker-\(index)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Calls `body` once for each block 0..<blockCount and returns when all are done.
    public func run(blocks blockCount: Int, _ body: (Int) -> Void) {
        run(blocks: blockCount) { block, _ in body(block) }
    }

    /// As above; the second argument is the thread, 0..<threadCount, for space that a thread works in.
    public func run(blocks blockCount: Int, _ body: (Int, Int) -> Void) {
        guard blockCount > 0 else { return }
        if isRecording.load(ordering: .relaxed) { return record(blockCount, body) }
        let isNested = isBusy.exchange(true, ordering: .acquiring)
        guard threadCount > 1, blockCount > 1, !isNested else {
            defer { if !isNested { isBusy.store(false, ordering: .releasing) } }
            for block in 0..<blockCount { body(block, 0) }
            return
        }
        withoutActuallyEscaping(body) { escaping in
            // Safe although `body` is not Sendable: this call does not return before every thread has finished with it,
            // and callers give blocks that write to disjoint memory.
            nonisolated(unsafe) let shared = escaping
            let job = Job(blockCount: blockCount, usesPlainKernels: 1 - kernels_are_vectorized()) { shared($0, $1) }
            nextBlock.store(0, ordering: .relaxed)
            self.job.withLock { $0 = job }
            participants.store(1, ordering: .releasing)
            // Either this sees the sleeper, or the sleeper, who looks once more, sees the new generation.
            generation.add(1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                condition.lock()
                condition.broadcast()
                condition.unlock()
            }
            take(job, thread: 0)
            // Threads that have not come yet are not waited for: on a busy machine they may be long in coming.
            participants.subtract(1, ordering: .acquiringAndReleasing)
            var spins = 0
            while participants.load(ordering: .acquiring) > 0 {
                spins += 1
                if spins > 2000 { sched_yield() } else { kernels_relax() }
            }
            self.job.withLock { $0 = nil }
        }
        isBusy.store(false, ordering: .releasing)
    }

    /// Splits 0..<count into contiguous ranges of at least `least` and calls `body` for each.
    public func run(over count: Int, least: Int = 1, _ body: (Range<Int>) -> Void) {
        if isRecording.load(ordering: .relaxed) {
            return record(1, pieces: max(1, count / max(least, 1))) { _, _ in body(0..<count) }
        }
        let blocks = max(1, min(threadCount, count / max(least, 1)))
        run(blocks: blocks) { block in
            body(count * block / blocks..<count * (block + 1) / blocks)
        }
    }

    // MARK: Recording

    /// What the next jobs are part of, for those who look at recordings.
    public var label: String {
        get { labelled.withLock { $0 } }
        set { labelled.withLock { $0 = newValue } }
    }

    /// Does everything that `body` gives to the pool on the calling thread, block after block, and times each.
    public func recording(_ body: () throws -> Void) rethrows -> JobRecording {
        recorded.withLock { $0 = JobRecording() }
        isRecording.store(true, ordering: .relaxed)
        defer { isRecording.store(false, ordering: .relaxed) }
        let begin = DispatchTime.now().uptimeNanoseconds
        try body()
        let whole = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
        return recorded.withLock { recording in
            recording.serialSeconds = max(0, whole - recording.jobs.reduce(0) { $0 + $1.seconds })
            return recording
        }
    }

    private func record(_ blockCount: Int, pieces: Int? = nil, _ body: (Int, Int) -> Void) {
        var blocks: [Double] = []
        blocks.reserveCapacity(blockCount)
        var last = DispatchTime.now().uptimeNanoseconds
        for block in 0..<blockCount {
            body(block, 0)
            let now = DispatchTime.now().uptimeNanoseconds
            blocks.append(Double(now - last) / 1e9)
            last = now
        }
        let job = JobRecording.Job(label: label, blocks: blocks, largestPieceCount: pieces)
        recorded.withLock { $0.jobs.append(job) }
    }

    private func take(_ job: Job, thread: Int) {
        while true {
            let block = nextBlock.wrappingAdd(1, ordering: .relaxed).oldValue
            guard block < job.blockCount else { return }
            job.body(block, thread)
        }
    }

    private func serve(_ index: Int) {
        var seen = 0
        while true {
            seen = nextGeneration(after: seen)
            guard join() else { continue }
            if let job = job.withLock({ $0 }) {
                kernels_use_plain(job.usesPlainKernels)
                take(job, thread: index)
            }
            participants.subtract(1, ordering: .releasing)
        }
    }

    /// Whether the job is still open; then it does not end before this thread has left it.
    private func join() -> Bool {
        var count = participants.load(ordering: .acquiring)
        while count > 0 {
            let (isJoined, found) = participants.compareExchange(
                expected: count, desired: count + 1, ordering: .acquiringAndReleasing)
            if isJoined { return true }
            count = found
        }
        return false
    }

    /// Spins for some hundred microseconds, longer than what a step does alone between two jobs, then sleeps: to be woken
    /// takes as long as a small job.
    private func nextGeneration(after seen: Int) -> Int {
        for _ in 0..<10_000 {
            let current = generation.load(ordering: .acquiring)
            if current != seen { return current }
            kernels_relax()
        }
        condition.lock()
        sleepers.add(1, ordering: .sequentiallyConsistent)
        defer {
            sleepers.subtract(1, ordering: .relaxed)
            condition.unlock()
        }
        while true {
            let current = generation.load(ordering: .sequentiallyConsistent)
            if current != seen { return current }
            condition.wait()
        }
    }
}
