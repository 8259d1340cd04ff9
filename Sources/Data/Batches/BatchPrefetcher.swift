import Foundation

/// Fills batches ahead on a thread of its own, so that the optimizer never waits for data.
///
///     next(e, i) ─► i is ready: swap it for the batch that was handed out before; the thread goes on to i + 1, i + 2
///                 └► anything else (a knob was turned, a run resumes): fill it here and now, and let the thread start over
///
/// What it hands out is bit for bit what `PreparedDataSet.trainingBatch` gives. Used from one place at a time.
public final class BatchPrefetcher {
    /// One call of `trainingBatch`.
    private struct Request: Hashable, Sendable {
        let epoch: Int
        let index: Int
        let options: AugmentationOptions
    }

    private let shared: Shared
    /// What the caller holds until the next call.
    private var handedOut: Batch

    /// - Parameter depth: Batches filled ahead; each takes the memory of one.
    public init(_ dataSet: PreparedDataSet, depth: Int = 2) {
        shared = Shared(dataSet, depth: max(depth, 1))
        handedOut = dataSet.makeBatch()
        let shared = shared
        let thread = Thread { shared.work() }
        thread.name = "saccade batches"
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { shared.stop() }

    /// The batch of this step. It is the caller's until the next call.
    public func next(epoch: Int, index: Int, options: AugmentationOptions) -> Batch {
        let request = Request(epoch: epoch, index: index, options: options)
        handedOut = shared.exchange(handedOut, for: request)
        return handedOut
    }

    /// Ends the thread and waits for its end. `next` works on, without working ahead.
    public func stop() { shared.stop() }

    /// What the caller and the thread share.
    ///
    /// Safe to share although it holds batches: every stored property that changes is touched only with the condition
    /// locked, and a batch is in exactly one place at a time — in `free`, in `ready`, with the thread that fills it, or
    /// with the caller.
    private final class Shared: @unchecked Sendable {
        private let dataSet: PreparedDataSet
        private let condition = NSCondition()
        private var free: [Batch]
        private var ready: [(request: Request, batch: Batch)] = []
        /// What the thread fills next.
        private var upcoming: Request?
        /// What the thread fills now.
        private var current: Request?
        private var isStopping = false
        private var isRunning = true

        init(_ dataSet: PreparedDataSet, depth: Int) {
            self.dataSet = dataSet
            free = (0..<depth).map { _ in dataSet.makeBatch() }
        }

        func exchange(_ returned: Batch, for request: Request) -> Batch {
            condition.lock()
            // It is being filled: waiting is the shortest way.
            while current == request { condition.wait() }
            if let position = ready.firstIndex(where: { $0.request == request }) {
                let batch = ready[position].batch
                // What stands before it was skipped.
                free.append(contentsOf: ready[..<position].map(\.batch))
                ready.removeFirst(position + 1)
                free.append(returned)
                condition.broadcast()
                condition.unlock()
                return batch
            }
            free.append(contentsOf: ready.map(\.batch))
            ready.removeAll(keepingCapacity: true)
            upcoming = following(request)
            condition.broadcast()
            condition.unlock()
            fill(returned, request)
            return returned
        }

        func work() {
            condition.lock()
            while !isStopping {
                guard let request = upcoming, let batch = free.popLast() else {
                    condition.wait()
                    continue
                }
                (current, upcoming) = (request, following(request))
                condition.unlock()
                fill(batch, request)
                condition.lock()
                current = nil
                if upcoming == following(request) {
                    ready.append((request, batch))
                } else {
                    // Another sequence was asked for meanwhile.
                    free.append(batch)
                }
                condition.broadcast()
            }
            isRunning = false
            condition.broadcast()
            condition.unlock()
        }

        func stop() {
            condition.lock()
            isStopping = true
            condition.broadcast()
            while isRunning { condition.wait() }
            condition.unlock()
        }

        private func fill(_ batch: Batch, _ request: Request) {
            dataSet.trainingBatch(epoch: request.epoch, index: request.index, options: request.options, into: batch)
        }

        private func following(_ request: Request) -> Request {
            let isLast = request.index + 1 >= dataSet.batchesPerEpoch
            return Request(
                epoch: isLast ? request.epoch + 1 : request.epoch, index: isLast ? 0 : request.index + 1,
                options: request.options)
        }
    }
}
