import Configuration
import Foundation
import Messages
import RunStore
import ShippedFiles
import Testing
import TestSupport
import Training

@Suite struct PresetStoreTests {
    let scratch: Scratch
    let presets: PresetStore

    init() throws {
        scratch = try Scratch()
        presets = PresetStore(paths: scratch.paths)
    }

    private static let builtInNames =
        ((try? FileManager.default.contentsOfDirectory(atPath: ShippedFiles.presets.path)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

    private func file(_ name: String) -> URL { presets.userFolder.appendingPathComponent(name + ".yaml") }

    @Test func presetsShip() {
        #expect(Self.builtInNames.count >= 8)
        #expect(Self.builtInNames.contains("digits"))
    }

    @Test(arguments: builtInNames)
    func everyPresetThatShipsLoads(name: String) throws {
        let preset = try presets.load(name)
        #expect(preset.isBuiltIn)
        #expect(!preset.note.isEmpty)
        #expect(name.replacing("paper-", with: "").hasPrefix(preset.configuration.data.set))
        if name.hasPrefix("nmnist-few-shot") {
            let data = preset.configuration.data
            #expect((data.recordingsPerClass, data.size, data.timeStepCount) == (5, 34, 4))
        }
        var summary = try #require(try presets.list().first { $0.name == name })
        #expect(summary.modified?.wrappedValue ?? 0 > 1e9)
        summary.modified = nil
        #expect(
            summary
                == PresetSummary(
                    name: name, note: preset.note, isBuiltIn: true, path: preset.file.path, problem: nil,
                    dataSet: preset.configuration.data.set))
    }

    @Test(arguments: builtInNames)
    func aPresetThatShipsCannotBeChanged(name: String) throws {
        #expect(throws: PresetError.builtIn(name, instead: "my-\(name)")) {
            try presets.save(name: name, configuration: RunConfiguration(), note: "", replacing: true)
        }
        #expect(throws: PresetError.builtIn(name, instead: nil)) { try presets.rename(name, to: "x") }
        #expect(throws: PresetError.builtIn(name, instead: nil)) { try presets.delete(name) }
        try presets.save(name: "mine", configuration: RunConfiguration(), note: "", replacing: false)
        #expect(throws: PresetError.builtIn(name, instead: "my-\(name)")) { try presets.rename("mine", to: name) }
    }

    private static let notes = [
        "", "plain words, with a comma", "no", "012", "- x", "a: b", "a #b", " lead", "trail ", "\"q\" 'r' \\",
        "two\nlines: of # it", "end\n", "\n", "a\n\nb", "  in\n dented", "tab\there", "é 脉冲 🧠",
        "\u{200B}x\u{2028}y\u{1}",
        "a\r\nb", "#", "~", "{a}", "&a", "!x", "%", "@", "`", "?", "key:",
    ]

    @Test(arguments: notes)
    func aSavedPresetReadsBack(note: String) throws {
        for configuration in [RunConfiguration(), .unusual] {
            try presets.save(name: "mine", configuration: configuration, note: note, replacing: true)
            try presets.save(name: "fresh", configuration: configuration, note: note, replacing: false)
            for name in ["mine", "fresh"] {
                let read = try presets.load(name)
                #expect(read.configuration == configuration)
                #expect(read.note == note)
            }
            try presets.delete("fresh")
        }
    }

    @Test func charactersThatNoYAMLHoldsAreLeftOut() throws {
        try presets.save(
            name: "mine", configuration: RunConfiguration(), note: "\u{FEFF}a\u{0}b", replacing: false)
        #expect(try presets.load("mine").note == "ab")
    }

