import Messages

/// What the workbench opens with where no run was asked for: what goes on, what can go on, what came out, what there is to
/// begin with. One key does the first of it.
extension WorkbenchState {
    private static let shownOfEach = 4

    /// Once the lists have come, where nothing goes on here and no question stands.
    mutating func offerStart() -> [Wish] {
        guard startsWithList, hasRuns, hasPresets else { return [] }
        startsWithList = false
        guard !shared.run.isActive, dialogs.isEmpty else { return [] }
        return [.dialog(.chooser(startPage))]
    }

    var startPage: Chooser {
        let runs = shared.runs.filter { $0.problem == nil && $0.home == nil && $0.host == nil }.sorted {
            $0.created > $1.created
        }
        let trained = runs.filter { $0.processIdentifier != nil }
        let stopped = runs.filter { $0.processIdentifier == nil && $0.phase != .finished && $0.epochs > 0 }
        let finished = runs.filter { $0.phase == .finished }
        let presets = shared.presets.filter { $0.problem == nil }.enumerated().sorted {
            ($1.element.useCount, $0.offset) < ($0.element.useCount, $1.offset)
        }.map(\.element)
        func first<Element>(_ all: [Element], _ entry: (Element) -> Chooser.Entry) -> [Chooser.Entry] {
            all.prefix(Self.shownOfEach).map(entry)
        }
        let entries =
            first(trained) { run in
                Chooser.Entry(
                    title: "attach to \(run.name)",
                    note: "training, \(Self.place(of: run)), process \(run.processIdentifier ?? 0)",
                    intent: .attach(run.id))
            }
            + first(stopped) { run in
                Chooser.Entry(
                    title: "resume \(run.name)", note: "\(run.stateName) in \(Self.place(of: run))",
                    intent: .resume(run.id))
            }
            + first(finished) { run in
                let test = run.testAccuracy.map { "test \(Figures.percent($0)) %" } ?? "finished"
                return Chooser.Entry(
                    title: "open \(run.name)",
                    note: "\(test), \(Figures.age(max(0, shared.now - run.created))) ago", intent: .openRun(run.id))
            }
            + presets.filter(shared.canBegin).map { beginEntry($0, title: "train \($0.name)") }
            + [
                Chooser.Entry(
                    title: "open a study", note: "arms against each other, with intervals",
                    intent: .actionAt(.study, .openStudy)),
                Chooser.Entry(title: "browse data sets", note: absentNote(presets), intent: .action(.showData)),
                Chooser.Entry(
                    title: "edit settings first", note: "then b begins a run with them", intent: .nothing),
            ]
        var chooser = Chooser(title: "Start", entries: entries)
        chooser.filters = false
        return chooser
    }

    private static func place(of run: RunSummary) -> String {
        "epoch \(min(run.epoch + 1, max(run.epochs, 1))) of \(run.epochs)"
    }

    private func absentNote(_ presets: [PresetSummary]) -> String {
        let count = presets.filter { !shared.canBegin(with: $0) }.count
        return count == 0 ? "" : "\(count) presets need data sets that are not installed"
    }

    private func beginEntry(_ preset: PresetSummary, title: String) -> Chooser.Entry {
        Chooser.Entry(
            title: title, note: shared.beginNote(of: preset), intent: .beginWithPreset(preset.name),
            isPossible: shared.canBegin(with: preset), costs: .preset(preset.name))
    }
}

extension Shared {
    /// What a list of presets to begin with says of one.
    func beginNote(of preset: PresetSummary) -> String {
        if let problem = preset.shortProblem { return "cannot be read: \(problem)" }
        guard let set = preset.dataSet, absentDataSets.contains(set) else { return preset.note }
        return "needs \(set), which is not installed"
    }

    func canBegin(with preset: PresetSummary) -> Bool {
        preset.problem == nil && !(preset.dataSet.map(absentDataSets.contains) ?? false)
    }
}
