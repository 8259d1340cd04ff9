import Configuration

/// Something that a rule has said of a run.
public struct Alert: Sendable, Hashable, Codable {
    /// As the rule is written.
    public var rule: String
    public var run: String
    public var optimizerStep: Int
    /// What was seen.
    public var text: String
    /// Whether a terminal is to ring.
    public var rings: Bool

    public init(rule: String, run: String, optimizerStep: Int, text: String, rings: Bool) {
        (self.rule, self.run, self.optimizerStep) = (rule, run, optimizerStep)
        (self.text, self.rings) = (text, rings)
    }
}

/// Looks at what an engine reports and says which rules hold: each once a run.
public struct AlertWatch: Sendable {
    private let rules: [AlertRule]
    private var run: String?
    private var state: RunState?
    private var said: Set<Int> = []
    private var curves: [MetricSeries: [MetricPoint]] = [:]
    private var spikes: SpikeGrid?
    private var progress: ProgressSnapshot?

    /// As many points of a curve as health checks look at.
    private static let pointLimit = 4096

    public init(_ rules: [AlertRule]) { self.rules = rules }

    /// Whether there is nothing to look for.
    public var isEmpty: Bool { rules.isEmpty }

    /// - Returns: what newly holds, with the rule's actions.
    public mutating func take(_ batch: ReportSubscription.Batch) -> [(alert: Alert, actions: [AlertRule.Action])] {
        var found: [(alert: Alert, actions: [AlertRule.Action])] = []
        for report in batch.lossless {
            switch report {
            case .state(let state): take(state)
            case .finished(let result) where result.run == run:
                found += say(
                    .finished, at: result.optimizerSteps,
                    result.testAccuracy.map { "finished: test accuracy \(Self.text($0))" } ?? "finished")
            case .failure(let failure): found += say(.failed, at: failure.optimizerStep, failure.text)
            case .description, .edit, .checkpoint, .checkpointsRemoved, .note, .finished, .metrics, .progress,
                .preparation, .spikes, .alignment, .queue, .log, .alert:
                break
            }
        }
        spikes = batch.spikes ?? spikes
        progress = batch.progress ?? progress
        if batch.metricsRun == run {
            for (series, points) in batch.metrics {
                found += compare(series, points)
                if RunEvidence.series.contains(series) {
                    curves[series] = Array(((curves[series] ?? []) + points).suffix(Self.pointLimit))
                }
            }
            // Once an epoch, as on the screen; what is no number at once.
            if batch.metrics[.validationAccuracy] != nil || batch.metrics[.testAccuracy] != nil
                || batch.metrics[.totalLoss]?.contains(where: \.isLost) == true
            {
                found += examine()
            }
        }
        return found
    }

    private mutating func take(_ state: RunState) {
        self.state = state
        guard state.run != run else { return }
        run = state.run
        (said, curves, spikes, progress) = ([], [:], nil, nil)
    }

    private mutating func compare(
        _ series: MetricSeries, _ points: [MetricPoint]
    ) -> [(alert: Alert, actions: [AlertRule.Action])] {
        rules.enumerated().flatMap { place, rule -> [(alert: Alert, actions: [AlertRule.Action])] in
            guard case .curve(series, let relation, let limit, let moment) = rule.condition,
                let point = points.first(where: {
                    isReached(moment, $0.optimizerStep) && relation.holds($0.value, limit)
                })
            else { return [] }
            return say(place, at: point.optimizerStep, "\(series.rawValue) is \(Self.text(point.value))")
        }
    }

    private static func text(_ value: Double) -> String { "\((value * 1e4).rounded() / 1e4)" }

    private func isReached(_ moment: AlertRule.Moment?, _ step: Int) -> Bool {
        switch moment {
        case nil: true
        case .steps(let count): step >= count
        case .epochs(let count):
            if let state, state.epochs > 0, state.totalSteps > 0 {
                step / max(1, state.totalSteps / state.epochs) >= count
            } else {
                false
            }
        }
    }

    private mutating func examine() -> [(alert: Alert, actions: [AlertRule.Action])] {
        guard rules.contains(where: { if case .health = $0.condition { true } else { false } }) else { return [] }
        let findings = RunEvidence(curves: curves, spikes: spikes, progress: progress).findings
        return findings.flatMap { say(.health($0.name), at: $0.optimizerStep, "\($0.name): \($0.text); \($0.advice)") }
    }

    private mutating func say(
        _ condition: AlertRule.Condition, at step: Int, _ text: String
    ) -> [(alert: Alert, actions: [AlertRule.Action])] {
        rules.indices.filter { rules[$0].condition == condition }.flatMap { say($0, at: step, text) }
    }

    private mutating func say(
        _ place: Int, at step: Int, _ text: String
    ) -> [(alert: Alert, actions: [AlertRule.Action])] {
        guard let run, said.insert(place).inserted else { return [] }
        let rule = rules[place]
        let alert = Alert(
            rule: rule.text, run: run, optimizerStep: step, text: text, rings: rule.actions.contains(.ring))
        return [(alert, rule.actions)]
    }
}

extension MetricPoint {
    fileprivate var isLost: Bool { !value.isFinite }
}
