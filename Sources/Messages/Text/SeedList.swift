/// Seeds as people write them: `1-5`, `1 2 7`, `1-3, 10`.
public enum SeedList {
    public static let limit = 100

    /// In the order written, each once; `nil` where something else stands, or nothing, or more than `limit`.
    public static func seeds(_ text: String) -> [Int]? {
        var seeds: [Int] = []
        for word in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
                last - first < limit
            else { return nil }
            for seed in first...last where !seeds.contains(seed) { seeds.append(seed) }
        }
        guard seeds.allSatisfy({ (0...Int(Int32.max)).contains($0) }) else { return nil }
        return (1...limit).contains(seeds.count) ? seeds : nil
    }

    public static func refusal(of text: String) -> String {
        "'\(text)' is not a list of seeds: write for example 1-5 or 1 2 7, at most \(limit) seeds"
    }
}
