import Configuration
import Messages
import OrderedCollections

/// A fork that is being made ready in the tuning panel: what would have come of other values.
struct ForkValues: Sendable, Hashable {
    var point: ForkPoint
    /// The settings at the checkpoint.
    var base: RunConfiguration
    /// What is to be different.
    var staged: OrderedDictionary<String, KnobValue> = [:]
}

extension TuningState {
    /// Makes the panel about a fork, with the values of its point staged. What is staged for the run stays until it is left.
    mutating func begin(_ point: ForkPoint, base: RunConfiguration, _ run: RunState) {
        let changes = point.changes ?? (fork == nil ? stagedLive : [])
        fork = ForkValues(point: point, base: base)
        for change in changes {
            if let knob = description.knownKnob(change.key) { try? stage(knob, change.value, run) }
        }
        if let first = changes.first, let index = shown.firstIndex(where: { $0.key == first.key }) {
            cursor.select(index)
        }
    }

    /// The panel is about the run or the next one again.
    mutating func endFork() { fork = nil }

    /// A fork has begun, or waits, with these values: what was staged for it is done with.
    mutating func forget(_ changes: [KnobChange], of command: TuningCommand) {
        if let fork {
            if command.isFork(of: fork.point) { endFork() }
            return
        }
        for change in changes where staged[change.key] == change.value { unstage(change.key) }
    }

    /// Whether the panel is about this knob now: a fork takes live ones alone.
    func takes(_ knob: Knob) -> Bool { fork == nil || knob.isLive }

    /// The point with the values that are staged.
    var editedFork: ForkPoint? {
        guard var point = fork?.point else { return nil }
        point.changes = stagedLive
        return point
    }
}

extension RunDetail {
    /// The settings that a checkpoint was written with; `nil` if it is none of this run's. An edit has its own checkpoint
    /// just before it.
    ///
    /// - Parameter checkpoint: its path; `nil`: the latest.
    func configuration(at checkpoint: String?, described description: EngineDescription) -> RunConfiguration? {
        let known =
            if let checkpoint { checkpoints.lastIndex { $0.path == checkpoint } } else { checkpoints.indices.last }
        guard let place = known else { return checkpoint == nil ? configuration : nil }
        let step = checkpoints[place].optimizerStep
        var result = configuration
        for edit in edits {
            // At the same step the order of the checkpoints tells.
            let own = edit.checkpoint.flatMap { path in checkpoints.lastIndex { $0.path == path } } ?? Int.max
            guard edit.optimizerStep < step || edit.optimizerStep == step && own < place else { continue }
            for difference in edit.differences {
                try? description.restore(difference.key, to: difference.new, in: &result)
            }
        }
        return result
    }
}
