/// One sender's way to a bus: commands reach the engine in the order in which they are sent here, from a thread that does
/// not wait, and each answer comes when it comes.
public final class CommandLane: Sendable {
    private let entries: AsyncStream<(TuningCommand, @Sendable (CommandAnswer) -> Void)>.Continuation

    public init(to bus: MessageBus) {
        let (stream, entries) = AsyncStream<(TuningCommand, @Sendable (CommandAnswer) -> Void)>.makeStream()
        self.entries = entries
        Task {
            for await (command, onAnswer) in stream {
                let answer = await bus.place(command)
                Task { onAnswer(await answer.value) }
            }
        }
    }

    deinit { entries.finish() }

    /// - Parameter onAnswer: called once, on any thread.
    public func send(_ command: TuningCommand, onAnswer: @escaping @Sendable (CommandAnswer) -> Void = { _ in }) {
        entries.yield((command, onAnswer))
    }
}
