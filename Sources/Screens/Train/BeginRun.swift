import Configuration
import Messages

/// Beginning runs: with the settings shown or a preset, once or with several seeds.
extension TrainState {
    /// A run begins at once where none is active; else it waits in the queue, as do all but the first of several.
    ///
    /// - Parameter seeds: a run for each; empty: one with the seed of its settings.
    func beginChooser(_ shared: Shared, seeds: [Int] = []) -> Chooser {
        let changed = tuning.edited(shared.run).storedKeys.count
        let source = tuning.fork.map { "the fork of \($0.point.runName)" } ?? tuning.draftSource
        let settings = Chooser.Entry(
            title: "current settings", note: "from \(source), \(changed) changed from the defaults",
            intent: .beginWithSettings(seeds: seeds),
            costs: .configuration(title: "current settings", tuning.edited(shared.run)))
        let presets = shared.presets.map { preset in
            Chooser.Entry(
                title: preset.name, note: shared.beginNote(of: preset),
                intent: .beginWithPreset(preset.name, seeds: seeds), isPossible: shared.canBegin(with: preset),
                costs: shared.canBegin(with: preset) ? .preset(preset.name) : nil)
        }
        guard seeds.isEmpty else {
            let title = "Begin \(seeds.count) run\(seeds.count == 1 ? "" : "s"), one with each seed, with"
            return Chooser(title: title, entries: [settings] + presets)
        }
        let several = Chooser.Entry(
            title: "several seeds…", note: "the same settings once per seed, one run after another", intent: .askSeeds,
            words: "repeat queue")
        return Chooser(
            title: shared.run.isActive ? "Add a run to the queue, with" : "Begin a run with",
            entries: [settings] + presets + [several])
    }
}

/// Runs that begin once a preset has been read.
struct SeedRuns: Sendable, Hashable {
    var preset: String
    var seeds: [Int]
}

extension Shared {
    /// Into the queue, one after another; the first begins at once where nothing goes on.
    func runs(of configuration: RunConfiguration, preset: String?, seeds: [Int]) -> [Wish] {
        seeds.map { seed in
            var configuration = configuration
            try? description.set(KnownKnob.seed, to: .integer(seed), in: &configuration)
            let set = description.text(of: KnownKnob.dataSet, in: configuration)
            return .send(
                .enqueue(.start(configuration: configuration, name: "\(preset ?? set)-seed\(seed)", preset: preset)))
        }
    }
}

extension TuningCommand {
    /// Whether it begins this fork, or lets it wait.
    func isFork(of point: ForkPoint) -> Bool {
        switch self {
        case .fork(let run, let checkpoint, _, _), .enqueue(.fork(let run, let checkpoint, _, _)):
            run == point.run && checkpoint == point.checkpoint
        default: false
        }
    }
}
