import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct WorkerPoolTests {
    /// Tests that compare the twins run beside tests that must not notice.
    @Test(arguments: [1, 3])
    func plainKernelsAreForcedForAThreadAndItsJobsOnly(threads: Int) {
        let pool = WorkerPool(threadCount: threads)
        let usual = kernels_are_vectorized()
        func vectorized() -> Int {
            let count = Counter()
            // Each block waits for another thread to take part, for a while.
            pool.run(blocks: 64) { _ in
                if threads > 1 { usleep(100) }
                if kernels_are_vectorized() == 1 { count.value.add(1, ordering: .relaxed) }
            }
            return count.value.load(ordering: .relaxed)
        }
        kernels_use_plain(1)
        defer { kernels_use_plain(0) }
        #expect(kernels_are_vectorized() == 0 && vectorized() == 0)
        let elsewhere = Counter()
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            elsewhere.value.store(Int(kernels_are_vectorized()), ordering: .relaxed)
            ended.signal()
        }
        ended.wait()
        #expect(elsewhere.value.load(ordering: .relaxed) == Int(usual))
        kernels_use_plain(0)
        #expect(vectorized() == 64 * Int(usual))
    }

    @Test(arguments: [1, 2, 3, 7])
    func everyBlockRunsOnce(threads: Int) {
        let pool = WorkerPool(threadCount: threads)
        for count in [0, 1, 2, 5, 64] {
            let hits = (0..<count).map { _ in Counter() }
            for _ in 0..<50 { pool.run(blocks: count) { hits[$0].value.add(1, ordering: .relaxed) } }
            #expect(hits.allSatisfy { $0.value.load(ordering: .relaxed) == 50 })
        }
    }

    @Test func aJobInsideAJobRuns() {
        let pool = WorkerPool(threadCount: 2)
        let counter = Counter()
        pool.run(blocks: 4) { _ in pool.run(blocks: 3) { _ in counter.value.add(1, ordering: .relaxed) } }
        #expect(counter.value.load(ordering: .relaxed) == 12)
    }

    @Test(arguments: [(2, 3, 4), (1, 1, 1), (17, 5, 33)])
    func productsAgreeWithTheSum(rows: Int, columns: Int, inner: Int) {
        var random = RandomSource(seed: 5)
        let (a, b) = (Tensor([rows, inner]), Tensor([inner, columns]))
        for index in 0..<a.count { a[index] = random.uniform(-1, 1) }
        for index in 0..<b.count { b[index] = random.uniform(-1, 1) }
        let c = Tensor([rows, columns])
        MatrixProduct.multiply(a.pointer, b.pointer, into: c.pointer, rows: rows, columns: columns, inner: inner)
        for i in 0..<rows {
            for j in 0..<columns {
                let sum = (0..<inner).reduce(Float(0)) { $0 + a[i * inner + $1] * b[$1 * columns + j] }
                #expect(abs(c[i * columns + j] - sum) < 1e-5)
            }
        }
    }

    private final class Counter: Sendable { let value = Atomic(0) }
}
