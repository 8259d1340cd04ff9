import Communication
import Data

/// What a step has to know of all samples of its batch, also of those that other ranks pass.
struct SharedBatch {
    var labels: [Int]
    var partnerLabels: [Int]
    /// 0…1.
    var ownShares: [Double]
    /// Places of the own samples in it.
    var own: Range<Int>

    init(_ batch: Batch, group: RankGroup?) {
        (labels, partnerLabels, ownShares) = (batch.labels, batch.partnerLabels, batch.ownShares)
        own = 0..<labels.count
        guard let group else { return }
        own = group.rank * labels.count..<(group.rank + 1) * labels.count
        labels = group.gathered(labels)
        partnerLabels = group.gathered(partnerLabels)
        ownShares = group.gathered(ownShares)
    }
}
