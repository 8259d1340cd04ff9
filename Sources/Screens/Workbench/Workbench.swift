import Foundation
import Messages
import Synchronization
import Terminal

/// The workbench: screens on a terminal, talking to an engine over a bus.
public enum Workbench {
    /// Opens the terminal and runs until the person leaves, a signal comes, or the terminal goes away.
    ///
    /// - Parameters:
    ///   - bus: carries commands to the engine and its reports back.
    ///   - library: answers what is asked about data sets, runs and presets.
    ///   - theme: adapted to the terminal's number of colors.
    ///   - layout: as the person left it last time.
    ///   - themes: reads the theme files; called again when one of them has changed.
    ///   - isAttached: whether the engine is in another process, where the run goes on when the workbench is left.
    ///   - startsWithList: whether it opens with a list of what can be done.
    ///   - study: what it opens with instead: a file, or the name of a study that is known.
    ///   - environment: of the process; `TERM`, `COLORTERM`, `NO_COLOR`, `LC_ALL`, … are read.
    ///   - onAttach: called on the terminal's thread when the person wants to see a run that another process trains; the
    ///     workbench then leaves. The caller is to attach to the run once this has returned.
    ///   - onDetach: called on the terminal's thread when the person leaves a run that this process trains to a process of
    ///     its own; the run then stops with a checkpoint and the workbench leaves. The caller is to start that process.
    ///   - onLayout: called on the terminal's thread whenever the layout has changed; must return quickly.
    ///   - onTerminate: called before the terminal is given back when TERM, INT, HUP or QUIT ends the workbench, or when
    ///     the terminal has gone: the place to stop the engine with a checkpoint.
    /// - Returns: how it ended; after a signal the program is expected to end with 128 + its number.
    /// - Throws: `TerminalError` if there is no usable terminal; nothing has been written to it then.
    @discardableResult
    public static func run(
        bus: MessageBus, library: any Library, theme: Theme, layout: WorkbenchLayout = WorkbenchLayout(),
        themes: @escaping @Sendable () -> ThemeCatalogue = { ThemeCatalogue() },
        isAttached: Bool = false, startsWithList: Bool = false, study: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        onAttach: @escaping @Sendable (String) -> Void = { _ in },
        onDetach: @escaping @Sendable (String) -> Void = { _ in },
        onLayout: @escaping @Sendable (WorkbenchLayout) -> Void = { _ in },
        onTerminate: @escaping @Sendable () async -> Void
    ) async throws -> TerminalExit {
        try await run(
            bus: bus, library: library, theme: theme, layout: layout, themes: themes, isAttached: isAttached,
            startsWithList: startsWithList, study: study, onAttach: onAttach, onDetach: onDetach, onLayout: onLayout,
            onTerminate: onTerminate
        ) { captured, wakeDescriptor in
            let terminal = TerminalEnvironment(environment)
            return NcursesBackend(
                environment: terminal, wakeDescriptor: wakeDescriptor, captured: captured,
                usesMouse: terminal.usesMouse)
        }
    }

    /// The same on any backend; tests use one in memory.
    static func run(
        bus: MessageBus, library: any Library, theme: Theme, layout: WorkbenchLayout,
        themes: @escaping @Sendable () -> ThemeCatalogue = { ThemeCatalogue(folders: []) },
        isAttached: Bool = false, startsWithList: Bool = false, study: String? = nil,
        onAttach: @escaping @Sendable (String) -> Void = { _ in },
        onDetach: @escaping @Sendable (String) -> Void = { _ in },
        onLayout: @escaping @Sendable (WorkbenchLayout) -> Void, onTerminate: @escaping @Sendable () async -> Void,
        makeBackend: @escaping @Sendable (CapturedOutput, Int32) throws -> any TerminalBackend
    ) async throws -> TerminalExit {
        let owner = try TerminalOwner()
        // Reports may come at every optimizer step; ten drawings a second show them as well as thirty would.
        // One wake is under way at a time: a key that takes the reports early must not begin a second train of wakes.
        let pace = WakePace()
        let subscription = await bus.subscribe { [weak owner] in
            guard pace.begin() else { return }
            Task {
                try? await Task.sleep(for: .milliseconds(100))
                pace.end()
                owner?.wake()
            }
        }
        let inbox = WorkbenchInbox { [weak owner] in owner?.wake() }
        let presets = library.presetFolders().map { URL(fileURLWithPath: $0) }
        let watches = [
            FolderWatch(themes().folders) { inbox.put(.themeFilesChanged) },
            FolderWatch(presets) { inbox.put(.presetFilesChanged) },
        ]
        defer { withExtendedLifetime(watches) {} }
        let history = await watchHistory(of: library) { inbox.put(.historyChanged) }
        defer { history.cancel() }
        library.studies.onChange { inbox.put(.studyChanged) }
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let description = await bus.knownDescription ?? .empty
        return try await owner.run(
            makeBackend: makeBackend,
            makeProgram: { backend in
                WorkbenchRunner(
                    state: WorkbenchState(
                        layout: layout, isAttached: isAttached, startsWithList: startsWithList, study: study,
                        described: description),
                    theme: theme, themes: themes,
                    depth: backend.depth,
                    folder: folder, bus: bus,
                    library: library, subscription: subscription, inbox: inbox, onAttach: onAttach,
                    onDetach: onDetach, onLayout: onLayout)
            },
            onTerminate: onTerminate)
    }

    /// Looks every two seconds whether the history has changed; nothing wakes the terminal's thread while it has not.
    private static func watchHistory(
        of library: any Library, onChange: @escaping @Sendable () -> Void
    ) async -> Task<Void, Never> {
        // What changes after this is noticed; what was before is in the first lists.
        let first = await library.historyVersion()
        return Task.detached(priority: .utility) {
            guard var known = first else { return }
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(2))
                guard let version = await library.historyVersion(), version != known else { continue }
                known = version
                onChange()
            }
        }
    }
}

/// Whether a wake for reports is on its way.
private final class WakePace: Sendable {
    private let isUnderWay = Mutex(false)

    /// - Returns: `false` if one is already.
    func begin() -> Bool {
        isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
    }

    func end() { isUnderWay.withLock { $0 = false } }
}
