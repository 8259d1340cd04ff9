/// A study as people look at it while it fills: its cells and what has become of them, and what they come to so far.
public struct StudyBoard: Sendable, Hashable, Codable {
    /// A knob of which every value is reported.
    public struct Axis: Sendable, Hashable, Codable {
        public var key: String
        /// Of the heading: the key without its section.
        public var title: String

        public init(key: String, title: String) { (self.key, self.title) = (key, title) }
    }

    public struct Arm: Sendable, Hashable, Codable {
        public var name: String
        public var note: String

        public init(name: String, note: String = "") { (self.name, self.note) = (name, note) }
    }

    /// Whether a process trains cells of the study.
    public enum Work: String, Sendable, Hashable, Codable, CaseIterable {
        case none, training
        /// Nothing is begun any more; what goes on is trained to its end.
        case pausing
        /// What goes on is stopped with checkpoints.
        case stopping
    }

    public var name: String
    public var note: String
    /// Its file.
    public var path: String
    public var axes: [Axis]
    /// Values of the axes, in their order; without axes a single point without values.
    public var points: [[String]]
    public var arms: [Arm]
    /// The arm that others are compared with.
    public var reference: String
    public var seeds: [Int]
    /// Those of the seeds that are not in the file.
    public var addedSeeds: [Int]
    /// Points in their order; at each the arms in theirs.
    public var rows: [Row]
    /// Every run that is known to belong to it, in the order in which they are trained.
    public var cells: [Cell]
    public var protocols: [Block]
    /// What a reader should know of the numbers.
    public var notes: [String]
    /// What the figures mean.
    public var legend: [String]
    /// `12 of 40 runs finished, 2 under way, about 3 minutes left`.
    public var progress: String
    public var work: Work
    /// Whether the figures of the rows are being computed anew.
    public var isCounting: Bool

    public init(
        name: String, note: String, path: String, axes: [Axis], points: [[String]], arms: [Arm], reference: String,
        seeds: [Int], addedSeeds: [Int] = [], rows: [Row], cells: [Cell], protocols: [Block], notes: [String] = [],
        legend: [String] = [], progress: String, work: Work = .none, isCounting: Bool = false
    ) {
        (self.name, self.note, self.path) = (name, note, path)
        (self.axes, self.points, self.arms, self.reference) = (axes, points, arms, reference)
        (self.seeds, self.addedSeeds, self.rows, self.cells) = (seeds, addedSeeds, rows, cells)
        (self.protocols, self.notes, self.legend) = (protocols, notes, legend)
        (self.progress, self.work, self.isCounting) = (progress, work, isCounting)
    }
}

extension StudyBoard {
    /// An arm at a point of the axes.
    public struct Row: Sendable, Hashable, Codable {
        /// Places in `arms` and `points`.
        public var arm: Int
        public var point: Int
        /// Identifiers of its runs in the table, by seed; empty while a search has not decided.
        public var cells: [String]
        /// What the search has found for it: `exponent 3`.
        public var found: String
        /// Optimizer steps of a run.
        public var steps: Int
        /// How often a training recording is seen.
        public var passes: Double
        /// `nil` before the first run is finished.
        public var figures: Figures?

        public init(
            arm: Int, point: Int, cells: [String], found: String = "", steps: Int, passes: Double,
            figures: Figures? = nil
        ) {
            (self.arm, self.point, self.cells, self.found) = (arm, point, cells, found)
            (self.steps, self.passes, self.figures) = (steps, passes, figures)
        }
    }

    /// What a row's runs come to. Accuracies and differences are shares: 0.012 are 1.2 percentage points.
    public struct Figures: Sendable, Hashable, Codable {
        /// Runs that it is of.
        public var count: Int
        public var test: Double
        public var testLow: Double?
        public var testHigh: Double?
        public var validation: Double?
        /// To the reference arm at the same point; `nil` of the reference itself.
        public var difference: Double?
        public var differenceLow: Double?
        public var differenceHigh: Double?
        /// Exact McNemar of each seed, combined.
        public var p: Double?
        /// Seeds beyond those that there are, to tell both arms apart; `nil` where nothing can be said.
        public var moreSeeds: Int?

        public init(
            count: Int, test: Double, testLow: Double? = nil, testHigh: Double? = nil, validation: Double? = nil,
            difference: Double? = nil, differenceLow: Double? = nil, differenceHigh: Double? = nil, p: Double? = nil,
            moreSeeds: Int? = nil
        ) {
            (self.count, self.test, self.testLow, self.testHigh) = (count, test, testLow, testHigh)
            (self.validation, self.difference) = (validation, difference)
            (self.differenceLow, self.differenceHigh) = (differenceLow, differenceHigh)
            (self.p, self.moreSeeds) = (p, moreSeeds)
        }
    }

    /// A run of the study.
    public struct Cell: Sendable, Hashable, Codable {
        public enum State: String, Sendable, Hashable, Codable, CaseIterable {
            /// Nothing of it has been trained.
            case waiting
            /// It has a run that can go on.
            case begun
            case running
            /// A person has stopped it: it is not begun again by itself.
            case stopped
            case failed
            case finished
        }

        /// The same for the same settings.
        public var id: String
        public var arm: Int
        public var point: Int
        public var seed: Int
        /// Of the search: `exponent 3`; `nil` of a run of the table.
        public var candidate: String?
        public var state: State
        /// Identifier of its run, once there is one.
        public var run: String?
        /// Epochs that are made, and all of them.
        public var epoch: Int
        public var epochs: Int
        public var validation: Double?
        public var test: Double?
        /// Of a failed one.
        public var reason: String
        /// Whether a person has put it first.
        public var isFirst: Bool

        public init(
            id: String, arm: Int, point: Int, seed: Int, candidate: String? = nil, state: State, run: String? = nil,
            epoch: Int = 0, epochs: Int, validation: Double? = nil, test: Double? = nil, reason: String = "",
            isFirst: Bool = false
        ) {
            (self.id, self.arm, self.point, self.seed, self.candidate) = (id, arm, point, seed, candidate)
            (self.state, self.run, self.epoch, self.epochs) = (state, run, epoch, epochs)
            (self.validation, self.test, self.reason, self.isFirst) = (validation, test, reason, isFirst)
        }
    }

    /// What is said of the data of arms at a point.
    public struct Block: Sendable, Hashable, Codable {
        /// `recordings_per_class 5`; empty without axes.
        public var point: String
        public var arms: [String]
        /// A fact a line.
        public var lines: [String]

        public init(point: String, arms: [String], lines: [String]) {
            (self.point, self.arms, self.lines) = (point, arms, lines)
        }
    }
}
