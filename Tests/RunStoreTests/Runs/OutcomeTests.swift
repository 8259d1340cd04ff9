import Configuration
import GRDB
import Messages
import TestSupport
import Testing

@testable import RunStore

/// Runs without their curves, many at once.
@Suite struct OutcomeTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func manyAreReadAtOnceAndWhatIsGoneIsLeftOut() throws {
        let store = try RunStore(paths: scratch.paths)
        let runs = try ["a", "b"].map { try store.create(configuration: .unusual, name: $0, parent: nil) }
        try store.record(edit: edit(runs[0], 1, step: 3, exponent: 4))
        let found = try store.outcomes(of: [runs[1], "gone", runs[0]])
        #expect(found.map(\.summary.name) == ["b", "a"])
        #expect(found[1] == RunOutcome(try store.run(runs[0])) && found[1].edits.count == 1)
        try store.close()
    }

    @Test func whatIsDamagedIsLeftOut() throws {
        let store = try RunStore(paths: scratch.paths)
        let runs = try ["a", "b"].map { try store.create(configuration: .unusual, name: $0, parent: nil) }
        try store.pool.write {
            try $0.execute(sql: "UPDATE runs SET configuration = '{' WHERE id = ?", arguments: [runs[0]])
        }
        #expect(try store.outcomes(of: runs).map(\.summary.id) == [runs[1]])
        try store.close()
    }
}
