import DequeModule
import Foundation
import Synchronization

/// The one thread that touches the terminal: runs its actor's jobs, and between them waits in `poll`.
public final class TerminalExecutor: SerialExecutor {
    private struct Waiter: Sendable {
        var continuation: CheckedContinuation<Readiness, Never>
        var descriptors: [Int32]
        var deadline: ContinuousClock.Instant?
    }

    /// What ended a wait.
    struct Readiness: Sendable {
        /// Bytes that came through the wake pipe: 0 for a plain wake, else the number of a signal.
        var wakes: [UInt8] = []
        var readable: Set<Int32> = []
        var closed: Set<Int32> = []
    }

    private let jobs = Mutex<Deque<UnownedJob>>([])
    private let waiter = Mutex<Waiter?>(nil)
    private let isOver = Mutex(false)
    private let missedWakes = Mutex<[UInt8]>([])
    private let readEnd: Int32
    /// Writing a byte here ends a wait; safe in a signal handler.
    public let wakeDescriptor: Int32

    /// Starts the thread.
    ///
    /// - Throws: `TerminalError.system` if no pipe can be had.
    public init() throws(TerminalError) {
        (readEnd, wakeDescriptor) = try Pipe.open()
        let thread = Thread { [self] in
            // For whoever looks at the threads of the process. Foundation sets names from outside, too early or too late.
            if let name = fopen("/proc/thread-self/comm", "w") {
                fputs("terminal", name)
                fclose(name)
            }
            while !isOver.withLock({ $0 }) { turn() }
            runJobs()
        }
        thread.stackSize = 4 << 20
        thread.start()
    }

    deinit {
        close(readEnd)
        close(wakeDescriptor)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        write(Self.jobByte)
    }

    /// Ends a wait, from any thread.
    public func wake() { write(0) }

    /// Ends `poll` but not the actor's wait: a job is to be run.
    private static let jobByte: UInt8 = 255

    private func write(_ byte: UInt8) {
        var byte = byte
        _ = Foundation.write(wakeDescriptor, &byte, 1)
    }

    /// Ends the thread once its jobs are done.
    func stop() {
        isOver.withLock { $0 = true }
        wake()
    }

    /// Waits until a descriptor can be read, somebody wakes the executor, or time is up. To be called on the executor's own
    /// actor: the waiter must stand before the thread goes back to `poll`.
    func wait(
        for descriptors: [Int32], until deadline: ContinuousClock.Instant?,
        isolation: isolated (any Actor)? = #isolation
    ) async -> Readiness {
        await withCheckedContinuation(isolation: isolation) { continuation in
            waiter.withLock {
                $0 = Waiter(continuation: continuation, descriptors: descriptors, deadline: deadline)
            }
        }
    }

    private func runJobs() {
        while let job = jobs.withLock({ $0.popFirst() }) { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private func turn() {
        runJobs()
        let waiting = waiter.withLock { $0 }
        var polled = ([readEnd] + (waiting?.descriptors ?? [])).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let hasMissed = waiting != nil && !missedWakes.withLock { $0.isEmpty }
        _ = poll(&polled, nfds_t(polled.count), hasMissed ? 0 : Self.milliseconds(until: waiting?.deadline))
        // A wake may come while nobody waits, between two waits of the actor: it is kept for the next.
        let woken = missedWakes.withLock { missed in
            missed += Pipe.drain(readEnd).filter { $0 != Self.jobByte }
            guard waiting != nil else { return [UInt8]() }
            defer { missed = [] }
            return missed
        }
        guard let waiting else { return }
        var readiness = Readiness(wakes: woken)
        for entry in polled.dropFirst() {
            if entry.revents & Int16(POLLIN) != 0 { readiness.readable.insert(entry.fd) }
            if entry.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { readiness.closed.insert(entry.fd) }
        }
        let isLate = waiting.deadline.map { $0 <= .now } ?? false
        if woken.isEmpty, readiness.readable.isEmpty, readiness.closed.isEmpty, !isLate { return }
        waiter.withLock { $0 = nil }
        waiting.continuation.resume(returning: readiness)
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline)
        let (seconds, attoseconds) = left.components
        if seconds < 0 || attoseconds < 0 { return 0 }
        return Int32(min(60_000, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }
}
