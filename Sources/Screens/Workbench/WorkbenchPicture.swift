import Configuration
import Foundation
import Messages
import Terminal

/// A screen without a terminal: what the workbench would show, by the same state and the same drawing.
public struct WorkbenchPicture: Sendable {
    public var screen: WorkbenchLayout.Screen
    public var size: Size
    public var charset: Charset
    public var theme: Theme
    /// As if they were pressed one after another, each once everything that was asked before it has been answered.
    public var keys: [KeyPress]
    /// The run that others are compared with, as it was pinned on the screens.
    public var pinnedRun: String?
    /// The study that is opened on its screen: a file, or the name of one that is known.
    public var study: String?
    /// Seconds since 1970.
    public var now: Double

    /// Smallest and largest, in columns and rows.
    public static let widths = 10...1000
    public static let heights = 3...500

    public init(
        screen: WorkbenchLayout.Screen, size: Size, charset: Charset = .unicode, theme: Theme, keys: [KeyPress] = [],
        pinnedRun: String? = nil, study: String? = nil, now: Double = Date().timeIntervalSince1970
    ) {
        (self.screen, self.size, self.charset, self.theme) = (screen, size, charset, theme)
        (self.keys, self.pinnedRun, self.study, self.now) = (keys, pinnedRun, study, now)
    }

    /// Draws it. Nothing is changed: commands, and requests that would write, are refused as the screens show refusals.
    ///
    /// - Parameters:
    ///   - reports: of the run that is shown, as an engine would have sent them; its past is asked of the library.
    ///   - run: opened on the runs screen.
    ///   - description: of the engine.
    public func draw(
        library: any Library, description: EngineDescription, reports: ReportSubscription.Batch, run: String?
    ) async -> Canvas {
        var layout = WorkbenchLayout()
        (layout.screen, layout.pinnedRun) = (screen, pinnedRun)
        var state = WorkbenchState(layout: layout, study: screen == .study ? study : nil, described: description)
        var effects = state.update(.size(size)) + state.update(.now(now))
        effects += state.firstEffects + state.update(.reports(reports))
        await settle(&state, effects, library)
        if screen == .runs, let run, let place = state.runs.shown(state.shared).firstIndex(where: { $0.id == run }) {
            state.runs.cursor.select(place)
            await settle(&state, state.update(.key(.enter)), library)
        }
        await settleCounting(&state, library)
        for key in keys { await settle(&state, state.update(.key(key)), library) }
        var canvas = Canvas(size: size, charset: charset, style: theme.background)
        _ = state.draw(&canvas, theme: theme)
        return canvas
    }

    /// Until the figures of the study that is shown have been computed.
    private func settleCounting(_ state: inout WorkbenchState, _ library: any Library) async {
        guard state.study.board?.isCounting == true else { return }
        let (changes, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        library.studies.onChange { signal.yield() }
        // They may have come before anybody listened.
        signal.yield()
        for await _ in changes {
            await settle(&state, state.update(.studyChanged), library)
            guard state.study.board?.isCounting == true else { return }
        }
    }

    /// Carries out what reads, and hands the answers to the state, until it wants nothing more.
    private func settle(_ state: inout WorkbenchState, _ effects: [WorkbenchEffect], _ library: any Library) async {
        var waiting = effects[...]
        var answered = 0
        // Far more than any screen asks; a state that asked for ever would be a fault of its own.
        while let effect = waiting.popFirst(), answered < 1000 {
            answered += 1
            switch effect {
            case .ask(let request), .refresh(let request):
                let reply =
                    request.onlyReads
                    ? await request.answer(of: library) : .failure(request: request, message: Self.refusal)
                waiting += state.update(.reply(reply))
            case .send(let command): waiting += state.update(.answer(command, .refused(Self.refusal)))
            case .export: waiting += state.update(.exported(.failure(ExportFailure(Self.refusal))))
            case .quit, .leaveTraining, .suspend, .repaint, .ring, .savedLayout, .theme, .attach, .cancelAnalysis: break
            }
        }
    }

    static let refusal = "this is a snapshot of the screen: nothing can be changed"
}
