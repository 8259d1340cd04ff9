import Communication
import Network
import Tensors

/// Adds gradients up over all ranks while the backward pass goes on.
///
///     layer ready ─► its bucket is full ─► parts to the ranks that add them ─► sums to everybody ─► gradients
///
/// Buckets hold the layers in the order of the backward pass, always the same; each rank adds up its part of a bucket in the
/// order of ranks. So the same number of ranks gives the same bits, and a rank sends 2 (n − 1) / n of the gradients' bytes, the
/// least with which everybody can have all sums.
final class GradientReduction {
    /// Bytes of a bucket, unless one tensor has more: enough for the network's speed, few enough that the first leaves early.
    static let bucketBytes = 1 << 20

    private let group: RankGroup
    private var buckets: [Bucket] = []
    /// By layer: its parameters' places, and how often it is passed backward until they are complete.
    private var places: [ObjectIdentifier: (entries: [(bucket: Int, entry: Int)], passes: Int)] = [:]
    private var passesLeft: [ObjectIdentifier: Int] = [:]
    /// Transfers begin in the order of the buckets on every rank.
    private var (nextParts, nextSums) = (0, 0)

    /// - Parameter heads: those that are passed.
    init(_ network: SpikingNetwork, streamCount: Int, group: RankGroup) {
        self.group = group
        var seen = Set<ObjectIdentifier>()
        for layer in network.backwardOrder(streamCount: streamCount) {
            let id = ObjectIdentifier(layer)
            places[id, default: ([], 0)].passes += 1
            guard seen.insert(id).inserted else { continue }
            places[id]?.entries = layer.parameters.map { add($0) }
        }
        let known = Set(buckets.flatMap { $0.entries.map { ObjectIdentifier($0.parameter) } })
        // What losses give themselves, and what this pass has no gradient of.
        for parameter in network.parameters where !known.contains(ObjectIdentifier(parameter)) { _ = add(parameter) }
        for bucket in buckets { bucket.takeMemory(rankCount: group.count) }
    }

    private func add(_ parameter: Parameter) -> (bucket: Int, entry: Int) {
        if buckets.last.map({ $0.count * MemoryLayout<Float>.stride >= Self.bucketBytes }) ?? true {
            buckets.append(Bucket())
        }
        let bucket = buckets[buckets.count - 1]
        bucket.entries.append((parameter, bucket.count))
        bucket.count += parameter.gradient.count
        return (buckets.count - 1, bucket.entries.count - 1)
    }

    /// Before a backward pass.
    func begin() {
        (nextParts, nextSums) = (0, 0)
        passesLeft = places.mapValues(\.passes)
        for bucket in buckets { bucket.begin() }
    }

    /// A layer has been passed backward.
    func isReady(_ layer: any Layer) {
        let id = ObjectIdentifier(layer)
        guard let left = passesLeft[id] else { return }
        passesLeft[id] = left - 1
        guard left == 1, let entries = places[id]?.entries else { return }
        for place in entries { buckets[place.bucket].take(place.entry) }
        goOn()
    }

    /// Begins what can begin.
    private func goOn() {
        while nextParts < buckets.count, buckets[nextParts].isFull {
            buckets[nextParts].sendParts(group)
            nextParts += 1
        }
        while nextSums < nextParts, buckets[nextSums].hasParts(group) {
            buckets[nextSums].sendSums(group)
            nextSums += 1
        }
    }

    /// After the backward pass: when it returns, every gradient is the sum over all ranks, unless the group has failed.
    func finish() {
        for bucket in buckets { bucket.takeRest() }
        goOn()
        while nextSums < buckets.count, group.failure == nil {
            buckets[nextSums].waitForParts(group)
            goOn()
        }
        for bucket in buckets where group.failure == nil { bucket.receiveSums(group) }
    }

    /// Some parameters whose gradients travel together.
    private final class Bucket {
        var entries: [(parameter: Parameter, offset: Int)] = []
        var count = 0
        private var isTaken: [Bool] = []
        private var left = 0
        /// Floats that each rank adds up.
        private var partSize = 0
        /// [ranks, part]: the own gradients, then everybody's sums.
        private var own = Tensor([0])
        /// [ranks, part]: this rank's part of everybody's gradients.
        private var parts = Tensor([0])
        private var sum = Tensor([0])
        private var transfer: (any Transfer)?

        func takeMemory(rankCount: Int) {
            partSize = (count + rankCount - 1) / rankCount
            (own, parts) = (Tensor([rankCount, partSize]), Tensor([rankCount, partSize]))
            sum = Tensor([partSize])
        }

        func begin() {
            isTaken = [Bool](repeating: false, count: entries.count)
            (left, transfer) = (entries.count, nil)
        }

        var isFull: Bool { left == 0 }

        func take(_ entry: Int) {
            guard !isTaken[entry] else { return }
            isTaken[entry] = true
            left -= 1
            let (parameter, offset) = entries[entry]
            (own.pointer + offset).update(from: parameter.gradient.pointer, count: parameter.gradient.count)
        }

        func takeRest() {
            for entry in entries.indices { take(entry) }
        }

        func sendParts(_ group: RankGroup) {
            transfer = group.start(own.bytes, into: parts.bytes, isSum: false)
        }

        func hasParts(_ group: RankGroup) -> Bool { transfer.map(group.isComplete) ?? true }

        func waitForParts(_ group: RankGroup) {
            if let transfer { group.wait(transfer) }
        }

        func sendSums(_ group: RankGroup) {
            let (parts, sum, size) = (parts.pointer, sum.pointer, partSize)
            WorkerPool.shared.run(over: size, least: 1 << 15) { range in
                for index in range {
                    var total: Float = 0
                    for rank in 0..<group.count { total += parts[rank * size + index] }
                    sum[index] = total
                }
            }
            transfer = group.start(self.sum.bytes, into: own.bytes, isSum: true)
        }

        func receiveSums(_ group: RankGroup) {
            if let transfer { group.wait(transfer) }
            guard group.failure == nil else { return }
            for (parameter, offset) in entries {
                parameter.gradient.pointer.update(from: own.pointer + offset, count: parameter.gradient.count)
            }
        }
    }
}

extension Tensor {
    fileprivate var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(buffer) }
}
