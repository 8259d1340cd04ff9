import Foundation
import Synchronization

/// Maps on two threads, in order. Each thread has a scratch value of its own. The calling thread waits: not for use on
/// the cooperative thread pool.
///
/// - Throws: The error of the first element that failed.
func mapInParallel<Element: Sendable, Scratch, Result: Sendable>(
    _ elements: [Element], _ scratch: @Sendable () -> Scratch,
    _ transform: @Sendable (Element, inout Scratch) throws(DataSetError) -> Result
) throws(DataSetError) -> [Result] {
    let threadCount = 2
    let parts = Mutex<[(start: Int, results: [Result])]>([])
    let failure = Mutex<(index: Int, error: DataSetError)?>(nil)
    DispatchQueue.concurrentPerform(iterations: threadCount) { thread in
        let start = elements.count * thread / threadCount
        let end = elements.count * (thread + 1) / threadCount
        var own = scratch()
        var results: [Result] = []
        results.reserveCapacity(end - start)
        for index in start..<end {
            do throws(DataSetError) {
                results.append(try transform(elements[index], &own))
            } catch {
                failure.withLock { first in
                    if first == nil || first?.index ?? 0 > index { first = (index, error) }
                }
                return
            }
        }
        parts.withLock { $0.append((start, results)) }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    return parts.withLock { $0.sorted { $0.start < $1.start }.flatMap(\.results) }
}
