import Foundation

/// Runs an actor's work on a thread of its own, so that long arithmetic stays off the cooperative pool.
final class ThreadExecutor: SerialExecutor {
    private final class Queue: @unchecked Sendable {
        // Safe to share: every access is under the condition's lock.
        private let condition = NSCondition()
        private var jobs: [UnownedJob] = []

        func append(_ job: UnownedJob) {
            condition.lock()
            jobs.append(job)
            condition.signal()
            condition.unlock()
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

    init(name: String) {
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

    func enqueue(_ job: consuming ExecutorJob) { queue.append(UnownedJob(job)) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
