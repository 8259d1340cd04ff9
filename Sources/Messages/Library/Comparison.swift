import Configuration

/// One of two things that are compared.
public enum ComparisonSide: Sendable, Hashable, Codable {
    /// Identifier, beginning of one, or name.
    case run(String)
    /// Name or file.
    case preset(String)
    /// What is set now, for example.
    case configuration(title: String, RunConfiguration)
}

/// Two configurations side by side; for runs also when values changed and what came of it.
public struct Comparison: Sendable, Hashable, Codable {
    /// A change of one knob while a run went on.
    public struct Change: Sendable, Hashable, Codable {
        public var optimizerStep: Int
        public var value: KnobValue

        public init(optimizerStep: Int, value: KnobValue) {
            (self.optimizerStep, self.value) = (optimizerStep, value)
        }
    }

    public struct KnobRow: Sendable, Hashable, Codable {
        public var key: String
        public var title: String
        /// As started.
        public var left: KnobValue
        public var right: KnobValue
        public var leftChanges: [Change]
        public var rightChanges: [Change]

        /// The values that held in the end.
        public var lastLeft: KnobValue { leftChanges.last?.value ?? left }
        public var lastRight: KnobValue { rightChanges.last?.value ?? right }
        public var isSame: Bool { left == right && leftChanges == rightChanges }
    }

    public struct FigureRow: Sendable, Hashable, Codable {
        public enum Unit: String, Sendable, Hashable, Codable { case share, count, seconds, plain }

        public var title: String
        public var unit: Unit
        public var left: Double?
        public var right: Double?
        /// `nil` where neither direction is better.
        public var higherIsBetter: Bool?

        public var difference: Double? {
            guard let left, let right else { return nil }
            return right - left
        }

        /// Of large counts: `-11 %`, without a plus.
        public var relativeDifference: String? {
            guard unit == .count, let left, let difference, abs(left) >= 1000 else { return nil }
            let percent = Int((difference / left * 100).rounded())
            return "\(percent) %"
        }
    }

    public var leftTitle: String
    public var rightTitle: String
    /// Every knob, in the catalogue's order.
    public var knobs: [KnobRow]
    /// Only where at least one side is a run.
    public var figures: [FigureRow]

    public var changedKnobs: [KnobRow] { knobs.filter { !$0.isSame } }
}

extension Comparison {
    /// A side with all that is known of it.
    public struct Subject: Sendable {
        var title: String
        var configuration: RunConfiguration
        var edits: [AppliedEdit]
        var detail: RunDetail?

        public init(title: String, configuration: RunConfiguration) {
            (self.title, self.configuration, edits, detail) = (title, configuration, [], nil)
        }

        public init(_ detail: RunDetail) {
            title = detail.summary.name
            (configuration, edits, self.detail) = (detail.configuration, detail.edits, detail)
        }

        func changes(of key: String) -> [Change] {
            edits.compactMap { edit in
                edit.differences.last { $0.key == key }.map {
                    Change(optimizerStep: edit.optimizerStep, value: $0.new)
                }
            }
        }

        func last(_ series: MetricSeries) -> Double? {
            detail?.metrics.last { $0.series == series && $0.value.isFinite }?.value
        }
    }

    /// - Parameter description: whose knobs are compared; keys that it does not know follow them.
    public init(_ left: Subject, _ right: Subject, described description: EngineDescription) {
        (leftTitle, rightTitle) = (left.title, right.title)
        let unknown = description.unknownKeys(in: left.configuration)
            .union(description.unknownKeys(in: right.configuration))
        func row(_ key: String, _ title: String, _ value: (RunConfiguration) -> KnobValue) -> KnobRow {
            KnobRow(
                key: key, title: title, left: value(left.configuration), right: value(right.configuration),
                leftChanges: left.changes(of: key), rightChanges: right.changes(of: key))
        }
        knobs =
            description.knobs.map { row($0.key, $0.title, $0.value(in:)) }
            + unknown.sorted().map { key in row(key, key) { $0.stored(key) ?? .text("") } }
        figures = Self.figures(left, right)
    }

    private static func figures(_ left: Subject, _ right: Subject) -> [FigureRow] {
        guard left.detail != nil || right.detail != nil else { return [] }
        func row(
            _ title: String, _ unit: FigureRow.Unit, _ higherIsBetter: Bool?, _ value: (Subject) -> Double?
        ) -> FigureRow {
            FigureRow(
                title: title, unit: unit, left: value(left), right: value(right), higherIsBetter: higherIsBetter)
        }
        let rows = [
            row("test accuracy", .share, true) { $0.detail?.summary.testAccuracy },
            row("best validation accuracy", .share, true) { $0.detail?.summary.validationAccuracy },
            row("last loss", .plain, false) { $0.detail?.summary.lastLoss },
            row("last event accuracy", .share, true) { $0.last(.eventAccuracy) },
            row("last image accuracy", .share, true) { $0.last(.imageAccuracy) },
            row("last CKA", .plain, true) { $0.last(.linearCKA) },
            row("last spike rate", .plain, nil) { $0.last(.spikeRate) },
            row("spikes per inference", .count, false) { $0.last(.spikesPerInference) },
            row("tested step", .count, nil) { $0.detail?.result?.testedStep.map(Double.init) },
            row("optimizer steps", .count, nil) { $0.detail.map { Double($0.summary.optimizerStep) } },
            row("edits", .count, nil) { $0.detail.map { Double($0.summary.editCount) } },
        ]
        return rows.filter { $0.left != nil || $0.right != nil }
    }
}
