/// Which of a batch's samples this process fills, where several share it: each as many, in the order of their ranks.
public struct BatchShare: Sendable, Hashable {
    public let rank: Int
    public let rankCount: Int

    /// - Parameter rankCount: 1…, a divisor of the batch size.
    public init(rank: Int, of rankCount: Int) {
        precondition(rankCount > 0 && (0..<rankCount).contains(rank), "rank \(rank) of \(rankCount)")
        (self.rank, self.rankCount) = (rank, rankCount)
    }

    /// All of it.
    public static let all = BatchShare(rank: 0, of: 1)

    /// Samples of one rank.
    public func size(of batchSize: Int) -> Int { batchSize / rankCount }
}
