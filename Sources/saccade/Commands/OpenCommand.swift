import ArgumentParser
import Foundation
import Messages
import RunStore
import Screens
import Terminal

/// The workbench.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open the workbench in the terminal (what happens without a subcommand).")

    @Option(help: ArgumentHelp("Start a run of this preset at once.", valueName: "preset"))
    var train: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a knob of the run that --train starts; may be repeated.", valueName: "key=value"))
    var assignments: [String] = []

    @Option(help: "Colors: a theme's name. $SACCADE_THEME otherwise.")
    var theme: String?

    func run() async throws {
        try await reportingFailures {
            guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
                throw CommandFailure(
                    "the workbench needs a terminal, but standard input or output is none; use `saccade train --plain` "
                        + "in scripts and logs", code: 64)
            }
            let host = try Host()
            let themes = ThemeCatalogue()
            let layoutFile = LayoutFile(host.paths)
            let layout = layoutFile.read()
            let environment = ProcessInfo.processInfo.environment
            let usual = TerminalEnvironment(environment).hasLightBackground ? "light" : "dark"
            // A theme that was chosen on the screen may have gone since.
            let kept = layout.theme.flatMap { name in themes.themes.first { $0.name == name }?.name }
            let name = theme ?? environment["SACCADE_THEME"] ?? kept ?? usual
            let chosen = try themes.theme(named: name)
            let configuration = try train.map { preset in
                var configuration = try host.presets.load(preset).configuration
                for assignment in assignments { try configuration.assign(assignment) }
                return configuration
            }
            let engine = host.startEngine(handsOver: true)
            let bus = host.bus
            if let configuration {
                // The answer shows on the screen as a report; a refusal goes to the log.
                Task {
                    if case .refused(let reason) = await bus.send(.start(configuration: configuration, name: nil)) {
                        await bus.publish(
                            .failure(EngineFailure(run: nil, optimizerStep: 0, message: reason, advice: "")))
                    }
                }
            }
            let log = await FileLog.follow(bus, in: host.paths)
            let exit = try await Workbench.run(
                bus: bus, library: host.library, theme: chosen, layout: layout,
                onLayout: { layoutFile.write($0) },
                onTerminate: {
                    await bus.close()
                    await engine.value
                })
            await bus.close()
            await engine.value
            log.finish()
            if case .signal(let number) = exit { throw ExitCode(128 + number) }
        }
    }
}

/// The screens' layout, kept between two visits.
private struct LayoutFile: Sendable {
    private let file: URL

    init(_ paths: StoragePaths) { file = paths.state.appendingPathComponent("layout.json") }

    /// As it was left; the usual one if there is none or it cannot be read.
    func read() -> WorkbenchLayout {
        guard let data = try? Data(contentsOf: file),
            let layout = try? JSONDecoder().decode(WorkbenchLayout.self, from: data)
        else { return WorkbenchLayout() }
        return layout
    }

    func write(_ layout: WorkbenchLayout) {
        guard let data = try? JSONEncoder().encode(layout) else { return }
        try? StoragePaths.ensure(file.deletingLastPathComponent())
        try? data.write(to: file, options: .atomic)
    }
}
