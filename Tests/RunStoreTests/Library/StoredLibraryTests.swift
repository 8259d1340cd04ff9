import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport

@Suite struct StoredLibraryTests {
    let scratch: Scratch
    let library: StoredLibrary
    let run: String

    init() throws {
        scratch = try Scratch()
        let runs = try RunStore(paths: scratch.paths)
        library = StoredLibrary(runs: runs, presets: PresetStore(paths: scratch.paths))
        run = try runs.create(configuration: RunConfiguration(), name: "one", parent: nil)
        try runs.record(state: state(run, .finished))
    }

    @Test func runsAreListedShownChangedAndDeleted() throws {
        #expect(try library.change(.renameRun("one", name: "two")) == "\(run) renamed to 'two'")
        #expect(try library.change(.tagRun("two", tags: ["a"])) == "\(run) is tagged a")
        #expect(try library.change(.noteRun("two", note: "n")) == "\(run): note saved")
        let detail = try library.detail(of: "two")
        #expect(try library.listRuns() == [detail.summary])
        #expect(
            (detail.summary.id, detail.summary.name, detail.summary.tags, detail.summary.note) == (
                run, "two", ["a"], "n"
            ))
        #expect(try library.change(.deleteRun("two")) == "\(run) deleted")
        #expect(try library.listRuns().isEmpty)
    }

    @Test("a preset is told how many runs were begun with it, and a run what it came from")
    func uses() throws {
        for name in ["digits", "digits", "mine", nil] {
            _ = try library.runs.create(configuration: RunConfiguration(), name: nil, parent: nil, preset: name)
        }
        let uses = try library.listedPresets().filter { $0.useCount > 0 }
        #expect(uses.map(\.name) == ["digits"] && uses.map(\.useCount) == [2])
        #expect(try library.runs.presetUses() == ["digits": 2, "mine": 1])
        let (runs, filter) = (try library.runs.runs(), try RunFilter("preset=digits"))
        let others = try RunFilter("-preset:digits")
        #expect(runs.count { filter.matches($0) } == 2)
        #expect(runs.count { others.matches($0) } == 3)
    }

    @Test func presetsAreListedByTheirNames() throws {
        let names = try library.presets.list().map(\.name)
        let digits = names.filter { $0.hasPrefix("digits") }
        #expect(digits.first == "digits" && digits.count > 1)
    }

    @Test func presetsAreSavedShownRenamedAndDeleted() throws {
        let save = HistoryChange.savePreset(name: "mine", configuration: .unusual, note: "n", replacing: false)
        #expect(try library.change(save) == "preset mine saved")
        #expect(try library.preset("mine") == PresetContent(name: "mine", configuration: .unusual))
        #expect(try library.change(.renamePreset("mine", to: "other")) == "preset 'mine' renamed to 'other'")
        #expect(try library.listPresets().contains { $0.name == "other" && $0.note == "n" })
        #expect(try library.change(.deletePreset("other")) == "preset 'other' deleted")
        #expect(try !library.listPresets().contains { $0.name == "other" })
    }

    @Test(arguments: [
        HistoryChange.renameRun("none", name: "x"), .renameRun("one", name: ""),
        .tagRun("one", tags: ["a b"]), .noteRun("none", note: ""), .deleteRun("none"),
        .savePreset(name: "digits", configuration: RunConfiguration(), note: "", replacing: true),
        .savePreset(name: "../x", configuration: RunConfiguration(), note: "", replacing: true),
        .renamePreset("digits", to: "x"), .deletePreset("digits"), .deletePreset("none"),
    ])
    func whatCannotBeDoneIsAFailure(change: HistoryChange) {
        let failure = #expect(throws: LibraryFailure.self) { try library.change(change) }
        #expect(failure?.description.isEmpty == false)
    }

    @Test func whatIsNotThereIsAFailureThatNamesIt() {
        let run = #expect(throws: LibraryFailure.self) { try library.detail(of: "none") }
        let preset = #expect(throws: LibraryFailure.self) { try library.preset("none") }
        #expect(run?.description.contains("none") == true && preset?.description.contains("none") == true)
    }
}
