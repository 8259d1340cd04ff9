import Configuration
import Foundation

/// Many runs side by side: the settings in which they differ, and what came of each. Pure; screens and commands show it.
public struct RunTable: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        public var run: RunOutcome
        /// In the order of the table's `columns`.
        public var cells: [Cell]
        /// What it shares with other seeds of it.
        var settings: SeedlessSettings
    }

    public enum Cell: Sendable, Hashable {
        case none
        case text(String)
        /// A setting, with its changes while the run went on.
        case setting(RunOutcome.Course)
        case figure(Double, RunMeasure.Unit)
    }

    /// Name, accuracies, preset if not all are of one, settings that differ in the order of the knobs, other results.
    public let columns: [RunTableColumn]
    /// In the order in which the runs were given.
    public let rows: [Row]
    /// What the differences are to.
    public let reference: RunSummary?
    let description: EngineDescription
    /// Runs of the table with the settings of the reference, by seed, itself among them.
    let referenceSeeds: [Int: RunSummary]

    /// - Parameters:
    ///   - runs: to be compared.
    ///   - reference: the pinned run, if there is one.
    ///   - description: whose knobs are compared; keys that it does not know follow them.
    public init(_ runs: [RunOutcome], reference: RunSummary?, described description: EngineDescription) {
        (self.reference, self.description) = (reference, description)
        let unknown = runs.reduce(into: Set()) { $0.formUnion(description.unknownKeys(in: $1.configuration)) }
        let known = description.knobs.map { knob in
            (key: knob.key, ofRuns: runs.map { $0.course(of: knob.key, from: knob.value(in: $0.configuration)) })
        }
        let others = unknown.sorted().map { key in
            (key: key, ofRuns: runs.map { $0.course(of: key, from: $0.configuration.stored(key) ?? .text("")) })
        }
        let courses = (known + others).filter { Set($0.ofRuns).count > 1 }
        let hasPresets = Set(runs.map(\.summary.preset)).count > 1
        let measures = RunMeasure.allCases.filter { !$0.isDifference || reference != nil }
        // What counts most is seen first where there is little room.
        columns =
            [.name] + measures.filter(\.isAccuracy).map { .result($0) } + (hasPresets ? [.preset] : [])
            + courses.map { .setting($0.key) } + measures.filter { !$0.isAccuracy }.map { .result($0) }
        let coursesByKey = Dictionary(courses.map { ($0.key, $0.ofRuns) }) { first, _ in first }
        rows = zip(runs.indices, runs).map { [columns] index, run in
            Row(
                run: run,
                cells: columns.map { column in
                    switch column {
                    case .name: .text(run.summary.name)
                    case .preset: run.summary.preset.map(Cell.text) ?? .none
                    case .setting(let key): coursesByKey[key].map { .setting($0[index]) } ?? .none
                    case .result(let measure):
                        measure.value(of: run, reference: reference).map { .figure($0, measure.unit) } ?? .none
                    }
                }, settings: SeedlessSettings(run, described: description))
        }
        let referenceRun = runs.first { $0.summary.id == reference?.id }
        referenceSeeds =
            referenceRun.map { RunOutcome.tested(like: $0, among: runs, described: description) }?
            .mapValues(\.summary) ?? [:]
    }

    /// Keys of the settings that differ, the seed among them.
    public var differingSettings: [String] {
        columns.compactMap { if case .setting(let key) = $0 { key } else { nil } }
    }

    /// Where a column stands; `nil` if the table has none of that key.
    public func index(of key: String) -> Int? { columns.firstIndex { $0.key == key } }
}

extension RunTable.Cell {
    /// Numbers before text, each in its order, and nothing last, whatever the direction.
    static func precedes(_ left: RunTable.Cell, _ right: RunTable.Cell, largestFirst: Bool) -> Bool {
        switch (left.order, right.order) {
        case (.number(let left), .number(let right)): largestFirst ? left > right : left < right
        case (.text(let left), .text(let right)):
            left.localizedStandardCompare(right) == (largestFirst ? .orderedDescending : .orderedAscending)
        case (.number, .text): !largestFirst
        case (.text, .number): largestFirst
        case (_, .nothing): left.order != .nothing
        case (.nothing, _): false
        }
    }

    private enum Order: Hashable { case number(Double), text(String), nothing }

    private var order: Order {
        switch self {
        case .none: .nothing
        case .text(let text): .text(text)
        case .figure(let value, _): value.isFinite ? .number(value) : .nothing
        case .setting(let course): course.last.asNumber.map { .number($0) } ?? .text(course.last.description)
        }
    }
}
