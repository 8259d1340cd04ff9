import Terminal
import Testing

@testable import Screens

@Suite struct BindingTableTests {
    @Test(arguments: Context.allCases)
    func noKeyMeansTwoThingsInOnePlace(context: Context) {
        let places = [context] + context.parents
        var seen: [KeyPress: Action] = [:]
        for binding in BindingTable.all where places.contains(binding.context) {
            for key in binding.keys {
                if let other = seen[key], other != binding.action {
                    Issue.record("\(key.title) is \(other) and \(binding.action) in \(context)")
                }
                seen[key] = binding.action
            }
        }
        #expect(!seen.isEmpty)
    }

    @Test(arguments: Action.allCases)
    func everyActionHasAKey(action: Action) {
        #expect(BindingTable.all.contains { $0.action == action && !$0.keys.isEmpty })
    }

    @Test(arguments: BindingTable.all)
    func everyBindingIsReached(binding: Binding) {
        for key in binding.keys { #expect(BindingTable.action(for: key, in: binding.context) == binding.action) }
        #expect(!binding.title.isEmpty)
    }

    @Test(arguments: Context.allCases)
    func helpListsEveryKey(context: Context) {
        let lines = HelpPage.lines(context: context)
        for binding in BindingTable.bindings(in: context) {
            #expect(lines.contains { $0.title == binding.title && $0.key.contains(binding.keyTitle) })
        }
    }

    @Test func whatDestroysIsACapitalAndAsksFirst() {
        var state = WorkbenchState.running()
        #expect(
            BindingTable.all.filter { $0.action == .delete || $0.action == .stop }.allSatisfy { binding in
                binding.keys.allSatisfy { if case .character(let letter) = $0 { letter.isUppercase } else { false } }
            })
        #expect(state.press(.character("S")).isEmpty)
        #expect(state.press(.enter).isEmpty)
        #expect(state.dialogs.isEmpty)
        #expect(state.press(.character("S"), .down, .enter) == [.send(.stop)])
    }
}
