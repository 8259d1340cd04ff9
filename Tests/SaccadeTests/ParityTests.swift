import Configuration
import Foundation
import Testing

@testable import Screens

/// Everything that the screens do has a command that says `--json`.
@Suite("What the screens do, without them")
struct ParityTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    enum Headless: Equatable {
        /// About the screen alone: moving, focus, what a panel shows. `screen --keys` prints where they lead.
        case screenAlone
        case commands([String])
    }

    /// No default: who adds an action says here what it is without a screen.
    static func headless(_ action: Action) -> Headless {
        switch action {
        case .showData, .showTrain, .showRuns, .showLog, .showStudy, .nextPanel, .previousPanel, .zoom, .up, .down,
            .left,
            .right, .farLeft, .farRight, .top, .bottom, .pageUp, .pageDown, .enter, .back, .quit, .help, .palette,
            .nextMatch,
            .previousMatch, .suspend, .repaint, .glyphs, .unstage, .mark, .markAll, .logLevel:
            .screenAlone
        case .togglePlaying, .faster, .slower: .commands(["data play", "events play"])
        case .filter: .commands(["data samples", "runs list"])
        case .export: .commands(["data export", "runs export", "runs diff", "runs compare", "runs list"])
        case .theme: .commands(["themes"])
        case .stepForward, .stepBackward, .eventMode, .eventSlicing, .moreBins, .fewerBins, .togglePair, .pixel,
            .maskHotPixels:
            .commands(["data export"])
        case .sortSamples, .reverseSamples: .commands(["data samples"])
        case .checkFiles: .commands(["data verify"])
        case .askModelView: .commands(["data view"])
        case .begin, .resume: .commands(["train"])
        case .pauseOrProceed, .oneStep, .stop, .checkpoint, .note, .typeValue, .undo, .redo, .boundary, .addHandle,
            .removeHandle, .powerLaw:
            .commands(["tell"])
        case .savePreset: .commands(["presets save", "presets from-run"])
        case .logarithmic, .smoothing, .crosshair, .overlay, .zoomIn, .zoomOut, .wholeRun: .commands(["runs export"])
        case .compare, .showEveryKnob: .commands(["runs diff", "runs compare"])
        case .pin: .commands(["runs compare", "runs show"])
        case .groupRuns, .chooseColumns: .commands(["runs compare"])
        case .rename: .commands(["runs rename", "presets rename"])
        case .tag: .commands(["runs tag"])
        case .runNote: .commands(["runs note"])
        case .delete: .commands(["runs delete", "presets delete", "runs queue remove"])
        case .sortRuns, .reverseRuns: .commands(["runs list"])
        case .playBack, .nextEdit, .previousEdit: .commands(["runs timeline"])
        case .reproduce: .commands(["runs reproduce"])
        case .fork: .commands(["runs fork"])
        case .saveSchedule: .commands(["presets from-run"])
        case .comparePreset: .commands(["presets diff"])
        case .enqueueRun: .commands(["runs queue add"])
        case .earlier, .later: .commands(["runs queue move"])
        case .analyze: .commands(["analyze"])
        case .openStudy, .trainStudy, .release, .putFirst, .addSeeds, .compareArm, .showEveryFact: .commands(["study"])
        }
    }

    static let commands: [String] = Array(
        Set(
            Action.allCases.flatMap { action -> [String] in
                if case .commands(let commands) = headless(action) { commands } else { ["screen"] }
            })
    ).sorted()

    @Test(arguments: commands)
    func saysJSON(command: String) async throws {
        let outcome = try await Program.run(
            command.split(separator: " ").map(String.init) + ["--help"], home: home)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("--json"))
        // The command itself, not the help of the one above it.
        #expect(outcome.output.contains("USAGE: saccade \(command)"))
    }
}
