import Configuration

/// One question that many runs answer: arms that differ in what they do, trained on the same recordings with the same seeds.
public struct Study: Sendable, Hashable {
    /// One way to train.
    public struct Arm: Sendable, Hashable {
        public var name: String
        public var note = ""
        /// On top of the study's settings, in the order of the file.
        public var changes: [KnobChange] = []
        /// Knobs that name weights of another arm's run, of the same point and seed: arms by knob, of those that stand above.
        public var takes: [String: String] = [:]
        /// Times the study's budget.
        public var budget = 1.0
        /// Which knobs of the search are searched for this arm; `nil`: all. Others keep the arm's value.
        public var tuned: [String]?

        public init(name: String) { self.name = name }
    }

    /// A knob of which every value is reported.
    public struct Axis: Sendable, Hashable {
        public var key: String
        public var values: [KnobValue]

        public init(key: String, values: [KnobValue]) { (self.key, self.values) = (key, values) }
    }

    /// How long a cell is trained: the same for all arms, whatever they train on.
    public struct Budget: Sendable, Hashable {
        /// Optimizer steps; as many whole epochs as come nearest.
        public var steps: Int
        /// At most so many validations, evenly over the run; each may be the epoch that is tested.
        public var validations: Int

        public init(steps: Int, validations: Int) { (self.steps, self.validations) = (steps, validations) }
    }

    public var name: String
    public var note = ""
    /// What the settings begin with: a name, or the whole path of a file.
    public var preset: String?
    /// Every run's, before arm and axes.
    public var base = RunConfiguration()
    public var arms: [Arm] = []
    public var axes: [Axis] = []
    public var seeds: [Int] = []
    public var budget: Budget?
    public var search: Search?
    /// The arm that others are compared with.
    public var reference: String

    public init(name: String, arms: [Arm], seeds: [Int]) {
        (self.name, self.arms, self.seeds) = (name, arms, seeds)
        reference = arms.first?.name ?? ""
    }

    /// Longest name of a study: it becomes a tag of its runs.
    static let nameLimit = 30
    static let armNameLimit = 40
    /// More runs than this are a slip of the finger.
    static let cellLimit = 20_000
}

/// How values of knobs are found for each arm and each point of the axes, before it is reported: by validation alone.
public struct Search: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Every combination.
        case grid
        /// So many combinations, drawn by a seed.
        case random
        /// All begin with a small part of the budget; the better third goes on with three times as much.
        case halving
    }

    /// What may be drawn.
    public enum Domain: Sendable, Hashable {
        case values([KnobValue])
        case range(ClosedRange<Double>, isLogarithmic: Bool, isWhole: Bool)
    }

    public struct Dimension: Sendable, Hashable {
        public var key: String
        public var domain: Domain

        public init(key: String, domain: Domain) { (self.key, self.domain) = (key, domain) }
    }

    public var kind: Kind
    public var dimensions: [Dimension]
    /// Combinations that are drawn; `nil`: all of a grid.
    public var count: Int?
    /// Of the draw.
    public var seed = 0
    /// Seeds that candidates are trained with; the winner is trained anew with the study's.
    public var seeds: [Int]
    /// Of successive halving: one of so many goes on, with so many times the budget.
    public var factor = 3

    public init(kind: Kind, dimensions: [Dimension], count: Int? = nil, seeds: [Int]) {
        (self.kind, self.dimensions, self.count, self.seeds) = (kind, dimensions, count, seeds)
    }
}
