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
    var replayStep: Int?
    var isReplaying = false
    /// The preset whose settings are to be loaded when they come.
    var awaitedPreset: String?
    var hasOfferedResume = false

    static let markLimit = 6

    // MARK: The list

    /// What is wrong with the filter; `nil` if it can be read.
    static func problem(of filter: String) -> String? {
        do throws(RunFilterError) {
            _ = try RunFilter(filter)
            return nil
        } catch {
            return error.description
        }
    }

    func shown(_ shared: Shared) -> [RunSummary] {
        // A filter that cannot be read, as while it is typed, leaves everything.
        let filter = (try? RunFilter(cursor.filter)) ?? RunFilter()
        let filtered = shared.runs.filter { filter.matches($0, now: shared.now) }
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

    // MARK: Details

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

extension RunDetail {
    /// The settings after all edits.
    var finalConfiguration: RunConfiguration {
        var configuration = configuration
        for edit in edits {
            for difference in edit.differences { try? configuration.set(difference.key, to: difference.new) }
        }
        return configuration
    }
}
