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

    @Test(arguments: [
        LibraryRequest.plan(RunConfiguration()), .dataSets, .samples(dataSet: "digits"),
        .recording(SampleReference(dataSet: "digits", index: 0)),
        .modelView(SampleReference(dataSet: "digits", index: 0), run: "one"), .check(dataSet: "digits"),
        .counted(dataSet: "digits", []), .cost(.run("one")),
    ])
    func whatNeedsTheEngineIsLeftToIt(request: LibraryRequest) { #expect(library.answer(request) == nil) }

    @Test func runsAreListedShownChangedAndDeleted() throws {
        guard case .done = library.answer(.renameRun("one", name: "two")),
            case .done = library.answer(.tagRun("two", tags: ["a"])),
            case .done = library.answer(.noteRun("two", note: "n")),
            case .runs(let list) = library.answer(.runs), case .run(let detail) = library.answer(.run("two"))
        else { return #expect(Bool(false)) }
        #expect(list == [detail.summary])
        #expect(
            (detail.summary.id, detail.summary.name, detail.summary.tags, detail.summary.note) == (
                run, "two", ["a"], "n"
            ))
        #expect(library.answer(.deleteRun("two")) == .done("\(run) is deleted"))
        #expect(library.answer(.runs) == .runs([]))
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

    @Test func presetsAreSavedShownRenamedAndDeleted() {
        let save = LibraryRequest.savePreset(name: "mine", configuration: .unusual, note: "n", replacing: false)
        #expect(library.answer(save) == .presetSaved(name: "mine"))
        #expect(library.answer(.preset("mine")) == .preset(name: "mine", .unusual))
        guard case .done = library.answer(.renamePreset("mine", to: "other")),
            case .presets(let list) = library.answer(.presets), case .done = library.answer(.deletePreset("other"))
        else { return #expect(Bool(false)) }
        #expect(list.contains { $0.name == "other" && $0.note == "n" })
    }

    @Test(arguments: [
        LibraryRequest.run("none"), .renameRun("none", name: "x"), .renameRun("one", name: ""),
        .tagRun("one", tags: ["a b"]), .noteRun("none", note: ""), .deleteRun("none"), .preset("none"),
        .savePreset(name: "digits", configuration: RunConfiguration(), note: "", replacing: true),
        .savePreset(name: "../x", configuration: RunConfiguration(), note: "", replacing: true),
        .renamePreset("digits", to: "x"), .deletePreset("digits"), .deletePreset("none"),
    ])
    func whatCannotBeDoneIsAFailure(request: LibraryRequest) {
        guard case .failure(let failed, let message) = library.answer(request) else { return #expect(Bool(false)) }
        #expect(failed == request)
        #expect(!message.isEmpty)
    }
}
