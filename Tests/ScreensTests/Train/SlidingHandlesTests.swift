import Configuration
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

@Suite struct SlidingHandlesTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test(arguments: [0.0, 0.001, 0.25, 0.5, 0.97, 1.0])
    func theyRiseAndLeaveThePastAlone(now: Double) throws {
        var random = Random(state: UInt64(now * 1000) + 7)
        var settings = RunConfiguration()
        settings[Sliding.exponent] = 2.5
        func plan() throws -> PlannedCurve { PlannedCurve(SlidingPlan.probabilities(settings, .shipped)) }
        func curve() -> SlidingCurve {
            SlidingCurve(
                exponent: settings[Sliding.exponent], end: settings[Sliding.end],
                handles: SlidingCurve.handles(fromText: settings[Sliding.curve]) ?? [])
        }
        let before = curve()
        var handles = SlidingHandles(text: "", plan: try plan(), now: now)
        for _ in 0..<400 {
            let index = Int.random(in: 0..<handles.handles.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: _ = handles.add(beside: index)
            case 1: _ = handles.remove(index)
            default:
                _ = handles.move(
                    index, toProgress: Double.random(in: -0.5...1.5, using: &random),
                    probability: Double.random(in: -0.5...1.5, using: &random))
            }
            // The knob takes what comes of it.
            let read = try #require(SlidingCurve.handles(fromText: handles.text))
            #expect(read == handles.handles)
            settings[Sliding.curve] = handles.text
            let after = curve()
            for place in 0...10 where now > 0.02 && now < 1 {
                let progress = now * Double(place) / 10
                #expect(abs(after.probability(at: progress) - before.probability(at: progress)) < 0.03)
            }
            if now < 1 { #expect(abs(after.probability(at: now) - before.probability(at: now)) < 0.001) }
            handles = SlidingHandles(text: handles.text, plan: try plan(), now: now)
        }
    }

    @Test func theProbabilityOfNowStaysWhenALaterHandleMoves() throws {
        var handles = SlidingHandles(text: "0:0, 0.8:0.4, 1:1", plan: PlannedCurve(nil), now: 0.4)
        let index = handles.move(1, toProgress: 0.6, probability: 0.9)
        #expect(handles.handles[index].progress == 0.6 && handles.handles[index].probability == 0.9)
        let moved = SlidingCurve(
            exponent: 1, end: 1, handles: try #require(SlidingCurve.handles(fromText: handles.text)))
        #expect(abs(moved.probability(at: 0.4) - 0.2) < 1e-9)
        #expect(abs(moved.probability(at: 0.2) - 0.1) < 1e-9)
    }

    @Test func bendingByKeysIsStagedSentAndSavedInAPreset() throws {
        var state = WorkbenchState.running()
        _ = state.press(.tab, .up, .up)
        #expect(state.context == .curve)
        let staged = try #require(state.train.tuning.staged["sliding.curve"])
        let handles = try #require(SlidingCurve.handles(fromText: staged.description))
        #expect(handles.contains { $0.progress == 0.3 })
        #expect(state.press(.enter) == [.send(.edit([KnobChange(key: "sliding.curve", value: staged)], at: .nextStep))])

        _ = state.press(.up, .character("p"))
        _ = state.type("bent")
        let effects = state.press(.enter)
        guard case .ask(.change(.savePreset("bent", let configuration, _, false)))? = effects.first else {
            Issue.record("expected a preset, found \(effects)")
            return
        }
        #expect(SlidingCurve.handles(fromText: configuration[Sliding.curve])?.isEmpty == false)
    }

    @Test func zeroGoesBackToThePowerLaw() {
        var state = WorkbenchState.running()
        _ = state.press(.tab, .up, .character("0"))
        // The run follows the power law already: nothing is left to be changed.
        #expect(state.train.tuning.staged.isEmpty)
    }

    @Test func whereNothingIsReplacedNothingIsBent() {
        var state = WorkbenchState.answered()
        state.train.tuning.draft.sliding.strategy = "events-only"
        _ = state.press(.tab, .up)
        #expect(state.train.handles(state.shared).handles.isEmpty && state.train.tuning.staged.isEmpty)
        #expect(state.drawn().plainText.contains("no sliding curve"))
        // A constant probability has handles over the whole run.
        state.train.tuning.draft.sliding.strategy = "joint"
        _ = state.press(.up)
        #expect(state.train.handles(state.shared).handles.last?.progress == 1)
        #expect(state.train.handles(state.shared).handles.count > 3)
    }

    @Test func anotherStrategyIsPointedOut() {
        var state = WorkbenchState.answered()
        state.train.tuning.draft.sliding.strategy = "joint"
        _ = state.press(.tab, .up)
        #expect(state.shared.status?.text.contains("does not use the sliding curve") == true)
    }

    @Test func addingAndTakingAwayKeepsTwoHandles() {
        var state = WorkbenchState.answered()
        _ = state.press(.tab, .character("+"))
        let count = state.train.handles(state.shared).handles.count
        for _ in 0..<20 { _ = state.press(.character("-")) }
        #expect(count == 6)
        #expect(state.train.handles(state.shared).handles.count == 2)
    }
}
