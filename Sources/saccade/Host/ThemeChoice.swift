import Foundation
import Screens
import Terminal

/// Which colors the screens begin with.
enum ThemeChoice {
    /// What the command line says, else the environment, else what was chosen on the screen, else what suits the
    /// terminal's background.
    ///
    /// - Throws: `ThemeError` if there is no such theme.
    static func theme(_ name: String?, _ layout: WorkbenchLayout) throws -> Theme {
        let themes = ThemeCatalogue()
        let environment = ProcessInfo.processInfo.environment
        let usual = TerminalEnvironment(environment).hasLightBackground ? "light" : "dark"
        // A theme that was chosen on the screen may have gone since.
        let kept = layout.theme.flatMap { name in themes.themes.first { $0.name == name }?.name }
        return try themes.theme(named: name ?? environment["SACCADE_THEME"] ?? kept ?? usual)
    }
}
