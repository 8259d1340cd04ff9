import Data
import Messages
import Synchronization

/// Tells whoever listens how far data are that are read or made: not of what is done in an instant, and not too often.
final class PreparationProgress: Sendable {
    private struct State {
        var title: String?
        var begin = ContinuousClock.now
        var told = ContinuousClock.now
        var done = 0
    }

    private static let pace = Duration.milliseconds(250)
    private let state = Mutex(State())
    private let tell: @Sendable (Preparation) -> Void

    init(_ tell: @escaping @Sendable (Preparation) -> Void) { self.tell = tell }

    /// - Parameter bus: hears of it as of a run that begins.
    convenience init(_ bus: MessageBus) {
        self.init { report in Task { await bus.publish(.preparation(report)) } }
    }

    @Sendable func take(_ progress: LongWork.Progress) {
        if let report = due(progress) { tell(report) }
    }

    private func due(_ progress: LongWork.Progress) -> Preparation? {
        let now = ContinuousClock.now
        return state.withLock { state in
            if state.title != progress.title {
                state = State(title: progress.title, begin: now, told: now)
                return nil
            }
            guard progress.done > state.done, now - state.told >= Self.pace else { return nil }
            (state.told, state.done) = (now, progress.done)
            let seconds = Double((now - state.begin) / .seconds(1))
            return Preparation(
                title: progress.title, done: progress.done, all: progress.all, seconds: seconds,
                secondsLeft: seconds / Double(progress.done) * Double(progress.all - progress.done))
        }
    }
}
