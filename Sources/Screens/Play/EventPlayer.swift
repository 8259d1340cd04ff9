import Foundation
import Messages
import Terminal

/// Plays one recording on the terminal.
public enum EventPlayer {
    /// Opens the terminal and runs until the person leaves, a signal comes, or the terminal goes away.
    ///
    /// - Parameters:
    ///   - recording: events in order of time; `className` is shown as the file's format.
    ///   - notes: what the reader had to say.
    ///   - theme: adapted to the terminal's number of colors.
    /// - Throws: `TerminalError` if there is no usable terminal; nothing has been written to it then.
    @discardableResult
    public static func run(
        _ recording: RecordingPicture, notes: [String], theme: Theme,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> TerminalExit {
        let state = PlayerState(recording, notes: notes)
        return try await TerminalOwner().run(
            makeBackend: { captured, wakeDescriptor in
                NcursesBackend(
                    environment: TerminalEnvironment(environment), wakeDescriptor: wakeDescriptor, captured: captured)
            },
            makeProgram: { PlayerRunner(state: state, theme: theme.adapted(to: $0.depth)) },
            onTerminate: {})
    }
}

/// Runs the state on a terminal. Lives on the terminal's thread.
final class PlayerRunner: TerminalProgram {
    private(set) var state: PlayerState
    private let theme: Theme
    private(set) var wantsDrawing = true

    init(state: PlayerState, theme: Theme) { (self.state, self.theme) = (state, theme) }

    var background: Style { theme.background }
    var secondsToNextTick: Double? { state.secondsToNextTick }

    func draw(on canvas: inout Canvas) -> Point? {
        wantsDrawing = false
        state.draw(&canvas, theme: theme)
        return nil
    }

    func receive(_ input: [TerminalInput]) -> [TerminalRequest] {
        wantsDrawing = true
        return input.compactMap { entry in
            switch entry {
            case .tick(let seconds): state.advance(seconds)
            case .key(let key):
                switch state.press(key) {
                case .leave: return .leave
                case .repaint: return .repaint
                case .suspend: return .suspend
                case nil: break
                }
            case .size, .woken, .printed: break
            }
            return nil
        }
    }
}
