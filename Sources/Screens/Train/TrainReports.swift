import Configuration
import Messages

extension TrainState {
    /// Takes over what the engine has said.
    mutating func take(_ batch: ReportSubscription.Batch, _ shared: inout Shared) -> [Wish] {
        var wishes: [Wish] = []
        // States come first among the lossless reports of a new run, and its metrics belong to it.
        for report in batch.lossless { wishes += take(report, &shared) }
        // Of a run that has ended: its last points came when the next had begun.
        if batch.metricsRun == runID {
            let clipNorm = shared.clipNorm
            for (_, points) in batch.metrics {
                for point in points {
                    history.append(point)
                    guardFigures.take(point, clipNorm: clipNorm)
                }
            }
        }
        if let progress = batch.progress { shared.progress = progress }
        // The last of it may come when the run has begun.
        shared.preparation = shared.run.phase == .preparing ? batch.preparation ?? shared.preparation : nil
        shared.lastMetricStep = shared.run.run == runID ? history.lastStep : 0
        if let grid = batch.spikes { spikes = grid }
        if let snapshot = batch.alignment { alignment = snapshot.keepingLayers(of: alignment) }
        // Once an epoch: what is wrong with a run does not come and go from step to step.
        if batch.metricsRun == runID, batch.metrics[.validationAccuracy] != nil || batch.metrics[.testAccuracy] != nil {
            wishes += examine(&shared)
        }
        return wishes
    }

    /// Says what has newly gone wrong, by name, beside the edits and in the log.
    private mutating func examine(_ shared: inout Shared) -> [Wish] {
        let curves = RunEvidence.series.map { series in
            let curve = history.raw(series)
            let points = zip(curve.steps.suffix(4096), curve.values.suffix(4096))
            return (series, points.map { MetricPoint(series: series, optimizerStep: $0, value: $1) })
        }
        let evidence = RunEvidence(
            curves: Dictionary(curves) { first, _ in first }, spikes: spikes, progress: shared.progress)
        // Said once a run: what is near a limit comes and goes.
        let new = evidence.findings.filter { saidFindings.insert($0.name).inserted }
        for finding in new { add(finding.optimizerStep, "⚠ \(finding.name): \(finding.text)", .bad) }
        // An answer to what somebody just did is not written over.
        if let first = new.first, shared.status == nil {
            shared.say("\(first.name): \(first.text); \(first.advice)", .warning)
        }
        return new.map { .log(.warning, "step \($0.optimizerStep): \($0.name): \($0.text); \($0.advice)") }
    }

    private mutating func take(_ report: EngineReport, _ shared: inout Shared) -> [Wish] {
        switch report {
        case .description(let description):
            take(description, &shared)
            return []
        case .state(let state): return take(state, &shared)
        case .edit(let edit):
            guard edit.run == runID || runID == nil else { return [] }
            if edits.contains(where: { $0.number == edit.number }) { return [] }
            edits.append(edit)
            tuning.settle(shared.run.configuration, keys: edit.differences.map(\.key))
            let text = "\(PlotMark.circled(edit.letter)) " + edit.summary(description)
            add(edit.optimizerStep, text, .edit, checkpoint: edit.checkpoint)
            shared.say("applied before step \(edit.optimizerStep): " + edit.summary(description), .good)
            return [.log(.info, "step \(edit.optimizerStep): edit \(edit.letter): " + edit.summary(description))]
        case .checkpoint(let record):
            // A fork's first one comes with its past, too.
            guard record.run == runID || runID == nil, !checkpoints.contains(where: { $0.path == record.path }) else {
                return []
            }
            checkpoints.append(record)
            // The one before an edit stands with the edit.
            if record.reason != "edit" { add(Event(record)) }
            return [.log(.info, "step \(record.optimizerStep): checkpoint (\(record.reason)) \(record.path)")]
        case .checkpointsRemoved(let run, let paths):
            guard run == runID else { return [] }
            forgetCheckpoints(Set(paths))
            return []
        case .note(let note):
            add(note.optimizerStep, "“\(note.text)”", .note)
            return [.log(.info, "step \(note.optimizerStep): note: \(note.text)")]
        case .finished(let result):
            self.result = result
            let text = result.outcomeText
            let short = "finished: " + result.shortText
            add(result.optimizerSteps, short, .good)
            // The whole of it stands above the plots and in the log.
            shared.say(short, .good)
            return [.log(.info, text)]
        case .failure(let failure):
            self.failure = failure
            let text = failure.message + (failure.advice.isEmpty ? "" : " — " + failure.advice)
            add(failure.optimizerStep, failure.message, .bad)
            shared.say(text, .bad)
            return [.log(.error, text)]
        case .alert(let alert):
            add(alert.optimizerStep, "⚑ \(alert.text)", .bad)
            shared.say("alert: \(alert.text)", .warning)
            return [.log(.warning, "step \(alert.optimizerStep): alert \(alert.rule): \(alert.text)")]
                + (alert.rings ? [.effect(.ring)] : [])
        case .metrics, .progress, .preparation, .spikes, .alignment, .queue, .log: return []
        }
    }

