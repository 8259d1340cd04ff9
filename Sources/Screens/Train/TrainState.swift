import Messages

/// The training screen: curves, spikes, alignment, knobs and edits of one run.
struct TrainState: Sendable {
    enum Panel: String, Sendable, Hashable, CaseIterable {
        case tuning, loss, accuracy, sliding, cka, spikes, edits
    }

    var focus = Panel.tuning
    /// The plot that a small terminal shows.
    var shownPlot = Panel.loss
    var isZoomed = false
    var isLossLogarithmic = true

    /// Whose curves these are.
    var runID: String?
    var history = MetricHistory()
    var spikes: SpikeGrid?
    var alignment: AlignmentSnapshot?
    var edits: [AppliedEdit] = []
    /// Notes, checkpoints and results beside the edits, oldest first.
    var events: [Event] = []
    var eventCursor = ListCursor()
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
        enum Role: Sendable, Hashable { case edit, checkpoint, note, good, bad }
    }

    var marks: [PlotMark] { edits.map { PlotMark(step: $0.optimizerStep, label: PlotMark.circled($0.letter)) } }

    /// A new run: nothing of the last one stays but the knobs.
    mutating func begin(run: String?) {
        runID = run
        history = MetricHistory(smoothing: history.smoothing)
        (spikes, alignment, edits, events, result, failure) = (nil, nil, [], [], nil, nil)
        eventCursor = ListCursor()
        tuning.forgetSent()
    }
}

/// A place on the axis of optimizer steps where something was changed.
struct PlotMark: Sendable, Hashable {
    var step: Int
    var label: String

    /// `a` → `ⓐ`; longer labels stay as they are.
    static func circled(_ letter: String) -> String {
        guard letter.count == 1, let value = letter.unicodeScalars.first?.value, (97...122).contains(value),
            let scalar = UnicodeScalar(0x24D0 + value - 97)
        else { return letter }
        return String(Character(scalar))
    }
}
