import Messages
import Terminal
import Testing

@testable import Screens

/// Columns of the list, and the detail panel beside it.
@Suite struct RunListTests {
    private static let names = ["digits-sliding-seed-1", "digits-sliding-seed-22"]

    private func state(_ width: Int, _ height: Int, names: [String] = names) -> WorkbenchState {
        var state = WorkbenchState.answered(size: Size(width: Column(width), height: Row(height)))
        let runs = names.enumerated().map { Samples.run("r\($0)", $1, created: Double(100 * $0)) }
        state.receive([.now(86_400 * 3, secondsFromGMT: 0), .reply(.runs(runs))])
        _ = state.press(.character("3"))
        return state
    }

    @Test(arguments: [(80, 24), (100, 30), (120, 36), (200, 60)])
    func namesAreWhole(width: Int, height: Int) {
        let text = state(width, height).drawn().plainText
        for name in Self.names { #expect(text.contains("○ \(name) ")) }
    }

    @Test func whereThereIsRoomPresetDataSetAndAgeAreTold() {
        let lines = state(200, 60).drawn().plainText.split(separator: "\n").map(String.init)
        #expect(lines.contains { ["name", "state", "age", "preset", "data set", "tags"].allSatisfy($0.contains) })
        #expect(lines.contains { $0.contains("digits-sliding-seed-1 ") && $0.contains(" 3d mine") })
    }

    @Test("of names that are too long the ends are kept: that is where they differ")
    func longNames() {
        let long = "a-name-that-is-much-too-long-for-any-list-of-runs-anywhere-seed-"
        let text = state(80, 24, names: [long + "1", long + "2"]).drawn().plainText
        #expect(text.contains("-seed-1 ") && text.contains("-seed-2 "))
    }

    @Test(arguments: RunsState.Order.allCases, [57, 67, 77, 120])
    func theColumnThatSortsIsShown(order: RunsState.Order, width: Int) {
        let runs = Self.names.map { Samples.run($0, $0) }
        let columns = RunColumn.fitting(width: width, runs, sortedBy: order, now: 0)
        #expect(columns.contains { $0.order == order })
        #expect(columns.reduce(-1) { $0 + $1.width + 1 } <= width)
    }

    @Test func theDetailGoesWithTheCursor() {
        var state = state(120, 36)
        #expect(state.runs.opened == "r1")
        state.receive([.reply(.run(Samples.detail("r1")))])
        #expect(state.press(.down) == [.ask(.run("r0"))])
        #expect(state.runs.opened == "r0")
        // One is read at a time.
        #expect(state.press(.up).isEmpty && state.press(.down).isEmpty)
        state.receive([.reply(.run(Samples.detail("r0")))])
        #expect(state.drawn().plainText.contains("Detail  run-r0"))
        // In the panel itself the list does not matter.
        _ = state.press(.tab, .down)
        #expect(state.runs.opened == "r0")
    }

    @Test func deletingTheShownRunIsNoError() {
        var state = state(120, 36)
        state.receive([.reply(.run(Samples.detail("r1")))])
        #expect(state.press(.character("D"), .down, .enter).contains(.ask(.change(.deleteRun("r1")))))
        state.receive([
            .reply(.changed("deleted")), .reply(.failure(request: .run("r1"), message: "no run 'r1'")),
            .reply(.runs([Samples.run("r0", Self.names[0])])),
        ])
        #expect(state.shared.status?.kind == .good)
        #expect(state.runs.opened == "r0")
    }

    @Test func whatCannotBeReadIsAskedForOnce() {
        var state = state(120, 36)
        let failure = WorkbenchMessage.reply(.failure(request: .run("r1"), message: "damaged"))
        #expect(state.update(failure).isEmpty)
        #expect(state.press(.down).contains(.ask(.run("r0"))))
        state.receive([.reply(.run(Samples.detail("r0")))])
        #expect(state.press(.up).isEmpty)
    }
}
