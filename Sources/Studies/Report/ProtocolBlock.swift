import Configuration
import Engine

/// What arms at a point of the axes have in common: on which recordings they are trained, validated and tested.
public struct ProtocolBlock: Sendable, Hashable {
    public struct Seed: Sendable, Hashable, Codable {
        public var seed: Int
        /// Of the names of all three parts.
        public var splitHash: String
        public var test: String
    }

    public var point: [KnobChange]
    /// Those for which all of this holds.
    public var arms: [String]
    public var dataSet: String
    public var isSimulated: Bool
    public var classNames: [String]
    /// Of the first seed; counts are the same for all but for rounding.
    public var training: RunProtocol.Part
    public var validation: RunProtocol.Part
    public var test: RunProtocol.Part
    /// Over seeds.
    public var photographs: ClosedRange<Int>
    public var photographsBehindTest: ClosedRange<Int>
    public var photographsBehindValidation: ClosedRange<Int>
    public var selection: String
    public var seeds: [Seed]

    public var title: String { Cell.text(of: point) }

    /// How the epoch is chosen that is tested.
    public var selectionText: String {
        switch selection {
        case "validation":
            validation.count > 0
                ? "the epoch with the best validation accuracy; of equals that with the lower loss, then the later one"
                : "the last epoch: there are no validation recordings"
        case "last": "the last epoch"
        default: selection
        }
    }

    /// Of every point, arms together that share all of it, in the order of the file.
    ///
    /// - Throws: `StudyError.unsuitable`, or what is wrong with the data set.
    static func blocks(_ plan: StudyPlan, _ states: [String: CellState]) throws -> [ProtocolBlock] {
        try plan.points.flatMap { point in
            var blocks: [ProtocolBlock] = []
            for arm in plan.study.arms {
                let candidate = try plan.search(arm, point, states).winner ?? plan.candidates(of: arm)[0]
                let told = try plan.study.seeds.map {
                    try plan.runProtocol(of: plan.cell(arm, point, candidate, seed: $0, stage: .report))
                }
                var block = ProtocolBlock(point, arm.name, told)
                if let index = blocks.firstIndex(where: { $0.isAlike(block) }) {
                    blocks[index].arms.append(arm.name)
                } else {
                    block.arms = [arm.name]
                    blocks.append(block)
                }
            }
            return blocks
        }
    }

    private init(_ point: [KnobChange], _ arm: String, _ told: [RunProtocol]) {
        let first = told[0]
        func range(_ value: (RunProtocol) -> Int) -> ClosedRange<Int> {
            let values = told.map(value)
            return values.min()!...values.max()!
        }
        (self.point, arms) = (point, [arm])
        (dataSet, isSimulated, classNames) = (first.dataSet, first.isSimulated, first.classNames)
        (training, validation, test) = (first.training, first.validation, first.test)
        photographs = range(\.photographs)
        photographsBehindTest = range(\.photographsBehindTest)
        photographsBehindValidation = range(\.photographsBehindValidation)
        selection = first.selection
        seeds = told.map { Seed(seed: $0.seed, splitHash: $0.splitHash, test: $0.test.hash) }
    }

    private func isAlike(_ other: ProtocolBlock) -> Bool {
        var other = other
        other.arms = arms
        return self == other
    }

    /// The whole block, a fact a line.
    public var lines: [String] {
        [
            "recordings: \(dataSet)\(isSimulated ? " (simulated)" : ""), \(classNames.count) classes",
            "trained on \(Self.text(of: training)), validated on \(Self.text(of: validation)), "
                + "tested on \(Self.text(of: test))",
            "static images in the pool: \(Self.text(of: photographs))",
            "photographs behind test recordings in the pool: \(Self.text(of: photographsBehindTest))",
            "photographs behind validation recordings in the pool: \(Self.text(of: photographsBehindValidation))",
            "tested: \(selectionText)",
            "split: " + seeds.map { "seed \($0.seed) \($0.splitHash)" }.joined(separator: ", "),
        ]
    }

    /// `50 (5 a class)`, `1000 (85 to 114 a class)`.
    static func text(of part: RunProtocol.Part) -> String {
        let counts = part.countByClass
        guard part.count > 0, let low = counts.min(), let high = counts.max() else { return "0" }
        return "\(part.count) (\(low == high ? "\(low)" : "\(low) to \(high)") a class)"
    }

    static func text(of range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound), by seed"
    }
}
