import Foundation
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
    private var theme: Theme
    private let themes: @Sendable () -> ThemeCatalogue
    private let depth: ColorDepth
    /// Where files are written to.
    private let folder: URL
    private let lane: CommandLane
    private let library: any Library
    private let subscription: ReportSubscription
    private let inbox: WorkbenchInbox
    private let onAttach: @Sendable (String) -> Void
    private let onDetach: @Sendable (String) -> Void
    private let onLayout: @Sendable (WorkbenchLayout) -> Void
    private let runsPace = RequestPace()
    private let queuePace = RequestPace()
    private let boardPace = RequestPace()
    /// Of details by run: a long run takes a while to be read.
    private var detailPaces: [String: RequestPace] = [:]
    private var load = ThreadLoad()
    private var analysis: Task<Void, Never>?
    private(set) var wantsDrawing = true

    init(
        state: WorkbenchState, theme: Theme, themes: @escaping @Sendable () -> ThemeCatalogue, depth: ColorDepth,
        folder: URL, bus: MessageBus, library: any Library, subscription: ReportSubscription,
        inbox: WorkbenchInbox, onAttach: @escaping @Sendable (String) -> Void,
        onDetach: @escaping @Sendable (String) -> Void,
        onLayout: @escaping @Sendable (WorkbenchLayout) -> Void
    ) {
        (self.state, lane, self.library) = (state, CommandLane(to: bus), library)
        (self.theme, self.themes, self.depth, self.folder) = (theme.adapted(to: depth), themes, depth, folder)
        (self.subscription, self.inbox) = (subscription, inbox)
        (self.onAttach, self.onDetach, self.onLayout) = (onAttach, onDetach, onLayout)
        for effect in state.firstEffects { _ = perform(effect) }
        readThemes(showing: theme.name)
    }

    /// Reads the theme files again; a theme that cannot be read leaves the one that is shown.
    private func readThemes(showing name: String) {
        let catalogue = themes()
        if let found = catalogue.themes.first(where: { $0.name == name }) { theme = found.adapted(to: depth) }
        wantsDrawing = true
        let effects = state.update(
            .themes(
                catalogue.themes.map { ThemeSummary(name: $0.name, note: $0.note) }, shown: theme.name,
                problems: catalogue.problems.map(\.description)))
        // A theme that is wanted by what was just told is the one that is read here.
        for effect in effects {
            if case .theme = effect { continue }
            _ = perform(effect)
        }
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
        for message in inbox.take() {
            if case .themeFilesChanged = message { readThemes(showing: theme.name) } else { messages.append(message) }
        }
        if !messages.isEmpty {
            wantsDrawing = true
            messages.insert(
                .now(Date().timeIntervalSince1970, secondsFromGMT: TimeZone.current.secondsFromGMT()), at: 0)
            if let share = load.share() { messages.append(.screenShare(share)) }
        }
        return messages.flatMap { state.update($0) }.compactMap(perform)
    }

    /// Carries an effect out; what only the terminal's owner can do is handed on.
    private func perform(_ effect: WorkbenchEffect) -> TerminalRequest? {
        let (library, inbox) = (library, inbox)
        switch effect {
        case .send(let command): lane.send(command) { inbox.put(.answer(command, $0)) }
        case .ask(.runs), .refresh(.runs):
            runsPace.ask { inbox.put(.reply(await LibraryRequest.runs.answer(of: library))) }
        case .ask(let request):
            if case .analysis = request { return analyze(request) }
            Task { inbox.put(.reply(await request.answer(of: library) { inbox.put(.reading($0)) })) }
        case .refresh(let request): pace(of: request).ask { inbox.put(.reply(await request.answer(of: library))) }
        case .attach(let run):
            onAttach(run)
            return .leave
        case .leaveTraining:
            if let run = state.shared.run.run { onDetach(run) }
            fallthrough
        case .quit(stopping: true): lane.send(.halt) { inbox.put(.answer(.stop, $0)) }
        case .quit(stopping: false): return .leave
        case .suspend: return .suspend
        case .repaint: return .repaint
        case .cancelAnalysis: analysis?.cancel()
        case .ring: return .ring
        case .savedLayout(let layout): onLayout(layout)
        case .theme(let name): readThemes(showing: name)
        case .export(let export):
            let folder = folder
            // Drawing a picture takes a while, and the terminal's thread is for keys.
            Task {
                do throws(ExportFailure) {
                    inbox.put(.exported(.success(try export.write(to: folder))))
                } catch {
                    inbox.put(.exported(.failure(error)))
                }
            }
        }
        return nil
    }

    /// At most one at a time: another one ends it.
    private func analyze(_ request: LibraryRequest) -> TerminalRequest? {
        let (library, inbox) = (library, inbox)
        analysis?.cancel()
        analysis = Task {
            let reply = await request.answer(of: library) { if !Task.isCancelled { inbox.put(.reading($0)) } }
            // Whoever called it off may wait for another of the same name by now.
            if !Task.isCancelled { inbox.put(.reply(reply)) }
        }
        return nil
    }

    private func pace(of request: LibraryRequest) -> RequestPace {
        if case .board = request { return boardPace }
        guard case .run(let run) = request else { return queuePace }
        if detailPaces.count > 16 { detailPaces = detailPaces.filter { $0.key == run } }
        let pace = detailPaces[run] ?? RequestPace()
        detailPaces[run] = pace
        return pace
    }
}

/// Holds back a request that is made again and again: it is carried out at once, and then at most twice a second and a
/// tenth of the time, the last time after the last request. Short epochs change the list of runs many times a second, and
/// a long history takes a while to be read.
private final class RequestPace: Sendable {
    private struct State {
        var isResting = false
        var isWanted = false
    }

    private let state = Mutex(State())

    func ask(_ body: @escaping @Sendable () async -> Void) {
        let isFirst = state.withLock { state in
            defer { (state.isResting, state.isWanted) = (true, state.isResting) }
            return !state.isResting
        }
        guard isFirst else { return }
        Task { [self] in
            repeat {
                let begin = ContinuousClock.now
                await body()
                try? await Task.sleep(for: max(.milliseconds(500), (ContinuousClock.now - begin) * 9))
            } while isWantedAgain()
        }
    }

    private func isWantedAgain() -> Bool {
        state.withLock { state in
            defer { (state.isResting, state.isWanted) = (state.isWanted, false) }
            return state.isWanted
        }
    }
}
