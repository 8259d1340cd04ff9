import Messages

/// Going through a run again: what was known, set and measured at a step.
extension RunsState {
    /// Steps that a whole run plays in ten seconds.
    private var stepsASecond: Double { max(1, Double(timeline?.totalSteps ?? lastStep) / 10) }

    /// The opened run's timeline, if it has come.
    var openedTimeline: RunTimeline? { timeline.flatMap { $0.detail.summary.id == opened ? $0 : nil } }

    mutating func replay(_ action: Action, _ shared: inout Shared) -> [Wish] {
        guard let opened, details[opened] != nil else {
            shared.say("Enter on a run of the list opens it", .warning)
            return []
        }
        guard let timeline = openedTimeline else {
            guard awaitedTimeline != opened else { return [] }
            awaitedTimeline = opened
            isReplaying = action == .replay
            return [.ask(.timeline(opened))]
        }
        let last = lastStep
        let now = replayStep ?? last
        let unit = max(1, last / 100)
        switch action {
        case .replay:
            isReplaying.toggle()
            if isReplaying, now >= last { replayStep = 0 }
        case .left: replay(at: now - unit)
        case .right: replay(at: now + unit)
        case .farLeft: replay(at: now - 10 * unit)
        case .farRight: replay(at: now + 10 * unit)
        case .replayForward: replay(at: timeline.detail.edits.first { $0.optimizerStep > now }?.optimizerStep ?? last)
        case .replayBackward: replay(at: timeline.detail.edits.last { $0.optimizerStep < now }?.optimizerStep ?? 0)
        default: break
        }
        return []
    }

    /// Shows the run as it was after so many steps.
    mutating func replay(at step: Int) {
        isReplaying = false
        replayStep = min(lastStep, max(0, step))
    }

    mutating func tick(_ seconds: Double) {
        guard isReplaying, openedTimeline != nil else { return }
        let moved = Double(replayStep ?? 0) + max(1, seconds * stepsASecond)
        replayStep = Int(min(Double(lastStep), moved))
        if moved >= Double(lastStep) { isReplaying = false }
    }

    mutating func take(_ timeline: RunTimeline) {
        if awaitedTimeline == timeline.detail.summary.id { awaitedTimeline = nil }
        guard timeline.detail.summary.id == opened else { return }
        self.timeline = timeline
        take(timeline.detail)
        replayStep = isReplaying ? 0 : lastStep
    }

    mutating func endReplay() { (timeline, awaitedTimeline, replayStep, isReplaying) = (nil, nil, nil, false) }
}
