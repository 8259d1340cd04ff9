import Messages

/// Going through a run again: what was known, set and measured at a step.
extension RunsState {
    /// Steps that a whole run plays in ten seconds.
    private var stepsASecond: Double { max(1, Double(timeline?.totalSteps ?? lastStep) / 10) }

    /// The opened run's timeline, if it has come.
    var openedTimeline: RunTimeline? { timeline.flatMap { $0.detail.summary.id == opened ? $0 : nil } }

    mutating func playBack(_ action: Action, _ shared: inout Shared) -> [Wish] {
        guard let opened, details[opened] != nil else {
            shared.say("press Enter on a run in the list to open it", .warning)
            return []
        }
        guard let timeline = openedTimeline else {
            guard awaitedTimeline != opened else { return [] }
            awaitedTimeline = opened
            isPlayingBack = action == .playBack
            return [.ask(.timeline(opened))]
        }
        let last = lastStep
        let now = playbackStep ?? last
        let unit = max(1, last / 100)
        switch action {
        case .playBack:
            isPlayingBack.toggle()
            if isPlayingBack, now >= last { playbackStep = 0 }
        case .left: playBack(at: now - unit)
        case .right: playBack(at: now + unit)
        case .farLeft: playBack(at: now - 10 * unit)
        case .farRight: playBack(at: now + 10 * unit)
        case .nextEdit: playBack(at: timeline.detail.edits.first { $0.optimizerStep > now }?.optimizerStep ?? last)
        case .previousEdit: playBack(at: timeline.detail.edits.last { $0.optimizerStep < now }?.optimizerStep ?? 0)
        default: break
        }
        return []
    }

    /// Shows the run as it was after so many steps.
    mutating func playBack(at step: Int) {
        isPlayingBack = false
        playbackStep = min(lastStep, max(0, step))
    }

    mutating func tick(_ seconds: Double) {
        guard isPlayingBack, openedTimeline != nil else { return }
        let moved = Double(playbackStep ?? 0) + max(1, seconds * stepsASecond)
        playbackStep = Int(min(Double(lastStep), moved))
        if moved >= Double(lastStep) { isPlayingBack = false }
    }

    mutating func take(_ timeline: RunTimeline) {
        if awaitedTimeline == timeline.detail.summary.id { awaitedTimeline = nil }
        guard timeline.detail.summary.id == opened else { return }
        self.timeline = timeline
        take(timeline.detail)
        playbackStep = isPlayingBack ? 0 : lastStep
    }

    mutating func endPlayback() { (timeline, awaitedTimeline, playbackStep, isPlayingBack) = (nil, nil, nil, false) }
}
