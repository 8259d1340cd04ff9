import Foundation

/// Runs an actor's work on a thread of its own, so that long arithmetic stays off the cooperative pool.
public final class ThreadExecutor: SerialExecutor {
    private final class Queue: @unchecked Sendable {
        // Safe to share: every access is under the condition's lock.
        private let condition = NSCondition()
        private var jobs: [UnownedJob] = []
        private var isFirst = true

        /// - Returns: whether it is the first job ever.
        func append(_ job: UnownedJob) -> Bool {
            condition.lock()
            defer { condition.unlock() }
            jobs.append(job)
            condition.signal()
            defer { isFirst = false }
            return isFirst
        }

        /// All jobs that wait, at least one.
        func next() -> [UnownedJob] {
            condition.lock()
            defer { condition.unlock() }
            while jobs.isEmpty { condition.wait() }
            defer { jobs.removeAll(keepingCapacity: true) }
            return jobs
        }
    }

    private let queue = Queue()
    private let name: String

    /// The thread begins with the first job: most commands ask little.
    public init(name: String) { self.name = name }

    private func begin() {
        let queue = queue
        // The thread keeps its executor: an engine lives as long as its process.
        let thread = Thread { [self] in
            while true {
                for job in queue.next() { job.runSynchronously(on: asUnownedSerialExecutor()) }
            }
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        if queue.append(UnownedJob(job)) { begin() }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
