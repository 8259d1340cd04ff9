import Configuration
import Messages

/// The runs screen: list, details that can be gone through again, comparison of marked runs, queue and presets.
struct RunsState: Sendable {
    enum Panel: String, Sendable, Hashable, CaseIterable { case runs, table, detail, queue, presets }

    enum Order: String, Sendable, Hashable, CaseIterable {
        case newest, name, state, epoch, validation, test, loss, edits, preset, dataSet

        var title: String {
            switch self {
            case .validation: "validation accuracy"
            case .test: "test accuracy"
            case .dataSet: "data set"
            default: rawValue
            }
        }
    }

    var focus = Panel.runs
    /// What settings and curves are.
    var description = EngineDescription.empty
    var isZoomed = false
    var isLossLogarithmic = true
    var showsEveryKnob = false
    var cursor = ListCursor()
    var presetCursor = ListCursor()
    var queueCursor = ListCursor()
    var order = Order.newest
    var isReversed = false
    /// In the order of marking; all are compared, and the last of them drawn in the plots.
    var marked: [String] = []
    /// Whether marked runs are compared.
    var isComparing = false {
        didSet {
            guard !isComparing else { return }
            showsPair = false
            if focus == .table { focus = .runs }
        }
    }
    /// Whether the last two marked are compared in every setting, instead of all of them in a table.
    var showsPair = false
    var table = RunTableState()
    /// The pinned run's curves, drawn beneath others.
    var reference: RunGhost?
    /// Of the runs that are marked or drawn beneath the one that trains.
    var colors = RunColors()
    /// A preset beside the settings of now, while that is shown.
    var presetComparison: Comparison?
    /// What has been read of runs; the shown one and the compared ones.
    private(set) var details: [String: RunDetail] = [:]
    private(set) var histories: [String: MetricHistory] = [:]
    /// The run that the detail panel shows: the chosen one of the list.
    private(set) var opened: String?
    /// Whose detail has been asked for because the list's cursor came to it.
    private var awaitedDetail: String?
    /// Those that a person has just deleted: what is still asked about them finds nothing.
    private var deleted: Set<String> = []
    /// They are not asked for again and again.
    private var unreadable: Set<String> = []
    var detailScroll = 0
    var view = PlotView()
    /// The opened run, to be gone through again.
    var timeline: RunTimeline?
    var awaitedTimeline: String?
    /// Where the going through stands; `nil` shows the end.
    var playbackStep: Int?
    var isPlayingBack = false
    /// The preset whose settings are to be loaded when they come.
    var awaitedPreset: String?
    /// The history has changed since it was read.
    var isStale = false

    /// So many can be compared, and so many have a color of their own in plots.
    static let (markLimit, drawnLimit) = (64, EngineDescription.curveColorCount)

    // MARK: The list

    func shown(_ shared: Shared) -> [RunSummary] {
        // A filter that cannot be read, as while it is typed, leaves everything.
        let filter = try? RunFilter(cursor.filter)
        let filtered = shared.runs.filter { filter?.matches($0, now: shared.now) ?? true }
        let sorted =
            switch order {
            case .newest: filtered.sorted { $0.created > $1.created }
            case .name: filtered.sorted { $0.name < $1.name }
            case .state: filtered.sorted { $0.phase.rawValue < $1.phase.rawValue }
            case .epoch: filtered.sorted { $0.epoch > $1.epoch }
            case .validation: filtered.sorted { ($0.validationAccuracy ?? -1) > ($1.validationAccuracy ?? -1) }
            case .test: filtered.sorted { ($0.testAccuracy ?? -1) > ($1.testAccuracy ?? -1) }
            case .loss: filtered.sorted { ($0.lastLoss ?? .infinity) < ($1.lastLoss ?? .infinity) }
            case .edits: filtered.sorted { $0.editCount > $1.editCount }
            case .preset: filtered.sorted { RunSummary.inOrderOfNames($0.preset, $1.preset) }
            case .dataSet: filtered.sorted { RunSummary.inOrderOfNames($0.dataSet, $1.dataSet) }
            }
        return isReversed ? sorted.reversed() : sorted
    }

    /// Sorts by a column; by the same one again the other way round.
    mutating func sort(by order: Order) {
        isReversed = order == self.order && !isReversed
        self.order = order
    }

    func chosen(_ shared: Shared) -> RunSummary? {
        let shown = shown(shared)
        return cursor.index(in: shown.count).map { shown[$0] }
    }

    func shownPresets(_ shared: Shared) -> [PresetSummary] {
        shared.presets.filter { presetCursor.matches($0.name + " " + $0.note) }
    }

    func chosenPreset(_ shared: Shared) -> PresetSummary? {
        let shown = shownPresets(shared)
        return presetCursor.index(in: shown.count).map { shown[$0] }
    }

    /// Lets the cursors stay on what they are on while something changes the lists or their order.
    mutating func keepingChoices(
        _ shared: inout Shared, _ change: (_ runs: inout RunsState, _ shared: inout Shared) -> Void
    ) {
        let (run, preset, entry) = (chosen(shared)?.id, chosenPreset(shared)?.name, chosenEntry(shared)?.number)
        change(&self, &shared)
        if let run, let index = shown(shared).firstIndex(where: { $0.id == run }) { cursor.select(index) }
        if let preset, let index = shownPresets(shared).firstIndex(where: { $0.name == preset }) {
            presetCursor.select(index)
        }
        if let entry, let index = shared.queue.firstIndex(where: { $0.number == entry }) { queueCursor.select(index) }
    }

