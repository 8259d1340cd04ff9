import Synchronization

/// The answer to a command that has its place in the line: it may come at once or after minutes.
public final class PendingAnswer: Sendable {
    private enum State {
        case open
        case awaited([CheckedContinuation<CommandAnswer, Never>])
        case given(CommandAnswer)
    }
    private let state = Mutex(State.open)

    /// Waits until it is given.
    public var value: CommandAnswer {
        get async {
            await withCheckedContinuation { continuation in
                let given: CommandAnswer? = state.withLock { state in
                    switch state {
                    case .given(let answer): return answer
                    case .open: state = .awaited([continuation])
                    case .awaited(let others): state = .awaited(others + [continuation])
                    }
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }

    /// The first answer counts.
    func give(_ answer: CommandAnswer) {
        let waiting: [CheckedContinuation<CommandAnswer, Never>] = state.withLock { state in
            if case .given = state { return [] }
            defer { state = .given(answer) }
            return if case .awaited(let continuations) = state { continuations } else { [] }
        }
        for continuation in waiting { continuation.resume(returning: answer) }
    }
}
