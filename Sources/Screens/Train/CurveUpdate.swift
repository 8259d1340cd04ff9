import Messages
import Terminal

/// The sliding curve by hand. What is moved is staged like any other edit.
extension TrainState {
    private static let knobKey = "sliding.curve"

    /// The handles as they are staged, or as they would be if one were moved.
    func handles(_ shared: Shared) -> SlidingHandles {
        SlidingHandles(tuning.edited(shared.run).sliding, now: Self.progress(shared) ?? 0)
    }

    static func progress(_ shared: Shared) -> Double? {
        guard shared.run.isActive, shared.run.totalSteps > 0 else { return nil }
        return Double(shared.progress?.optimizerStep ?? shared.run.optimizerStep) / Double(shared.run.totalSteps)
    }

    mutating func bend(_ action: Action, _ shared: inout Shared) -> [Wish] {
        var handles = handles(shared)
        guard let chosen = handles.nearestMovable(handle) else {
            shared.say("the run has passed the whole curve", .warning)
            return action == .enter ? apply(&shared) : []
        }
        handle = chosen
        let place = handles.handles[chosen]
        var (across, up) = (0.0, 0.0)
        switch action {
        case .left: across = -0.01
        case .right: across = 0.01
        case .farLeft: across = -0.1
        case .farRight: across = 0.1
        case .up: up = 0.02
        case .down: up = -0.02
        case .pageUp: up = 0.2
        case .pageDown: up = -0.2
        case .nextMatch: handle = handles.movable.after(chosen)
        case .previousMatch: handle = handles.movable.before(chosen)
        case .top: handle = handles.movable.first ?? chosen
        case .bottom: handle = handles.movable.last ?? chosen
        case .addHandle:
            guard let added = handles.add(beside: chosen) else {
                shared.say("no room for another handle here", .warning)
                return []
            }
            handle = added
            stage(handles, &shared)
        case .removeHandle:
            guard handles.remove(chosen) else {
                shared.say("two handles must stay", .warning)
                return []
            }
            stage(handles, &shared)
        case .powerLaw: stage(text: "", &shared)
        case .unstage: tuning.unstage(Self.knobKey)
        case .boundary: changeBoundary(&shared)
        case .typeValue: return typeValue(of: Self.knobKey, shared)
        case .enter: return apply(&shared)
        default: break
        }
        if across != 0 || up != 0 {
            handle = handles.move(
                chosen, toProgress: place.progress + across, probability: place.probability + up)
            stage(handles, &shared)
        }
        return []
    }

    // MARK: By mouse

    /// Takes hold of the handle near a place; where none is near, one is added.
    mutating func pickHandle(progress: Double, probability: Double, _ shared: inout Shared) {
        var handles = handles(shared)
        if let near = handles.handle(nearProgress: progress, probability: probability) {
            handle = near
        } else if let added = handles.add(atProgress: progress, probability: probability) {
            handle = added
            stage(handles, &shared)
        }
    }

    mutating func moveHandle(toProgress progress: Double, probability: Double, _ shared: inout Shared) {
        var handles = handles(shared)
        guard let chosen = handles.nearestMovable(handle) else { return }
        handle = handles.move(chosen, toProgress: progress, probability: probability)
        stage(handles, &shared)
    }

    private mutating func stage(_ handles: SlidingHandles, _ shared: inout Shared) {
        stage(text: handles.text, &shared)
    }

    private mutating func stage(text: String, _ shared: inout Shared) {
        do throws(ConfigurationError) {
            try tuning.stage(try KnobCatalogue.knob(Self.knobKey), .text(text), shared.run)
            let strategy = tuning.edited(shared.run).sliding.strategy
            if strategy != "sliding" {
                shared.say("the strategy is \(strategy): only 'sliding' follows this curve", .warning)
            }
        } catch {
            shared.say(error.description, .bad)
        }
    }
}
