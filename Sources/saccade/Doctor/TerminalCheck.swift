import Foundation
import Terminal

/// What the screens need: a terminal of a type that terminfo knows, its colors and its characters.
struct TerminalCheck {
    private let environment: TerminalEnvironment
    private let isTerminal: Bool

    init(_ variables: [String: String] = ProcessInfo.processInfo.environment) {
        environment = TerminalEnvironment(variables)
        isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    }

    var findings: [DoctorReport.Finding] { [terminal, colors, locale].compactMap { $0 } }

    private var known: TerminalDescription? {
        environment.typesToTry.lazy.compactMap(TerminalDescription.init(type:)).first
    }

    private var terminal: DoctorReport.Finding {
        let type = environment.terminalType
        guard isTerminal else {
            return .note(
                "terminal", "standard input or output is not a terminal",
                "the screens need one; commands with --plain or --json do not")
        }
        guard let known else {
            return .wrong(
                "terminal", "the type '\(type)' (TERM) is not known to terminfo",
                "set TERM to what the terminal is, for example TERM=xterm-256color, or install ncurses-term")
        }
        guard known.movesCursor else {
            return .wrong(
                "terminal", "a terminal of the type '\(type)' cannot move its cursor",
                "set TERM to what the terminal is, for example TERM=xterm-256color")
        }
        var size = winsize()
        let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let figures = ["columns": Double(size.ws_col), "rows": Double(size.ws_row)]
        let text = "\(type), \(hasSize ? "\(size.ws_col) × \(size.ws_row)" : "of unknown size")"
        guard hasSize, size.ws_col >= 80, size.ws_row >= 24 else {
            return .note("terminal", text, "the screens are made for 80 × 24 and more: enlarge the window", figures)
        }
        return .ok("terminal", text, figures)
    }

    private var colors: DoctorReport.Finding? {
        guard isTerminal, let known else { return nil }
        let depth = environment.depth(colorCount: known.colorCount, hasDirectColor: known.hasDirectColor)
        let figures = ["colors": Double(known.colorCount)]
        switch depth {
        case .trueColor: return .ok("colors", "24 bits", figures)
        case .palette:
            return .ok("colors", "256; for 24 bits set COLORTERM=truecolor and install ncurses-term", figures)
        default:
            let reason = environment.variables["NO_COLOR"].map { _ in "NO_COLOR is set" } ?? "as the terminal says"
            return .note(
                "colors", "\(depth == .sixteen ? "16" : "none"): \(reason)",
                "SACCADE_COLORS=256 overrules it; the theme monochrome needs none", figures)
        }
    }

    private var locale: DoctorReport.Finding {
        let name = environment.locale ?? "none"
        let isUnicode = TerminalDescription.isUnicode(environment)
        guard isUnicode else {
            return .note(
                "locale", "\(name), whose characters are not UTF-8: plots are drawn with ASCII",
                "set LANG=C.UTF-8, or another locale with UTF-8 that `locale -a` lists")
        }
        guard !environment.isPlainTerminal else {
            return .note("locale", "\(name), UTF-8; a terminal of this type has no characters for plots: ASCII", nil)
        }
        return .ok("locale", "\(name), UTF-8")
    }
}
