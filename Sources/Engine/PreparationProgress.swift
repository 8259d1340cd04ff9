import Data
import Messages
import Synchronization

/// Tells whoever listens how far the data of a run are that begins: not of what is done in an instant, and not too often.
final class PreparationProgress: Sendable {
    private struct State {
        var title: String?
        var begin = ContinuousClock.now
        var told = ContinuousClock.now
        var done = 0
    }

    private static let pace = Duration.milliseconds(250)
    private let state = Mutex(State())
    private let bus: MessageBus

    init(_ bus: MessageBus) { self.bus = bus }

    @Sendable func take(_ progress: LongWork.Progress) {
        guard let report = due(progress) else { return }
        Task { [bus] in await bus.publish(.preparation(report)) }
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
