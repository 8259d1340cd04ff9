import Communication
import Network
import Tensors

/// The batch as losses see it: all of it, also where several processes pass a share each.
///
/// A loss is one of the whole batch: linear CKA compares every sample with every other, and the mean of each rank's would be
/// another loss. So outputs and aligned features of all ranks are brought together, every rank evaluates the whole loss, and
/// takes the gradients of its own samples.
public final class LossBatch {
    public let trace: NetworkTrace
    public let group: RankGroup?
    /// Samples of all ranks.
    public let batchSize: Int
    /// Outputs of the whole batch by stream, static first: [T, B, K].
    public let logits: [Tensor]
    let logitGradients: [Tensor]
    /// What is aligned between the streams, [S·T, B, …]; `nil` where nothing is.
    public let domainFeature: Tensor?
    let domainGradientSpace: Tensor?
    /// Gradient of the domain feature, where a term has one.
    var domainFeatureGradient: Tensor?
    private let room: Tensor?

    /// Places of the samples that this process passes.
    var ownSamples: Range<Int> {
        let rank = group?.rank ?? 0
        return rank * trace.batchSize..<(rank + 1) * trace.batchSize
    }
    /// The event stream's.
    var eventLogits: Tensor { logits[streamCount - 1] }
    public var streamCount: Int { trace.streamCount }
    public var timeStepCount: Int { trace.inputShape.timeStepCount }

    /// - Parameters:
    ///   - trace: with its memory.
    ///   - group: who passes the other samples; `nil` for the whole batch.
    public init(_ trace: NetworkTrace, group: RankGroup? = nil) {
        (self.trace, self.group) = (trace, group)
        batchSize = trace.batchSize * (group?.count ?? 1)
        guard let group else {
            (logits, logitGradients) = (trace.logits, trace.logitGradients)
            (domainFeature, domainGradientSpace) = (trace.domainFeature, trace.domainGradientSpace)
            room = nil
            return
        }
        func whole(_ tensor: Tensor) -> Tensor {
            var sizes = tensor.shape.sizes
            sizes[1] *= group.count
            return Tensor(Shape(sizes))
        }
        logits = trace.logits.map(whole)
        logitGradients = trace.logitGradients.map(whole)
        domainFeature = trace.domainFeature.map(whole)
        domainGradientSpace = trace.domainGradientSpace.map(whole)
        room = Tensor([max(logits.map(\.count).max() ?? 0, domainFeature?.count ?? 0)])
    }

    /// Bytes that it takes, before it takes them.
    static func byteCount(_ trace: NetworkTrace, rankCount: Int) -> Int {
        guard rankCount > 1 else { return 0 }
        let shape = trace.inputShape
        let outputs = trace.streamCount * shape.timeStepCount * trace.classCount
        let features = trace.streamCount == 2 ? shape.groupCount * (trace.alignedFeatureCount ?? 0) : 0
        let samples = shape.batchSize * rankCount
        return (2 * outputs + 2 * features + max(outputs, features)) * samples * MemoryLayout<Float>.stride
    }

    /// Brings together what the pass forward gave, and forgets earlier gradients.
    func begin() {
        for gradient in logitGradients { gradient.fill(0) }
        (domainFeatureGradient, trace.domainFeatureGradient) = (nil, nil)
        trace.clearSpikeSlopes()
        guard group != nil else { return }
        for (own, all) in zip(trace.logits, logits) { gather(own, into: all) }
        if let own = trace.domainFeature, let all = domainFeature { gather(own, into: all) }
    }

    /// Hands the gradients of the own samples to the pass backward.
    func end() {
        guard group != nil else {
            trace.domainFeatureGradient = domainFeatureGradient
            return
        }
        for (own, all) in zip(trace.logitGradients, logitGradients) { takeOwn(of: all, into: own) }
        trace.domainFeatureGradient = nil
        guard let all = domainFeatureGradient, let own = trace.domainGradientSpace else { return }
        takeOwn(of: all, into: own)
        trace.domainFeatureGradient = own
    }

    // MARK: For terms that look elsewhere

    /// The mean over all ranks of numbers that each has of its own samples.
    public func mean(_ values: [Double]) -> [Double] {
        guard let group else { return values }
        return group.sums(values).map { $0 / Double(group.count) }
    }

    /// A row for each own sample → a row for each of all ranks.
    func whole(ofSamples own: Tensor) -> Tensor {
        guard let group else { return own }
        let all = Tensor(Shape([own.shape[0] * group.count] + own.shape.sizes.dropFirst()))
        group.gather(own.pointer, count: own.count, into: all.pointer)
        return all
    }

    /// Brings the samples of all ranks together.
    ///
    /// - Parameters:
    ///   - own: [rows, own samples, …]
    ///   - all: [rows, all samples, …]
    public func gather(_ own: Tensor, into all: Tensor) {
        guard let group else { return all.copy(from: own) }
        let pieces = room.flatMap { $0.count >= all.count ? $0 : nil } ?? Tensor(all.shape)
        group.gather(own.pointer, count: own.count, into: pieces.pointer)
        eachBlock(own.shape, of: group) { row, rank, size, place in
            (all.pointer + place).update(from: pieces.pointer + (rank * own.shape[0] + row) * size, count: size)
        }
    }

    /// The part of the own samples, the other way round.
    public func takeOwn(of all: Tensor, into own: Tensor) {
        guard let group else { return own.copy(from: all) }
        eachBlock(own.shape, of: group) { row, rank, size, place in
            guard rank == group.rank else { return }
            (own.pointer + row * size).update(from: all.pointer + place, count: size)
        }
    }

    /// The samples of each rank in each row of what holds all: their numbers and where they begin.
    private func eachBlock(
        _ own: Shape, of group: RankGroup, _ body: (_ row: Int, _ rank: Int, _ size: Int, _ place: Int) -> Void
    ) {
        let size = own[0] == 0 ? 0 : own.count / own[0]
        for row in 0..<own[0] {
            for rank in 0..<group.count { body(row, rank, size, (row * group.count + rank) * size) }
        }
    }
}
