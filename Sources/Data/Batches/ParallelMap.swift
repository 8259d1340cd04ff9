import Foundation
import Synchronization
import Tensors

/// Splits `count` elements into one run of neighbors a processor and works on the runs at the same time. The calling thread
/// works too, and waits: not for use on the cooperative thread pool.
///
/// On threads of its own: those of Dispatch are the ones on which tasks run, and while they read data no command would be
/// heard and no key answered.
///
/// - Returns: What the runs gave, in their order.
/// - Throws: The error of the first run that failed.
func inParallelRuns<Part: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Range<Int>) throws(DataSetError) -> Part
) throws(DataSetError) -> [Part] {
    let runs = max(1, min(WorkerPool.shared.threadCount, 16, count))
    let parts = Mutex<[(run: Int, part: Part)]>([])
    let failure = Mutex<(run: Int, error: DataSetError)?>(nil)
    let perform: @Sendable (Int) -> Void = { run in
        do throws(DataSetError) {
            let part = try work(count * run / runs..<count * (run + 1) / runs)
            parts.withLock { $0.append((run, part)) }
        } catch {
            failure.withLock { first in
                if first == nil || first?.run ?? 0 > run { first = (run, error) }
            }
        }
    }
    let group = DispatchGroup()
    for run in 1..<runs {
        group.enter()
        let thread = Thread {
            perform(run)
            group.leave()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }
    perform(0)
    group.wait()
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    return parts.withLock { $0.sorted { $0.run < $1.run }.map(\.part) }
}

/// Maps on all processors, in order. Each thread has a scratch value of its own. The calling thread waits.
///
/// - Parameter title: what is done, for people who wait.
/// - Throws: The error of the first element that failed; `DataSetError.cancelled`, asked before each.
func mapInParallel<Element: Sendable, Scratch, Result: Sendable>(
    _ title: String, _ elements: [Element], _ scratch: @escaping @Sendable () -> Scratch,
    _ transform: @escaping @Sendable (Element, inout Scratch) throws(DataSetError) -> Result
) throws(DataSetError) -> [Result] {
    let work = LongWork.current.count(title, of: elements.count)
    let runs = try inParallelRuns(elements.count) { run throws(DataSetError) in
        var own = scratch()
        var results: [Result] = []
        results.reserveCapacity(run.count)
        for index in run {
            try work.next()
            results.append(try transform(elements[index], &own))
        }
        return results
    }
    return runs.flatMap { $0 }
}
