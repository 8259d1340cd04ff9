import Foundation

/// All memory of a pass, planned before the run and taken once.
///
/// Each buffer says when it is used, on a clock of the caller's; buffers whose times do not meet share their place. Use: plan
/// every buffer (`reserve`), read `byteCount` to show or refuse it, `allocate()` once, then ask for the pointers.
public final class Arena {
    /// A planned buffer.
    public struct Reservation: Sendable {
        fileprivate let index: Int
    }

    private struct Buffer {
        let size: Int
        let ticks: ClosedRange<Int>
        var offset = 0
    }

    private var buffers: [Buffer] = []
    private var plannedBytes: Int?
    private var memory: UnsafeMutableRawPointer?

    /// Of huge pages, which large arenas ask for.
    private static let pageSize = 2 << 20

    public init() {}

    deinit { free(memory) }

    public var isAllocated: Bool { memory != nil }

    /// - Parameters:
    ///   - byteCount: of the buffer; it will begin on a multiple of `Tensor.alignment`.
    ///   - ticks: when its contents matter, from the first write to the last read.
    public func reserve(byteCount: Int, ticks: ClosedRange<Int>) -> Reservation {
        precondition(memory == nil, "the arena is allocated already")
        let size = (max(byteCount, 0) + Tensor.alignment - 1) / Tensor.alignment * Tensor.alignment
        buffers.append(Buffer(size: size, ticks: ticks))
        plannedBytes = nil
        return Reservation(index: buffers.count - 1)
    }

    /// Bytes that `allocate()` takes.
    public var byteCount: Int {
        if let plannedBytes { return plannedBytes }
        let bytes = place()
        plannedBytes = bytes
        return bytes
    }

    /// Large buffers first, each at the lowest place that is free at its times.
    private func place() -> Int {
        var placed: [Int] = []
        var total = 0
        for index in buffers.indices.sorted(by: { (buffers[$0].size, $1) > (buffers[$1].size, $0) }) {
            let buffer = buffers[index]
            let neighbors = placed.map { buffers[$0] }.filter { $0.ticks.overlaps(buffer.ticks) && $0.size > 0 }
                .sorted { $0.offset < $1.offset }
            var offset = 0
            for neighbor in neighbors where neighbor.offset < offset + buffer.size {
                offset = max(offset, neighbor.offset + neighbor.size)
            }
            buffers[index].offset = offset
            total = max(total, offset + buffer.size)
            placed.append(index)
        }
        return total
    }

    /// Takes the memory, filled with zeros.
    public func allocate() {
        guard memory == nil else { return }
        let byteCount = max(byteCount, 1)
        var address: UnsafeMutableRawPointer?
        guard posix_memalign(&address, Self.pageSize, byteCount) == 0, let address else {
            preconditionFailure("\(byteCount >> 20) MiB cannot be taken")
        }
        // Fewer, larger pages: what a pass walks through is far more than small pages' table holds. Only a wish.
        if byteCount >= Self.pageSize { madvise(address, byteCount, 14) }
        // Each thread touches a part first: on machines whose memory belongs to processors, pages lie near some of them all
        // instead of near one.
        let pages = (byteCount + Self.pageSize - 1) / Self.pageSize
        // Safe: parts do not overlap, and this call waits for all of them.
        nonisolated(unsafe) let base = address
        WorkerPool.shared.run(over: pages) { part in
            let begin = part.lowerBound * Self.pageSize
            memset(base + begin, 0, min(part.upperBound * Self.pageSize, byteCount) - begin)
        }
        memory = address
    }

    /// The place of a buffer. Valid as long as the arena is.
    public func pointer(_ reservation: Reservation) -> UnsafeMutableRawPointer {
        guard let memory else { preconditionFailure("the arena is not allocated yet") }
        return memory + buffers[reservation.index].offset
    }
}
