import Configuration
import Messages
import Terminal

/// All that the workbench knows. A pure value: message in, effects out; drawing reads it and changes nothing.
public struct WorkbenchState: Sendable {
    var size = Size(width: 120, height: 36)
    var screen = WorkbenchLayout.Screen.train
    var shared = Shared()
    var data = DataState()
    var train = TrainState()
    var runs = RunsState()
    var log = LogState()
    var study = StudyState()
    /// Innermost last; it takes all keys.
    var dialogs: [Dialog] = []
    /// Waiting for the engine to write its checkpoint before leaving.
    var isLeaving = false
    /// Whether a list of what can be done stands there once runs and presets are known.
    var startsWithList = false
    var (hasRuns, hasPresets) = (false, false)
    /// What the mouse holds.
    var drag: Hit?
    private var savedLayout = WorkbenchLayout()

    /// - Parameters:
    ///   - isAttached: whether the engine is in another process.
    ///   - startsWithList: whether it opens with a list of what can be done.
    ///   - study: what it opens with instead, a file or the name of a study.
    ///   - description: of the engine, until it says more.
    public init(
        layout: WorkbenchLayout = WorkbenchLayout(), isAttached: Bool = false, startsWithList: Bool = false,
        study: String? = nil, described description: EngineDescription
    ) {
        self.startsWithList = startsWithList && study == nil
        self.study.awaited = study
        shared.isAttached = isAttached
        train.take(description, &shared)
        runs.description = description
        screen = study == nil ? layout.screen : .study
        train.isLossLogarithmic = layout.isLossLogarithmic
        train.history.set(smoothing: layout.smoothing)
        (data.mode, data.slicing, data.showsPair) = (layout.eventMode, layout.slicing, layout.showsPair)
        (data.glyphs, shared.theme) = (layout.glyphs, layout.theme)
        (shared.pinned, runs.table.layout) = (layout.pinnedRun, layout.table)
        savedLayout = layout
    }

    /// What is asked as soon as the workbench opens.
    public var firstEffects: [WorkbenchEffect] {
        [.ask(.dataSets), .ask(.runs), .ask(.presets)] + (study.awaited.map { [.ask(.study($0))] } ?? [])
    }

    /// Below this the screens give way to a few figures.
    static let leastSize = Size(width: 60, height: 16)
    var isTiny: Bool { size.width < Self.leastSize.width || size.height < Self.leastSize.height }

    /// Where keys have their meaning now.
    var context: Context {
        guard !isTiny else { return .train }
        return switch screen {
        case .data: data.focus == .events ? .events : .data
        case .train:
            train.kind(of: train.focus) == .tuning
                ? .tuning
                : train.curveKnob(of: train.focus) != nil ? .curve : train.isPlot(train.focus) ? .plots : .train
        case .runs:
            [.runs: .runList, .detail: .runDetail, .table: .runTable, .queue: .queue, .presets: .presets][runs.focus]
                ?? .runs
        case .log: .log
        case .study: .study
        }
    }

    /// After how many seconds something moves by itself; `nil` if nothing does.
    public var secondsToNextTick: Double? {
        var wanted: [Double] = []
        if screen == .data, data.isMoving { wanted.append(0.1) }
        if screen == .runs, runs.isPlayingBack { wanted.append(0.1) }
        if screen == .study || study.isStartedHere, let seconds = study.secondsToNextTick { wanted.append(seconds) }
        if let until = shared.status?.until { wanted.append(max(0.05, until - shared.clock)) }
        return wanted.min()
    }

    var layout: WorkbenchLayout {
        var layout = WorkbenchLayout()
        (layout.screen, layout.isLossLogarithmic) = (screen, train.isLossLogarithmic)
        layout.smoothing = train.history.smoothing
        (layout.eventMode, layout.slicing, layout.showsPair) = (data.mode, data.slicing, data.showsPair)
        (layout.glyphs, layout.theme) = (data.glyphs, shared.theme)
        (layout.pinnedRun, layout.table) = (shared.pinned, runs.table.layout)
        return layout
    }

    /// The layout, if it has changed since this was last asked.
    mutating func changedLayout() -> WorkbenchLayout? {
        let now = layout
        guard now != savedLayout else { return nil }
        savedLayout = now
        return now
    }
}
