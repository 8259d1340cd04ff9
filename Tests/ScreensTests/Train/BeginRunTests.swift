import Configuration
import Messages
import Testing
import TestSupport
import Training

@testable import Screens

@Suite struct BeginRunTests {
    @Test(arguments: [
        ("1-3", [1, 2, 3]), ("7", [7]), ("1 2,9", [1, 2, 9]), ("3-3, 3", [3]), ("0-99", Array(0...99)),
        ("", nil), ("a", nil), ("5-1", nil), ("1-2-3", nil), ("-1", nil), ("1-101", nil),
        ("1-9223372036854775807", nil),
    ])
    func seedsAreRead(text: String, seeds: [Int]?) { #expect(SeedList.seeds(text) == seeds) }

    private func choosing(_ seeds: String) -> WorkbenchState {
        var state = WorkbenchState.answered()
        _ = state.press(.character("2"), .character("b"))
        _ = state.type("several")
        _ = state.press(.enter, .control("u"))
        _ = state.type(seeds)
        _ = state.press(.enter)
        return state
    }

    private func seeds(_ effects: [WorkbenchEffect]) -> [Int] {
        effects.compactMap { effect in
            guard case .send(.enqueue(.start(let configuration, let name, _))) = effect else { return nil }
            let seed = configuration.training.seed
            #expect(name?.hasSuffix("-seed\(seed)") == true)
            return seed
        }
    }

    @Test func aRunForEachSeedWaitsInTheQueue() {
        var state = choosing("4-6")
        #expect(state.drawn().plainText.contains("Begin 3 runs"))
        #expect(seeds(state.press(.enter)) == [4, 5, 6])
    }

    @Test func aPresetIsReadOnceForAllOfThem() {
        var state = choosing("1 2")
        let effects = state.press(.down, .enter)
        guard
            case .ask(.preset(let name))? = effects.first(where: { if case .ask(.preset) = $0 { true } else { false } })
        else {
            Issue.record("expected a preset to be asked for")
            return
        }
        let reply = PresetContent(name: name, configuration: RunConfiguration())
        #expect(seeds(state.update(.reply(.preset(reply)))) == [1, 2])
        #expect(seeds(state.update(.reply(.preset(reply)))).isEmpty)
    }

    @Test func whatIsNoSeedIsSaid() {
        let state = choosing("many")
        #expect(state.drawn().plainText.contains("'many' is not a list of seeds"))
    }
}
