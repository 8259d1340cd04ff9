import Messages
import RunStore

extension Engine {
    /// For a viewer in another process: begins to listen, and makes sure that the history holds all that was told before.
    ///
    /// - Returns: the subscription, and the run whose past the history holds; `nil` if none has begun.
    public nonisolated func attach(
        onAvailable: @escaping @Sendable () -> Void
    ) async -> (subscription: ReportSubscription, run: String?) {
        // Nothing is told, and so nothing is missed, while a run is prepared; the viewer need not wait for its end.
        if let run = preparing.withLock({ $0 }) { return (await bus.subscribe(onAvailable: onAvailable), run) }
        return await attachBetweenSteps(onAvailable: onAvailable)
    }

    private func attachBetweenSteps(
        onAvailable: @escaping @Sendable () -> Void
    ) async -> (subscription: ReportSubscription, run: String?) {
        let subscription = await bus.subscribe(onAvailable: onAvailable)
        // What cannot be written now is told by the run itself, which fails of it.
        try? session?.recorder.flush()
        return (subscription, session?.run)
    }
}