    private mutating func take(_ state: RunState, _ shared: inout Shared) -> [Wish] {
        let before = shared.run
        var wishes: [Wish] = []
        shared.run = state
        if state.run != runID, state.run != nil || state.phase == .preparing {
            begin(run: state.run)
            shared.progress = nil
            // One of them has been used once more.
            wishes.append(.ask(.presets))
            if state.optimizerStep > 0, let run = state.run {
                awaitedPast = run
                wishes.append(.ask(.run(run)))
            }
        }
        // A run that goes on has not ended yet.
        if state.isActive, !before.isActive { (result, failure) = (nil, nil) }
        if state.isActive {
            tuning.settle(state.configuration, keys: [])
        } else if before.isActive {
            tuning.forgetSent()
            // The settings of the run that ended are where the next one begins.
            (tuning.draft, tuning.draftSource) = (state.configuration, "run \(state.name ?? state.run ?? "")")
            tuning.preset = nil
            shared.progress = nil
        }
        guard before.phase != state.phase else { return wishes }
        wishes.append(.ask(.runs))
        // Validations come and go with every epoch.
        let isValidation = state.phase == .validating || (before.phase == .validating && state.phase == .running)
        if state.phase != .idle, !isValidation {
            wishes.append(.log(.info, "run \(state.name ?? state.run ?? "?"): \(state.phase.rawValue)"))
        }
        return wishes
    }

    /// Takes over the curves of other runs.
    mutating func takeGhosts(_ curves: [RunCurves]) {
        let known = curves.filter { wantedGhosts.contains($0.run) && $0.run != runID }
        ghosts = known.map { RunGhost($0, smoothing: history.smoothing) }
    }

    /// Sets the run that ended beside the one that it is measured against, if that is what was asked.
    mutating func takeOutcomes(_ asked: [String], _ outcomes: [RunOutcome]) {
        guard let question = wantedDifference, question.candidates == asked,
            let run = outcomes.first(where: { $0.summary.id == question.run }),
            let reference = outcomes.first(where: { $0.summary.id == question.reference })
        else { return }
        difference = OutcomeDifference(question.kind, of: run, to: reference, among: outcomes, described: description)
    }

    /// Puts what a run did before the screen saw it in front of what has been seen since.
    mutating func takePast(_ detail: RunDetail, _ shared: Shared) {
        guard awaitedPast == detail.summary.id, runID == detail.summary.id else { return }
        awaitedPast = nil
        var past = MetricHistory(
            detail.metrics.sorted { $0.optimizerStep < $1.optimizerStep }, smoothing: history.smoothing)
        past.append(newerOf: history)
        history = past
        if !shared.run.isActive { (result, failure) = (result ?? detail.result, failure ?? detail.failure) }
        let seenCheckpoints = Set(checkpoints.map(\.path))
        let missedCheckpoints = detail.presentCheckpoints.filter { !seenCheckpoints.contains($0.path) }
        checkpoints = (missedCheckpoints + checkpoints)
            .sorted { $0.optimizerStep < $1.optimizerStep }
        let seen = Set(edits.map(\.number))
        let missed = detail.edits.filter { !seen.contains($0.number) }
        edits = (missed + edits).sorted { $0.number < $1.number }
        let old =
            missed.map {
                Event(
                    optimizerStep: $0.optimizerStep, text: "\(PlotMark.circled($0.letter)) " + $0.summary(description),
                    role: .edit,
                    checkpoint: $0.checkpoint)
            } + missedCheckpoints.filter { $0.reason != "edit" }.map(Event.init)
            + detail.notes.map { Event(optimizerStep: $0.optimizerStep, text: "“\($0.text)”", role: .note) }
        events = (old.filter { !events.contains($0) } + events).sorted { $0.optimizerStep < $1.optimizerStep }
        eventCursor.select(max(0, events.count - 1))
    }

