/// Percentile bootstrap over seeds and test recordings: both are drawn anew, with replacement, because another reader would
/// have other seeds and other recordings.
///
/// The recordings are drawn once for all seeds: a recording that is hard is hard for every seed. A seed that was not tested
/// on a recording, as with `data.test=rest`, does without it.
public struct Bootstrap: Sendable, Hashable {
    public struct Interval: Sendable, Hashable, Codable {
        public var low: Double
        public var high: Double
        /// Of what was drawn.
        public var resamples: Int
    }

    /// Draws.
    public var resamples: Int
    public var seed: UInt64

    public init(resamples: Int = 4000, seed: UInt64 = 20_230_313) { (self.resamples, self.seed) = (resamples, seed) }

    /// The 95 % interval of the mean over seeds of the mean over recordings.
    ///
    /// - Parameter values: for each seed, by recording: 1 or 0 for right and wrong, or what two arms differ by.
    /// - Returns: `nil` without a value. The same for the same values, in whatever order they come.
    public func interval(_ values: [[String: Double]]) -> Interval? {
        let seeds = values.filter { !$0.isEmpty }
        guard !seeds.isEmpty else { return nil }
        let names = Set(seeds.flatMap(\.keys)).sorted()
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        // What is not 0 is little of the whole where arms agree; where all were tested on all, nothing is to be counted.
        let tables = seeds.map { seed in
            Table(
                values: seed.filter { $0.value != 0 }.map { (places[$0.key]!, $0.value) }.sorted { $0.0 < $1.0 },
                missing: names.indices.filter { seed[names[$0]] == nil })
        }
        var random = Draws(state: seed)
        var weights = [Double](repeating: 0, count: names.count)
        let means = (0..<resamples).map { _ in
            for place in weights.indices { weights[place] = 0 }
            for _ in weights.indices { weights[random.below(weights.count)] += 1 }
            let drawn = tables.indices.map { _ in random.below(tables.count) }
            let parts = drawn.compactMap { tables[$0].mean(weights) }
            return parts.isEmpty ? .nan : parts.reduce(0, +) / Double(parts.count)
        }.filter(\.isFinite).sorted()
        guard !means.isEmpty else { return nil }
        return Interval(
            low: Self.quantile(means, 0.025), high: Self.quantile(means, 0.975), resamples: resamples)
    }

    /// SplitMix64, as `RandomSource`; here, because there are millions of draws, and a call into another module is dear.
    private struct Draws {
        var state: UInt64

        /// Uniform in 0..<bound; off by at most bound / 2⁶⁴.
        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)).multipliedFullWidth(by: UInt64(bound)).high)
        }
    }

    private struct Table {
        var values: [(place: Int, value: Double)]
        var missing: [Int]

        /// `nil` where none of this seed's recordings was drawn.
        func mean(_ weights: [Double]) -> Double? {
            let count = Double(weights.count) - missing.reduce(0) { $0 + weights[$1] }
            guard count > 0 else { return nil }
            return values.reduce(0) { $0 + weights[$1.place] * $1.value } / count
        }
    }

    /// Linear between neighbors, as most programs have it by default.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
