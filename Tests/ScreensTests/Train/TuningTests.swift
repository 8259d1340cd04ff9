import Configuration
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

@Suite struct TuningTests {
    /// On a knob, in the middle of a run.
    private func state(on key: String, running: Bool = true) throws -> WorkbenchState {
        var state = running ? WorkbenchState.running() : .answered()
        let index = try #require(state.train.tuning.knobs.firstIndex { $0.key == key })
        state.train.tuning.cursor.select(index)
        return state
    }

    @Test func edgesAreStagedSentAndSettled() throws {
        var state = try state(on: "loss.domain_coefficient")
        #expect(state.press(.right, .right).isEmpty)
        #expect(state.train.tuning.staged["loss.domain_coefficient"] == .number(0.6))
        #expect(state.drawn().plainText.contains("0.5→0.6*"))
        let change = KnobChange(key: "loss.domain_coefficient", value: .number(0.6))
        #expect(state.press(.enter) == [.send(.edit([change], at: .nextStep))])
        #expect(state.train.tuning.staged.isEmpty && state.train.tuning.sent.count == 1)

        var edited = state.shared.run.configuration
        try edited.set(change.key, to: change.value)
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .state(Samples.state(.running, step: 310, configuration: edited)),
            .edit(
                AppliedEdit(
                    number: 2, run: "r9", optimizerStep: 310,
                    differences: [KnobDifference(key: change.key, old: .number(0.5), new: .number(0.6))], origin: .user,
                    checkpoint: nil)),
        ]
        state.receive([.reports(batch)])
        #expect(state.train.tuning.sent.isEmpty)
        #expect(state.train.marks.map(\.label) == ["ⓐ", "ⓑ"])
        #expect(state.train.events.contains { $0.text.contains("λ domain 0.5→0.6") })
    }

    @Test func aRefusedEditIsStagedAgain() throws {
        var state = try state(on: "sliding.exponent")
        let effects = state.press(.character("L"), .enter)
        guard case .send(let command)? = effects.first else {
            Issue.record("nothing was sent")
            return
        }
        state.receive([.answer(command, .refused("the run is over"))])
        #expect(state.train.tuning.staged["sliding.exponent"] == .number(5))
        #expect(state.shared.status?.text.contains("the run is over") == true)
        #expect(state.log.lines.contains { $0.line.text.contains("the run is over") })
    }

    @Test func anEditMayWaitForTheEpoch() throws {
        var state = try state(on: "sliding.end")
        let effects = state.press(.character("a"), .character("H"), .enter)
        let change = KnobChange(key: "sliding.end", value: .number(0.9))
        #expect(effects == [.send(.edit([change], at: .nextEpoch))])
        state.receive([.answer(.edit([change], at: .nextEpoch), .waitsForEpoch)])
        #expect(state.train.tuning.sent["sliding.end"] == .number(0.9))
        #expect(state.drawn().plainText.contains("1→0.9…"))
    }

    @Test(arguments: EngineDescription.shipped.knobs.map(\.key))
    func nudgingNeverLeavesTheRange(key: String) throws {
        let knob = try EngineDescription.shipped.knob(key)
        var tuning = TuningState()
        for count in [-10, 10, 1, -1, 100_000, -1_000_000, 10, Int.max, Int.min] {
            try tuning.nudge(knob, by: count, .idle)
            let value = tuning.value(of: knob, .idle)
            #expect(try knob.parse(value.description) == value)
        }
    }

    @Test func nudgingBackUnstages() throws {
        var state = try state(on: "loss.image_weight")
        _ = state.press(.right, .right, .right, .left, .left, .left)
        #expect(state.train.tuning.staged.isEmpty)
    }

    @Test func escapeUnstages() throws {
        var state = try state(on: "loss.image_weight")
        _ = state.press(.right, .down, .right, .escape)
        #expect(state.train.tuning.staged.count == 1)
        _ = state.press(.escape)
        #expect(state.train.tuning.staged.isEmpty)
    }

    @Test func anExactValueIsCheckedBeforeItIsTaken() throws {
        var state = try state(on: "loss.domain_coefficient")
        _ = state.press(.character("="), .control("u"))
        _ = state.type("banana")
        _ = state.press(.enter)
        guard case .prompt(let prompt)? = state.dialogs.last else {
            Issue.record("the prompt should still be open")
            return
        }
        #expect(prompt.problem?.contains("banana") == true)
        _ = state.press(.control("u"))
        _ = state.type("0.25")
        _ = state.press(.enter)
        #expect(state.dialogs.isEmpty)
        #expect(state.train.tuning.staged["loss.domain_coefficient"] == .number(0.25))
    }

    @Test("the first key takes the place of the old value; keys that move edit it")
    func anExactValueIsReplacedOrEdited() throws {
        func value(_ keys: KeyPress...) throws -> KnobValue? {
            var state = try state(on: "loss.domain_coefficient")
            _ = state.press(.character("="))
            for key in keys { _ = state.press(key) }
            _ = state.press(.enter)
            return state.train.tuning.staged["loss.domain_coefficient"]
        }
        #expect(try value(.character("1")) == .number(1))
        #expect(try value(.paste("0.25\n")) == .number(0.25))
        #expect(try value(.backspace, .character("2")) == .number(2))
        #expect(try value(.end, .character("1")) == .number(0.51))
        #expect(try value(.left, .delete, .character("7")) == .number(0.7))
        #expect(try value(.home, .delete, .character("3")) == .number(3.5))
        // Taken as it is, nothing changes.
        #expect(try value() == nil)
    }

    @Test func whatNeedsARestartIsNotSent() throws {
        var state = try state(on: "training.batch_size")
        #expect(state.press(.right, .enter).isEmpty)
        #expect(state.train.tuning.staged["training.batch_size"] == .integer(33))
        #expect(state.drawn().plainText.contains("(new run)"))
    }

    @Test func aCatalogueNameThatDoesNotExistIsRefused() throws {
        var state = try state(on: "sliding.strategy")
        _ = state.press(.character("="), .control("u"))
        _ = state.type("sldiing")
        _ = state.press(.enter)
        #expect(state.dialogs.count == 1)
        _ = state.press(.escape, .right)
        #expect(state.train.tuning.staged["sliding.strategy"] == .text("hard-switch"))
    }

    @Test func aRunBeginsWithTheSettingsShown() throws {
        var state = try state(on: "training.epochs", running: false)
        let effects = state.press(.character("L"), .character("b"), .enter)
        guard case .send(.start(let configuration, _, _))? = effects.last else {
            Issue.record("expected a start, found \(effects)")
            return
        }
        #expect(configuration.training.epochs == 30)
    }

    @Test func aRunBeginsWithAPreset() throws {
        var state = WorkbenchState.answered()
        #expect(state.press(.character("b"), .down, .down, .enter).withoutCosts == [.ask(.preset("mine"))])
        var configuration = RunConfiguration()
        configuration.training.seed = 7
        #expect(
            state.update(.reply(.preset(PresetContent(name: "mine", configuration: configuration)))) == [
                .send(.start(configuration: configuration, name: nil, preset: "mine"))
            ])
    }

    @Test("what a run takes is asked for the chosen entry, one at a time, and once")
    func costs() {
        var state = WorkbenchState.answered()
        func footnote() -> String? {
            guard case .chooser(let chooser)? = state.dialogs.last else { return nil }
            return chooser.footnote
        }
        let settings = ComparisonSide.configuration(title: "current settings", RunConfiguration())
        #expect(state.press(.character("b")) == [.ask(.cost(settings))])
        #expect(footnote()?.contains("estimating") == true)
        // The answer comes when another entry has been chosen: that is what is asked for next.
        #expect(state.press(.down, .down).isEmpty)
        #expect(state.update(.reply(.cost(settings, "an hour"))) == [.ask(.cost(.preset("mine")))])
        #expect(footnote()?.contains("estimating") == true)
        #expect(state.update(.reply(.cost(.preset("mine"), "two hours"))).isEmpty)
        #expect(footnote() == "two hours")
        #expect(state.press(.up, .up) == [.ask(.cost(.preset("digits")))])
        #expect(footnote() == "an hour")
        // What cannot be read costs nothing; what cannot be measured says why.
        #expect(state.press(.down, .down, .down).isEmpty)
        #expect(footnote() == "cannot be read: line 3: unknown key")
        _ = state.press(.up, .up)
        #expect(
            state.update(.reply(.failure(request: .cost(.preset("digits")), message: "no such network"))).isEmpty)
        #expect(footnote()?.contains("no such network") == true)
        // A preset that was written anew is measured anew.
        _ = state.press(.escape)
        _ = state.update(.reply(.presets(Samples.presets)))
        #expect(state.press(.character("b"), .down, .down) == [.ask(.cost(.preset("digits")))])
    }

    @Test func aPresetThatCannotBeReadCannotBeChosen() {
        var state = WorkbenchState.answered()
        #expect(state.press(.character("b"), .down, .down, .down, .enter).withoutCosts.isEmpty)
        #expect(state.dialogs.count == 1)
    }

    @Test func savingAsksBeforeItReplaces() throws {
        var state = try state(on: "sliding.exponent")
        _ = state.press(.right, .character("p"))
        _ = state.type("mine")
        #expect(state.press(.enter).isEmpty)
        #expect(state.press(.enter).isEmpty)
        _ = state.press(.character("p"))
        _ = state.type("mine")
        let effects = state.press(.enter, .down, .enter)
        guard case .ask(.change(.savePreset(let name, let configuration, _, let replacing)))? = effects.first else {
            Issue.record("expected a save, found \(effects)")
            return
        }
        #expect(name == "mine" && replacing)
        #expect(configuration[Sliding.exponent] == 4.1)
    }

    @Test(arguments: ["", "a/b", "../x", ".hidden", "digits"])
    func badPresetNamesAreRefused(name: String) {
        var state = WorkbenchState.running()
        _ = state.press(.character("p"))
        _ = state.type(name)
        #expect(state.press(.enter).isEmpty)
        #expect(state.dialogs.count == 1)
    }
}
