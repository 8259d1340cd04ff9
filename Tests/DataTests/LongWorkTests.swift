import Synchronization
import Testing

@testable import Data

/// Who waits for data hears how far they are, and can call it off.
@Suite struct LongWorkTests {
    @Test func everyElementIsCounted() throws {
        let heard = Mutex<[LongWork.Progress]>([])
        let work = LongWork(isCancelled: { false }) { progress in heard.withLock { $0.append(progress) } }
        let squares = try LongWork.$current.withValue(work) {
            try mapInParallel("squaring", Array(0..<100), { () }) { (element, _) in element * element }
        }
        #expect(squares == (0..<100).map { $0 * $0 })
        let said = heard.withLock { $0 }
        #expect(Set(said.map(\.done)) == Set(0..<100) && said.count == 100)
        #expect(said.allSatisfy { $0.title == "squaring" && $0.all == 100 })
    }

    @Test func nothingGoesOnOnceItIsCalledOff() {
        let count = Mutex(0)
        let work = LongWork(isCancelled: { count.withLock { $0 >= 10 } }) { _ in count.withLock { $0 += 1 } }
        #expect(throws: DataSetError.cancelled) {
            try LongWork.$current.withValue(work) {
                try mapInParallel("waiting", Array(0..<100_000), { () }) { (element, _) in element }
            }
        }
        #expect(count.withLock { $0 } < 1000)
    }
}
