import Messages

/// The runs screen: list, details, comparison of two, and the presets.
struct RunsState: Sendable {
    enum Panel: String, Sendable, Hashable, CaseIterable { case runs, detail, presets }

    enum Order: String, Sendable, Hashable, CaseIterable {
        case newest
        case name
        case accuracy
        case loss
        case edits

        var title: String { self == .accuracy ? "validation accuracy" : rawValue }
    }

    var focus = Panel.runs
    var isZoomed = false
    var isLossLogarithmic = true
    var showsEveryKnob = false
    var cursor = ListCursor()
    var presetCursor = ListCursor()
    var order = Order.newest
    /// At most two, in the order of marking.
    var marked: [String] = []
    var isComparing = false
    /// What has been read of runs; the shown one and the compared ones.
    var details: [String: RunDetail] = [:]
    var opened: String?
    var detailScroll = 0
    /// The preset whose settings are to be loaded when they come.
    var awaitedPreset: String?
    var hasOfferedResume = false

    func shown(_ shared: Shared) -> [RunSummary] {
        let filtered = shared.runs.filter { run in
            cursor.matches(
                ([run.name, run.id, run.phase.rawValue, run.dataSet, run.note] + run.tags).joined(separator: " "))
        }
        return switch order {
        case .newest: filtered.sorted { $0.created > $1.created }
        case .name: filtered.sorted { $0.name < $1.name }
        case .accuracy: filtered.sorted { ($0.validationAccuracy ?? -1) > ($1.validationAccuracy ?? -1) }
        case .loss: filtered.sorted { ($0.lastLoss ?? .infinity) < ($1.lastLoss ?? .infinity) }
        case .edits: filtered.sorted { $0.editCount > $1.editCount }
        }
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

    /// The two details that are compared, once both have come.
    var compared: (RunDetail, RunDetail)? {
        guard isComparing, marked.count == 2, let first = details[marked[0]], let second = details[marked[1]] else {
            return nil
        }
        return (first, second)
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
