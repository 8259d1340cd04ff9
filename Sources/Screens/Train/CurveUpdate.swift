import Configuration
import Messages
import Terminal

/// The sliding curve by hand. What is moved is staged like any other edit.
extension TrainState {
    /// The handles as they are staged, or as they would be if one were moved.
    func handles(_ shared: Shared) -> SlidingHandles {
        let text = curveKnobKey.map { description.text(of: $0, in: tuning.edited(shared.run)) } ?? ""
        return SlidingHandles(text: text, plan: plannedCurve(shared), now: Self.progress(shared) ?? 0)
    }

    static func progress(_ shared: Shared) -> Double? {
        guard shared.run.isActive, shared.run.totalSteps > 0 else { return nil }
        return Double(shared.optimizerStep) / Double(shared.run.totalSteps)
    }

    mutating func bend(_ action: Action, _ shared: inout Shared) -> [Wish] {
        var handles = handles(shared)
        guard let chosen = handles.nearestMovable(handle) else {
            shared.say(handles.emptyText, .warning)
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
                shared.say("no room for another handle here: choose another handle with n", .warning)
                return []
            }
            handle = added
            stage(handles, &shared)
        case .removeHandle:
            guard handles.remove(chosen) else {
                shared.say("at least two handles are needed", .warning)
                return []
            }
            stage(handles, &shared)
        case .powerLaw: stage(text: "", &shared)
        case .unstage: if let key = curveKnobKey { tuning.unstage(key) }
        case .boundary: changeBoundary(&shared)
        case .typeValue: return curveKnobKey.map { typeValue(of: $0, shared) } ?? []
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
        guard !handles.handles.isEmpty else { return shared.say(handles.emptyText, .warning) }
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
        guard let key = curveKnobKey else { return }
        do throws(ConfigurationError) {
            try tuning.stage(try description.knob(key), .text(text), shared.run)
        } catch {
            shared.say(error.description, .bad)
        }
    }
}
