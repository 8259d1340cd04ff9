import Configuration

/// What a study will do, told before it is done.
public struct StudyOverview: Sendable, Hashable, Encodable {
    public struct Row: Sendable, Hashable, Encodable {
        public var point: [KnobChange]
        public var arm: String
        public var seeds: Int
        public var finished: Int
        /// Optimizer steps of a run.
        public var steps: Int
        public var epochs: Int
        /// How often each training recording is seen.
        public var passes: Double
    }

    public struct Run: Sendable, Hashable, Encodable {
        public var cell: String
        public var name: String
        public var arm: String
        public var point: [KnobChange]
        public var candidate: [KnobChange]
        public var seed: Int
        public var isOfSearch: Bool
        public var state: String
        public var run: String?
    }

    public var study: String
    public var axes: [String]
    /// That are known: a search that has not decided yet has more.
    public var runs: Int
    public var searchRuns: Int
    public var finished: Int
    public var rows: [Row]
    public var cells: [Run]
    public var protocols: [ProtocolBlock]

    public init(_ plan: StudyPlan, _ states: [String: CellState]) throws {
        let known = try plan.cells(states)
        study = plan.study.name
        axes = plan.study.axes.map(\.key)
        runs = known.count
        searchRuns = known.count { if case .search = $0.stage { true } else { false } }
        finished = known.count { states[$0.id]?.result != nil }
        rows = try plan.points.flatMap { point in
            try plan.study.arms.map { arm in
                let cells = try plan.reported(arm, point, states)
                let first = try plan.cell(
                    arm, point, plan.candidates(of: arm)[0], seed: plan.study.seeds[0], stage: .report)
                return Row(
                    point: point, arm: arm.name, seeds: plan.study.seeds.count,
                    finished: cells.count { states[$0.id]?.result != nil }, steps: first.steps, epochs: first.epochs,
                    passes: first.passes)
            }
        }
        cells = known.map { cell in
            let state = states[cell.id] ?? .absent
            let isOfSearch = if case .search = cell.stage { true } else { false }
            return Run(
                cell: cell.id, name: cell.name, arm: cell.arm, point: cell.point, candidate: cell.candidate,
                seed: cell.seed, isOfSearch: isOfSearch, state: state.word, run: state.run)
        }
        protocols = try ProtocolBlock.blocks(plan, states)
    }
}
