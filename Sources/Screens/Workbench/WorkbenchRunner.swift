import Messages
import Synchronization
import Terminal

/// Messages that come from other threads, until the terminal's thread takes them.
final class WorkbenchInbox: Sendable {
    private let messages = Mutex<[WorkbenchMessage]>([])
    private let wake: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    func put(_ message: WorkbenchMessage) {
        messages.withLock { $0.append(message) }
        wake()
    }

    func take() -> [WorkbenchMessage] {
        messages.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}

/// Runs the state on a terminal: keys, reports and answers in, cells and effects out. Lives on the terminal's thread.
final class WorkbenchRunner: TerminalProgram {
    private var state: WorkbenchState
    private let theme: Theme
    private let bus: MessageBus
    private let library: any Library
    private let subscription: ReportSubscription
    private let inbox: WorkbenchInbox
    private let onLayout: @Sendable (WorkbenchLayout) -> Void
    private(set) var wantsDrawing = true

    init(
        state: WorkbenchState, theme: Theme, bus: MessageBus, library: any Library, subscription: ReportSubscription,
        inbox: WorkbenchInbox, onLayout: @escaping @Sendable (WorkbenchLayout) -> Void
    ) {
        (self.state, self.theme, self.bus, self.library) = (state, theme, bus, library)
        (self.subscription, self.inbox, self.onLayout) = (subscription, inbox, onLayout)
        for effect in WorkbenchState.firstEffects { _ = perform(effect) }
    }

    var background: Style { theme.background }
    var secondsToNextTick: Double? { state.secondsToNextTick }

    func draw(on canvas: inout Canvas) -> Point? {
        wantsDrawing = false
        return state.draw(&canvas, theme: theme)
    }

    func receive(_ input: [TerminalInput]) -> [TerminalRequest] {
        var messages = input.compactMap { entry -> WorkbenchMessage? in
            switch entry {
            case .size(let size): .size(size)
            case .key(let key): .key(key)
            case .tick(let seconds): .tick(seconds)
            case .printed(let lines): .printed(lines)
            case .woken: nil
            }
        }
        let batch = subscription.take()
        if !batch.isEmpty { messages.append(.reports(batch)) }
        messages += inbox.take()
        if !messages.isEmpty { wantsDrawing = true }
        return messages.flatMap { state.update($0) }.compactMap(perform)
    }

    /// Carries an effect out; what only the terminal's owner can do is handed on.
    private func perform(_ effect: WorkbenchEffect) -> TerminalRequest? {
        let (bus, library, inbox) = (bus, library, inbox)
        switch effect {
        case .send(let command): Task { inbox.put(.answer(command, await bus.send(command))) }
        case .ask(let request): Task { inbox.put(.reply(await library.answer(request))) }
        case .quit(stopping: true): Task { inbox.put(.answer(.stop, await bus.send(.halt))) }
        case .quit(stopping: false): return .leave
        case .suspend: return .suspend
        case .repaint: return .repaint
        case .savedLayout(let layout): onLayout(layout)
        }
        return nil
    }
}
