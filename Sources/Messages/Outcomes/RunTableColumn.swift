import Configuration

/// A column of a table of runs.
public enum RunTableColumn: Sendable, Hashable {
    case name
    case preset
    /// A setting, by its key.
    case setting(String)
    case result(RunMeasure)

    /// What it is called in layouts, on the command line and in JSON.
    public var key: String {
        switch self {
        case .name: "name"
        case .preset: "preset"
        case .setting(let key): key
        case .result(let figure): figure.rawValue
        }
    }

    /// Whether it is shown unless somebody chooses otherwise.
    public var isUsual: Bool { if case .result(let measure) = self { measure.isUsual } else { true } }

    public func title(_ description: EngineDescription) -> String {
        switch self {
        case .name: "name"
        case .preset: "preset"
        case .setting(let key): description.title(of: key)
        case .result(let figure): figure.title
        }
    }
}

/// What came of a run, as a column.
public enum RunMeasure: String, Sendable, Hashable, CaseIterable {
    case test
    case testDifference = "test_difference"
    case validation
    case validationDifference = "validation_difference"
    case loss, steps, epochs, time
    case testedStep = "tested_step"
    case edits

    public enum Unit: Sendable, Hashable {
        /// 0…1, read as percent.
        case share
        /// A difference of shares, read as percentage points.
        case points
        case count, seconds, plain
    }

    public var title: String {
        switch self {
        case .test: "test %"
        case .testDifference: "Δ test"
        case .validation: "val %"
        case .validationDifference: "Δ val"
        case .loss: "loss"
        case .steps: "steps"
        case .epochs: "epochs"
        case .time: "time"
        case .testedStep: "tested step"
        case .edits: "edits"
        }
    }

    /// For a list to choose from.
    public var help: String {
        switch self {
        case .test: "test accuracy"
        case .testDifference: "test accuracy minus that of the pinned run, in percentage points"
        case .validation: "best validation accuracy"
        case .validationDifference: "validation accuracy minus that of the pinned run, in percentage points"
        case .loss: "last training loss"
        case .steps: "optimizer steps"
        case .epochs: "epochs finished"
        case .time: "training time"
        case .testedStep: "optimizer step of the tested weights"
        case .edits: "number of edits during training"
        }
    }

    public var unit: Unit {
        switch self {
        case .test, .validation: .share
        case .testDifference, .validationDifference: .points
        case .loss: .plain
        case .steps, .epochs, .testedStep, .edits: .count
        case .time: .seconds
        }
    }

    /// What is better, or of more interest, comes first.
    public var largestFirst: Bool {
        switch self {
        case .test, .testDifference, .validation, .validationDifference, .steps, .epochs, .testedStep, .edits: true
        case .loss, .time: false
        }
    }

    /// Whether it is shown unless somebody chooses otherwise.
    public var isUsual: Bool {
        switch self {
        case .loss, .epochs, .edits: false
        default: true
        }
    }

    /// An accuracy, or a difference of two.
    public var isAccuracy: Bool { unit == .share || unit == .points }

    /// Whether the interval of its mean says anything: steps and times follow from the settings and the machine.
    public var hasInterval: Bool { isAccuracy || unit == .plain }

    /// Whether it needs a run to compare with.
    public var isDifference: Bool { unit == .points }

    func value(of run: RunOutcome, reference: RunSummary?) -> Double? {
        let summary = run.summary
        return switch self {
        case .test: summary.testAccuracy
        case .testDifference: OutcomeDifference.difference(summary.testAccuracy, reference?.testAccuracy)
        case .validation: summary.validationAccuracy
        case .validationDifference:
            OutcomeDifference.difference(summary.validationAccuracy, reference?.validationAccuracy)
        case .loss: summary.lastLoss
        case .steps: Double(summary.optimizerStep)
        case .epochs: Double(summary.epoch)
        case .time: run.result?.seconds
        case .testedStep: run.result?.testedStep.map(Double.init)
        case .edits: Double(summary.editCount)
        }
    }
}