    private mutating func add(_ step: Int, _ text: String, _ role: Event.Role, checkpoint: String? = nil) {
        add(Event(optimizerStep: step, text: text, role: role, checkpoint: checkpoint))
    }

    private mutating func add(_ event: Event) {
        // Who has chosen an older entry keeps it.
        let chosen = eventCursor.index(in: events.count) ?? 0
        let follows = chosen >= events.count - 1
        events.append(event)
        let surplus = max(0, events.count - 1000)
        events.removeFirst(surplus)
        eventCursor.select(follows ? events.count - 1 : max(0, chosen - surplus))
    }

    /// Later checkpoints took their place: nothing can be forked from them any more.
    private mutating func forgetCheckpoints(_ paths: Set<String>) {
        func isGone(_ event: Event) -> Bool {
            event.role == .checkpoint && event.checkpoint.map(paths.contains) ?? false
        }
        checkpoints.removeAll { paths.contains($0.path) }
        let chosen = eventCursor.index(in: events.count) ?? 0
        let before = events.prefix(chosen).count { isGone($0) }
        events.removeAll(where: isGone)
        eventCursor.select(min(chosen - before, max(0, events.count - 1)))
    }
}

extension TrainState.Event {
    init(_ record: CheckpointRecord) {
        self.init(
            optimizerStep: record.optimizerStep, text: "checkpoint (\(record.reason))", role: .checkpoint,
            checkpoint: record.path)
    }
}

extension TrainState {
    /// An engine has said what it can do: panels that it has not are left.
    mutating func take(_ description: EngineDescription, _ shared: inout Shared) {
        shared.description = description
        guard tuning.description != description else { return }
        tuning.description = description
        if !panels.contains(focus) { focus = panels.first ?? .tuning }
        if !panels.contains(shownPlot) { shownPlot = plotPanels.first ?? .tuning }
        let unknown = description.panels.filter { if case .unknown = $0.kind { true } else { false } }
        if !unknown.isEmpty {
            shared.say(
                "this version of saccade cannot draw \(unknown.map(\.title).joined(separator: ", ")) of \(description.engine)",
                .warning)
        }
    }
}

extension AppliedEdit {
    /// `λ domain 0.5→0.4, exponent 3→4 (undo of a)`.
    func summary(_ description: EngineDescription) -> String {
        let changes = differences.map { difference in
            let knob = description.knownKnob(difference.key)
            return "\(knob?.title ?? difference.key) \(KnobText.short(difference.old, knob))→"
                + KnobText.short(difference.new, knob)
        }.joined(separator: ", ")
        switch origin {
        case .user: return changes
        case .undo(let number): return changes + " (undo of \(number))"
        case .redo(let number): return changes + " (redo of \(number))"
        case .schedule: return changes + " (scheduled)"
        }
    }
}

enum KnobText {
    /// The same for a line of its own: a curve by the number of its handles.
    static func short(_ value: KnobValue, _ knob: Knob?) -> String {
        guard knob?.kind == .curve, case .text(let text) = value else { return self.value(value) }
        guard !text.isEmpty else { return "power law" }
        return SlidingCurve.handles(fromText: text).map { "\($0.count) handles" } ?? self.value(value)
    }

    /// A value as the panel shows it.
    static func value(_ value: KnobValue) -> String {
        switch value {
        case .number(let number): Figures.text(number)
        case .integer(let number): String(number)
        case .flag(let isOn): isOn ? "on" : "off"
        case .text(let text): text.isEmpty ? "–" : text
        }
    }
}