    @Test func onlyWhatDiffersIsWritten() throws {
        var configuration = RunConfiguration()
        configuration.training.epochs = 7
        configuration.optimizer.weightDecay = 1e-5
        configuration.data.folder = "no"
        try presets.save(name: "mine", configuration: configuration, note: "Seven epochs.", replacing: false)
        let lines = try scratch.text(of: file("mine")).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                "note: Seven epochs.", "optimizer:", "  weight_decay: 1.0e-05", "data:", "  folder: \"no\"",
                "training:", "  epochs: 7",
            ])
        #expect(try scratch.text(of: file("mine")).hasPrefix("# "))
    }

    @Test func savingOverwritesOnlyWhenAsked() throws {
        try presets.save(name: "mine", configuration: RunConfiguration(), note: "one", replacing: false)
        #expect(throws: PresetError.taken("mine")) {
            try presets.save(name: "mine", configuration: .unusual, note: "two", replacing: false)
        }
        #expect(try presets.load("mine").note == "one")
        try presets.save(name: "mine", configuration: .unusual, note: "two", replacing: true)
        #expect(try presets.load("mine").note == "two")
        #expect(try FileManager.default.contentsOfDirectory(atPath: presets.userFolder.path) == ["mine.yaml"])
    }

    @Test func aLinkedPresetStaysWhereItIsKept() throws {
        let kept = try scratch.write("note: old\n", to: "elsewhere/kept.yaml")
        try StoragePaths.ensure(presets.userFolder)
        try FileManager.default.createSymbolicLink(at: file("mine"), withDestinationURL: kept)
        try presets.save(name: "mine", configuration: RunConfiguration(), note: "new", replacing: true)
        #expect(try scratch.text(of: kept) == "note: new\n")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file("mine").path) == kept.path)
    }

    @Test(arguments: [
        "", ".", "..", "../x", "a/b", "/x", "a b", "ä", "-x", ".hidden", "x.yaml", "x.yml", "a\n", "a\u{0}b",
        String(repeating: "x", count: 65),
    ])
    func unsuitableNamesAreRefused(name: String) throws {
        let error = #expect(throws: PresetError.self) {
            try presets.save(name: name, configuration: RunConfiguration(), note: "", replacing: true)
        }
        guard case .unsuitableName(name, _) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        try presets.save(name: "mine", configuration: RunConfiguration(), note: "", replacing: false)
        #expect(throws: PresetError.self) { try presets.rename("mine", to: name) }
        #expect(throws: PresetError.self) { try presets.delete(name) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: presets.userFolder.path) == ["mine.yaml"])
    }

    @Test func presetsCanBeRenamedAndDeleted() throws {
        try presets.save(name: "one", configuration: .unusual, note: "1", replacing: false)
        try presets.save(name: "two", configuration: RunConfiguration(), note: "2", replacing: false)
        #expect(throws: PresetError.taken("two")) { try presets.rename("one", to: "two") }
        try presets.rename("one", to: "three")
        #expect(try presets.load("three").configuration == .unusual)
        #expect(throws: PresetError.unknown("one", suggestion: nil)) { try presets.rename("one", to: "x") }
        try presets.delete("two")
        #expect(try presets.list().filter { !$0.isBuiltIn }.map(\.name) == ["three"])
        #expect(throws: PresetError.unknown("digtis", suggestion: "digits")) { try presets.load("digtis") }
        #expect(throws: PresetError.unknown("three.yaml", suggestion: "three")) { try presets.load("three.yaml") }
        #expect(throws: PresetError.self) { try presets.load("./nothing.yaml") }
    }

    @Test func filesThatCannotBeUsedAreListedWithTheirProblem() throws {
        _ = try scratch.write("loss:\n  domian_coefficient: 1\n", to: "config/presets/broken.yaml")
        _ = try scratch.write("", to: "config/presets/digits.yaml")
        _ = try scratch.write("", to: "config/presets/my preset.yaml")
        _ = try scratch.write("", to: "config/presets/other.yml")
        _ = try scratch.write("", to: "config/presets/notes.txt")
        _ = try scratch.write("note: good\n", to: "config/presets/good.yaml")
        let list = try presets.list().filter { !$0.isBuiltIn }
        #expect(list.map(\.name) == ["broken", "digits", "good", "my preset", "other"])
        #expect(list[0].problem?.contains("broken.yaml:2:3: unknown key 'domian_coefficient'") == true)
        #expect(list[1].problem?.contains("built-in") == true)
        #expect(list[2].problem == nil)
        #expect(list[3].problem != nil)
        #expect(list[4].problem?.contains(".yaml") == true)
        // What ships is not shadowed.
        #expect(try presets.load("digits").isBuiltIn)
    }
}
