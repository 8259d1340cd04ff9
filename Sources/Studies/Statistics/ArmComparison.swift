import Messages

/// By how much one arm is better than another with the same seeds and test recordings. Accuracies are shares: 0.012 are 1.2
/// percentage points.
public struct ArmComparison: Sendable, Hashable {
    /// One run of an arm.
    public struct Result: Sendable, Hashable {
        public var seed: Int
        /// 0…1.
        public var accuracy: Double
        /// `nil` of a run that kept none.
        public var predictions: TestPredictions?

        public init(seed: Int, accuracy: Double, predictions: TestPredictions?) {
            (self.seed, self.accuracy, self.predictions) = (seed, accuracy, predictions)
        }

        /// 1 for each recording that was taken for what it is, 0 for each other.
        var hits: [String: Double] {
            Dictionary(
                (predictions?.rows ?? []).map { ($0.recording, $0.isRight ? 1 : 0) }, uniquingKeysWith: { $1 })
        }
    }

    /// Over the seeds with which both were tested: this arm's accuracy minus the other's; by Student's t.
    public var difference: MeanInterval
    /// Over seeds and test recordings; `nil` where runs have kept no predictions, or other recordings were tested.
    public var interval: Bootstrap.Interval?
    /// Exact McNemar of each seed for which both arms were tested on the same recordings, by seed.
    public var mcNemar: [Int: McNemar]
    /// Of the paired t test over seeds.
    public var tTest: Double?
    /// Seeds with which a paired t test at 5 % would find a difference such as this in 80 of 100 cases; `nil` where
    /// nothing can be said: of fewer than two seeds, or where more than `PairedTTest.mostPairs` are needed.
    public var seedsNeeded: Int?

    /// Of all seeds together; see `McNemar.combined`.
    public var combinedP: Double? { McNemar.combined(mcNemar.values.map(\.p)) }
    /// Beyond those that there are.
    public var moreSeedsNeeded: Int? { seedsNeeded.map { max(0, $0 - difference.count) } }

    /// `nil` if there is no seed with which both were tested.
    public init?(_ arm: [Result], to reference: [Result], _ bootstrap: Bootstrap = Bootstrap()) {
        let others = Dictionary(reference.map { ($0.seed, $0) }) { first, _ in first }
        let pairs = arm.sorted { $0.seed < $1.seed }.compactMap { own in others[own.seed].map { (own, $0) } }
        let differences = pairs.map { $0.accuracy - $1.accuracy }
        guard let difference = MeanInterval(differences) else { return nil }
        self.difference = difference
        var tables: [[String: Double]] = []
        mcNemar = [:]
        for (own, other) in pairs {
            let (first, second) = (own.hits, other.hits)
            // What was not tested by both says nothing about which of them is better.
            guard !first.isEmpty, first.count == second.count else { continue }
            let table = first.reduce(into: [String: Double]()) { table, hit in
                if let theirs = second[hit.key] { table[hit.key] = hit.value - theirs }
            }
            guard table.count == first.count else { continue }
            tables.append(table)
            mcNemar[own.seed] = McNemar(
                firstOnly: table.values.count { $0 > 0 }, secondOnly: table.values.count { $0 < 0 })
        }
        interval = tables.count == pairs.count ? bootstrap.interval(tables) : nil
        tTest = PairedTTest.p(differences)
        seedsNeeded = PairedTTest.effectSize(differences).flatMap { PairedTTest.pairsNeeded(effectSize: $0) }
    }
}