    /// The run that keys are about: in the list the chosen one, in the detail panel the one that it shows. Says why where
    /// there is none.
    func subject(_ shared: inout Shared) -> RunSummary? {
        switch focus {
        case .runs, .queue, .presets:
            if let run = chosen(shared) { return run }
            shared.say("no runs yet", .warning)
        case .table:
            if let run = table.chosen { return run }
            shared.say("still reading the runs", .warning)
        case .detail:
            if !isComparing, let run = shared.runs.first(where: { $0.id == opened }) { return run }
            shared.say(
                isComparing
                    ? "several runs are shown: Esc closes the comparison"
                    : "press Enter on a run in the list to open it",
                .warning)
        }
        return nil
    }

    /// The same, for what changes it or goes on with it: a run of another home is only shown.
    func ownSubject(_ shared: inout Shared) -> RunSummary? {
        guard let run = subject(&shared) else { return nil }
        guard let home = run.home else { return run }
        shared.say(
            "\(run.name) is in another home and is only shown here: `saccade runs pull \(home) \(run.id)` copies it here",
            .warning)
        return nil
    }

    // MARK: Details

    /// What is read again once the history has changed: all that is shown of single runs.
    var detailRequests: [LibraryRequest] {
        var shown = isComparing ? comparedRuns : []
        if let opened, !shown.contains(opened), !deleted.contains(opened) { shown.append(opened) }
        return shown.map { .run($0) }
    }

    /// Whether it is no matter if a run cannot be read: it was shown and has been deleted meanwhile, which the list tells.
    func mayBeMissing(_ run: String) -> Bool { hasDetail(of: run) || deleted.contains(run) }

    func hasDetail(of run: String) -> Bool { details[run] != nil }

    /// The detail panel goes with the cursor of the list: keys are about the run that it shows. One is read at a time.
    ///
    /// - Parameter asked: runs that are being asked for already.
    mutating func follow(_ shared: Shared, asked: [String]) -> [Wish] {
        if focus == .runs || opened == nil || deleted.contains(opened ?? "") {
            let run = chosen(shared)?.id
            if run != opened { open(run) }
        }
        guard let opened, details[opened] == nil, awaitedDetail == nil, !isComparing, presetComparison == nil,
            !deleted.contains(opened), !unreadable.contains(opened),
            shared.runs.contains(where: { $0.id == opened && !($0.problem != nil && $0.home != nil) })
        else { return [] }
        awaitedDetail = opened
        return asked.contains(opened) ? [] : [.ask(.run(opened))]
    }

    /// Shows another run, or none; of those seen before some are kept.
    mutating func open(_ run: String?) {
        if opened != run { endPlayback() }
        (opened, detailScroll) = (run, 0)
        if details.count > Self.keptDetails { keepDetails(of: Set(comparedRuns + [run].compactMap { $0 })) }
    }

    private static let keptDetails = 12

    /// A run has been read, or cannot be.
    mutating func endAwaiting(_ run: String, failed: Bool) {
        if awaitedDetail == run { awaitedDetail = nil }
        if failed { unreadable.insert(run) } else { unreadable.remove(run) }
    }

    /// A person deletes it: nothing of it is shown from now on.
    mutating func forget(_ run: String) {
        deleted.insert(run)
        marked.removeAll { $0 == run }
        if marked.count < 2 { isComparing = false }
        if opened == run { open(nil) }
    }

    /// It could not be deleted.
    mutating func keep(_ run: String) { deleted.remove(run) }

    /// Reads again what is shown, and forgets the rest: it may be old.
    mutating func refresh() -> [Wish] {
        isStale = false
        unreadable = []
        let requests = detailRequests
        keepDetails(of: Set(requests.compactMap { if case .run(let run) = $0 { run } else { nil } }))
        return ([.runs] + requests).map { .effect(.refresh($0)) }
            + (isComparing ? [.ask(.outcomes(runs: marked))] : [])
    }

    mutating func take(_ detail: RunDetail) {
        details[detail.summary.id] = detail
        histories[detail.summary.id] = MetricHistory(
            detail.metrics.sorted { $0.optimizerStep < $1.optimizerStep })
    }

    /// Forgets what is no longer there.
    mutating func keepDetails(of known: Set<String>) {
        if let awaitedDetail, !known.contains(awaitedDetail) { self.awaitedDetail = nil }
        details = details.filter { known.contains($0.key) }
        histories = histories.filter { known.contains($0.key) }
    }

    /// Those whose curves are compared, the last marked last. Of two side by side the pinned one is the first: differences
    /// are to it.
    var comparedRuns: [String] {
        guard showsPair else { return drawnMarks }
        let pair = Array(marked.suffix(2))
        return pair.last == reference?.id ? pair.reversed() : pair
    }

    /// The details whose curves are compared, as far as they have come; the one marked last is in front.
    var plotted: [RunDetail] { comparedRuns.reversed().compactMap { details[$0] } }

    /// The two details that are compared side by side, once both have come.
    var compared: (RunDetail, RunDetail)? {
        let runs = comparedRuns
        guard isComparing, showsPair, runs.count == 2, let first = details[runs[0]], let second = details[runs[1]]
        else {
            return nil
        }
        return (first, second)
    }

    /// Of what the plots show.
    var lastStep: Int {
        (isComparing ? comparedRuns : [opened].compactMap { $0 }).compactMap { histories[$0]?.lastStep }.max() ?? 0
    }
}
