import Configuration
import Messages

/// The runs screen: list, details that can be gone through again, comparison of two, queue and presets.
struct RunsState: Sendable {
    enum Panel: String, Sendable, Hashable, CaseIterable { case runs, detail, queue, presets }

    enum Order: String, Sendable, Hashable, CaseIterable {
        case newest, name, state, epoch, validation, test, loss, edits

        var title: String {
            switch self {
            case .validation: "validation accuracy"
            case .test: "test accuracy"
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
    /// In the order of marking; drawn in the plots, and the last two compared.
    var marked: [String] = []
    var isComparing = false
    /// A preset beside the settings of now, while that is shown.
    var presetComparison: Comparison?
    /// What has been read of runs; the shown one and the compared ones.
    private(set) var details: [String: RunDetail] = [:]
    private(set) var histories: [String: MetricHistory] = [:]
    var opened: String?
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
    var hasOfferedResume = false
    /// The history has changed since it was read.
    var isStale = false

    static let markLimit = 6

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
            shared.say("there is no run yet", .warning)
        case .detail:
            if !isComparing, let run = shared.runs.first(where: { $0.id == opened }) { return run }
            shared.say(
                isComparing ? "two runs are shown: Esc leaves the comparison" : "Enter on a run of the list opens it",
                .warning)
        }
        return nil
    }

    // MARK: Details

    /// What is read again once the history has changed: all that is shown of single runs.
    var detailRequests: [LibraryRequest] {
        var shown = isComparing ? comparedRuns : []
        if let opened, !shown.contains(opened) { shown.append(opened) }
        return shown.map { .run($0) }
    }

    func hasDetail(of run: String) -> Bool { details[run] != nil }

    /// Reads again what is shown, and forgets the rest: it may be old.
    mutating func refresh() -> [Wish] {
        isStale = false
        let requests = detailRequests
        keepDetails(of: Set(requests.compactMap { if case .run(let run) = $0 { run } else { nil } }))
        return ([.runs] + requests).map { .effect(.refresh($0)) }
    }

    mutating func take(_ detail: RunDetail) {
        details[detail.summary.id] = detail
        histories[detail.summary.id] = MetricHistory(
            detail.metrics.sorted { $0.optimizerStep < $1.optimizerStep })
    }

    /// Forgets what is no longer there.
    mutating func keepDetails(of known: Set<String>) {
        details = details.filter { known.contains($0.key) }
        histories = histories.filter { known.contains($0.key) }
    }

    /// The two that are compared: the last ones marked.
    var comparedRuns: [String] { Array(marked.suffix(2)) }

    /// The two details that are compared, once both have come.
    var compared: (RunDetail, RunDetail)? {
        let runs = comparedRuns
        guard isComparing, runs.count == 2, let first = details[runs[0]], let second = details[runs[1]] else {
            return nil
        }
        return (first, second)
    }

    /// Of what the plots show.
    var lastStep: Int {
        (isComparing ? comparedRuns : [opened].compactMap { $0 }).compactMap { histories[$0]?.lastStep }.max() ?? 0
    }
}
