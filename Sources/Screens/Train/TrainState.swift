import Configuration
import Messages

/// The training screen: curves, spikes, alignment, knobs and edits of one run.
struct TrainState: Sendable {
    var focus = Panel.tuning
    /// The plot that a small terminal shows.
    var shownPlot = Panel.loss
    var isZoomed = false
    var isLossLogarithmic = true
    /// The part of the run that all plots show.
    var view = PlotView()
    var showsGhosts = true
    /// The chosen handle of the sliding curve.
    var handle = 0
    /// How static inputs would give way with settings that are staged, as the engine says.
    var plan: (configuration: RunConfiguration, probabilities: [Double]?)?
    /// The settings whose plan has been asked for.
    var awaitedPlan: RunConfiguration?

    /// Whose curves these are.
    var runID: String?
    var history = MetricHistory()
    var spikes: SpikeGrid?
    var alignment: AlignmentSnapshot?
    /// Other runs' curves beneath this run's.
    var ghosts: [RunGhost] = []
    /// Which colors they have on every screen.
    var ghostColors = RunColors()
    /// Whose curves have been asked for.
    var wantedGhosts: [String] = []
    /// The pinned run, which is drawn as the reference.
    var reference: String?
    /// By how much the run that ended is better than the one that it is measured against, once that is known.
    var difference: OutcomeDifference?
    /// What has been asked for to know it.
    var wantedDifference: DifferenceQuestion?
    /// Those that are there.
    var checkpoints: [CheckpointRecord] = []
    var guardFigures = GuardFigures()
    /// Names of what was found wrong with this run and has been said.
    var saidFindings: Set<String> = []
    var edits: [AppliedEdit] = []
    /// Notes, checkpoints and results beside the edits, oldest first.
    var events: [Event] = []
    var eventCursor = ListCursor()
    /// First layer shown of a network with more than fit.
    var spikeScroll = 0
    var result: RunResult?
    var failure: EngineFailure?
    var tuning = TuningState()
    /// The preset that a run is to begin with once its settings have come.
    var awaitedStart: String?
    /// The run whose past has been asked for, because it was under way before the screen saw it.
    var awaitedPast: String?

    struct Event: Sendable, Hashable {
        var optimizerStep: Int
        var text: String
        var role: Role
        /// From where a fork could go on: the checkpoint itself, or the one made before the edit.
        var checkpoint: String?
        enum Role: Sendable, Hashable { case edit, checkpoint, note, good, bad }
    }

    var marks: [PlotMark] { edits.map { PlotMark($0, description) } }

    /// A new run: nothing of the last one stays but the knobs.
    mutating func begin(run: String?) {
        runID = run
        history = MetricHistory(smoothing: history.smoothing)
        (view, guardFigures, handle) = (PlotView(), GuardFigures(), 0)
        (spikes, alignment, edits, events, result, failure) = (nil, nil, [], [], nil, nil)
        (checkpoints, ghosts, wantedGhosts, saidFindings) = ([], [], [], [])
        (difference, wantedDifference) = (nil, nil)
        eventCursor = ListCursor()
        tuning.forgetSent()
    }
}

/// A place on the axis of optimizer steps where something was changed.
struct PlotMark: Sendable, Hashable {
    var step: Int
    var label: String
    /// What was changed: `exponent 3→4`.
    var text = ""

    /// `a` → `ⓐ`; longer labels stay as they are.
    static func circled(_ letter: String) -> String {
        guard letter.count == 1, let value = letter.unicodeScalars.first?.value, (97...122).contains(value),
            let scalar = UnicodeScalar(0x24D0 + value - 97)
        else { return letter }
        return String(Character(scalar))
    }
}

extension PlotMark {
    init(_ edit: AppliedEdit, _ description: EngineDescription) {
        self.init(step: edit.optimizerStep, label: Self.circled(edit.letter), text: edit.summary(description))
    }
}

/// The run that ended, the one that it is measured against, and those among which other seeds are looked for.
struct DifferenceQuestion: Sendable, Hashable {
    var run: String
    var kind: OutcomeDifference.Kind
    var reference: String
    var candidates: [String]
}

/// Another run whose curves are drawn beneath those of the run that trains.
struct RunGhost: Sendable {
    var id: String
    var name: String
    var history: MetricHistory

    init(_ curves: RunCurves, smoothing: Smoothing) {
        (id, name) = (curves.run, curves.name)
        history = MetricHistory(curves.points, smoothing: smoothing)
    }
}

/// What tells that a run goes wrong.
struct GuardFigures: Sendable, Hashable {
    /// Losses that were no number.
    var notNumberCount = 0
    var gradientCount = 0
    /// Gradients that were longer than the clip norm of their time.
    var clippedCount = 0

    mutating func take(_ point: MetricPoint, clipNorm: Double) {
        switch point.series {
        case .totalLoss: if !point.value.isFinite { notNumberCount += 1 }
        case .gradientNorm:
            gradientCount += 1
            if clipNorm > 0, point.value > clipNorm { clippedCount += 1 }
        default: break
        }
    }

    var clippedShare: Double { gradientCount > 0 ? Double(clippedCount) / Double(gradientCount) : 0 }
}
