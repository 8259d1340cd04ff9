import Configuration
import Messages

/// The probability of replacement over a run, at evenly spaced places of it, as the engine says.
struct PlannedCurve: Sendable, Hashable {
    /// Empty where nobody has said.
    var probabilities: [Double]

    init(_ probabilities: [Double]?) { self.probabilities = probabilities ?? [] }

    /// Of a place, 0…1.
    func progress(of place: Int) -> Double { Double(place) / Double(max(1, probabilities.count - 1)) }

    /// Between two places what is on the line between them; `nil` where nobody has said.
    func probability(at progress: Double) -> Double? {
        guard let last = probabilities.last else { return nil }
        let place = min(1, max(0, progress)) * Double(probabilities.count - 1)
        let lower = Int(place)
        guard lower + 1 < probabilities.count else { return last }
        return probabilities[lower] + (place - Double(lower)) * (probabilities[lower + 1] - probabilities[lower])
    }

    /// Progress from which on it does not grow any more.
    var end: Double {
        guard let last = probabilities.last, let place = probabilities.firstIndex(of: last), place > 0 else { return 1 }
        return progress(of: place)
    }
}

extension TrainState {
    /// The knob that a panel of this engine edits as a curve.
    var curveKnobKey: String? { panels.lazy.compactMap(curveKnob).first }

    /// Without what is staged.
    func basePlan(_ shared: Shared) -> PlannedCurve {
        if shared.run.isActive { return PlannedCurve(shared.run.plan) }
        return plan?.configuration == tuning.base(shared.run) ? PlannedCurve(plan?.probabilities) : plannedCurve(shared)
    }

    /// With what is staged; until the engine has said, as it was before.
    func plannedCurve(_ shared: Shared) -> PlannedCurve {
        let configuration = tuning.edited(shared.run)
        if let plan, plan.configuration == configuration { return PlannedCurve(plan.probabilities) }
        if shared.run.isActive, configuration == shared.run.configuration { return PlannedCurve(shared.run.plan) }
        return PlannedCurve(plan?.probabilities ?? shared.run.plan)
    }

    /// Asks the engine how static inputs would give way, if that is not known of the settings that are shown. One question
    /// at a time.
    mutating func planWishes(_ shared: Shared) -> [Wish] {
        let configuration = tuning.edited(shared.run)
        guard awaitedPlan == nil, curveKnobKey != nil, plan?.configuration != configuration else { return [] }
        if shared.run.isActive, configuration == shared.run.configuration, shared.run.plan != nil { return [] }
        awaitedPlan = configuration
        return [.ask(.plan(configuration))]
    }

    mutating func takePlan(_ configuration: RunConfiguration, _ probabilities: [Double]?, _ shared: inout Shared) {
        awaitedPlan = nil
        let before = plan
        plan = (configuration, probabilities)
        // A curve that was bent, and nothing else with it, and that moves nothing belongs to another strategy.
        let changed = before.map { description.differences(from: $0.configuration, to: configuration).map(\.key) }
        if let key = curveKnobKey, tuning.staged[key] != nil, changed == [key], before?.probabilities == probabilities {
            shared.say("this strategy does not use the sliding curve", .warning)
        }
    }
}
