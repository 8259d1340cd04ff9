import Configuration
import Files
import Foundation
import RunStore
import Yams

/// Reads a study out of its YAML file. Strict: whatever is not understood is an error with file, line and column.
///
/// ```yaml
/// name: digits
/// preset: digits
/// settings:
///   data: {test: rest}
/// budget: {steps: 300, validations: 15}
/// seeds: [1, 2, 3, 4, 5]
/// axes:
///   data.recordings_per_class: [2, 5, 10]
/// arms:
///   events-only:
///     sliding.strategy: events-only
///   full:
/// ```
public struct StudyReader {
    let presets: PresetStore
    var description: EngineDescription { presets.description }

    public init(_ presets: PresetStore) { self.presets = presets }

    /// Studies are small; more than this is some other file.
    private static let sizeLimit = 1 << 20
    static let keys = [
        "name", "note", "preset", "settings", "budget", "seeds", "axes", "arms", "search", "reference",
    ]

    /// - Throws: `StudyError.unreadable` or `.content`.
    public func read(path: String) throws(StudyError) -> Study {
        let data: Data
        do throws(RegularFile.Refusal) {
            data = try RegularFile.read(path, limit: Self.sizeLimit)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        do throws(StudyFailure) {
            guard let text = String(data: data, encoding: .utf8) else {
                throw StudyFailure(.configuration(.notUTF8), at: nil)
            }
            let file = URL(fileURLWithPath: path)
            return try read(
                text, folder: file.deletingLastPathComponent(), fileName: file.deletingPathExtension().lastPathComponent
            )
        } catch {
            throw .content(path: path, line: error.line, column: error.column, problem: error.problem)
        }
    }

    /// - Parameters:
    ///   - folder: what the path of a preset counts from.
    ///   - fileName: what a study is called that does not say it.
    func read(_ text: String, folder: URL, fileName: String) throws(StudyFailure) -> Study {
        let root: Node?
        do throws(ConfigurationReader.Failure) {
            root = try ConfigurationReader.compose(text)
        } catch {
            throw StudyFailure(error)
        }
        guard let root else { throw StudyFailure(.missing("arms", example: Self.armExample), at: nil) }
        let entries = try StudyNode(root).entries("the study", known: Self.keys)
        func entry(_ key: String) -> StudyNode? { entries.first { $0.key == key }?.value }

        var study = Study(name: fileName, arms: [], seeds: [])
        if let name = entry("name") { study.name = try name.text("name") }
        try Self.check(name: study.name, at: entry("name")?.mark ?? root.mark)
        if let note = entry("note") { study.note = try note.text("the note") }
        if let preset = entry("preset") { try read(preset: preset, folder, into: &study) }
        if let settings = entry("settings") {
            for change in try changes(settings, "settings") { try set(change, in: &study.base) }
        }
        if let budget = entry("budget") { study.budget = try self.budget(budget) }
        guard let seeds = entry("seeds") else {
            throw StudyFailure(.missing("seeds", example: "seeds: [1, 2, 3, 4, 5]"), at: root.mark)
        }
        study.seeds = try self.seeds(seeds, "seeds")
        if let axes = entry("axes") { study.axes = try self.axes(axes) }
        guard let arms = entry("arms") else {
            throw StudyFailure(.missing("arms", example: Self.armExample), at: root.mark)
        }
        study.arms = try self.arms(arms)
        try takeWeights(&study, arms)
        if let search = entry("search") { study.search = try self.search(search, study) }
        study.reference = study.arms[0].name
        if let reference = entry("reference") {
            study.reference = try reference.text("reference")
            guard study.arms.contains(where: { $0.name == study.reference }) else {
                throw StudyFailure(
                    .unknownArm(study.reference, known: study.arms.map(\.name)), at: reference.mark)
            }
        }
        try checkWeights(of: study, arms)
        try checkKnobs(of: study, arms: arms, axes: entry("axes"), search: entry("search"), settings: entry("settings"))
        return study
    }

    private static let armExample = "arms:\n  events-only:\n    sliding.strategy: events-only\n  full:"

    private static func check(name: String, at mark: Mark?) throws(StudyFailure) {
        let isGood =
            !name.isEmpty && name.count <= Study.nameLimit
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isGood else {
            throw StudyFailure(
                .wrong(
                    "the study's name", found: "'\(name)'",
                    expected: "up to \(Study.nameLimit) letters, digits, '-', '_' and '.'; its runs are tagged with it"),
                at: mark)
        }
    }

    private func read(preset: StudyNode, _ folder: URL, into study: inout Study) throws(StudyFailure) {
        var reference = try preset.text("preset")
        let isPath = reference.contains("/") || reference.hasSuffix(".yaml") || reference.hasSuffix(".yml")
        if isPath { reference = URL(fileURLWithPath: reference, relativeTo: folder).standardizedFileURL.path }
        do throws(PresetError) {
            study.base = try presets.load(reference).configuration
        } catch {
            throw StudyFailure(.preset(error), at: preset.mark)
        }
        study.preset = reference
    }

    private func budget(_ node: StudyNode) throws(StudyFailure) -> Study.Budget {
        let entries = try node.entries("the budget", known: ["steps", "validations"])
        guard let steps = entries.first(where: { $0.key == "steps" }) else {
            throw StudyFailure(
                .missing("budget.steps", example: "budget: {steps: 300, validations: 20}"), at: node.mark)
        }
        let validations = entries.first { $0.key == "validations" }
        return Study.Budget(
            steps: try steps.value.integer("budget.steps", 1...10_000_000),
            validations: try validations?.value.integer("budget.validations", 1...100_000) ?? 20)
    }

    /// A list, or how many: 5 stands for 1 to 5.
    func seeds(_ node: StudyNode, _ what: String) throws(StudyFailure) -> [Int] {
        let allowed = 0...Int(Int32.max)
        guard case .sequence = node.node else { return Array(1...(try node.integer(what, 1...1000))) }
        var seeds: [Int] = []
        for item in try node.items(what) {
            let seed = try item.integer("a seed", allowed)
            guard !seeds.contains(seed) else { throw StudyFailure(.duplicate("\(seed)", in: what), at: item.mark) }
            seeds.append(seed)
        }
        return seeds
    }

    private func axes(_ node: StudyNode) throws(StudyFailure) -> [Study.Axis] {
        var axes: [Study.Axis] = []
        for (key, value) in try node.entries("axes") {
            let knob = try knob(key)
            axes.append(Study.Axis(key: knob.key, values: try values(value, of: knob)))
        }
        return axes
    }

    func values(_ node: StudyNode, of knob: Knob) throws(StudyFailure) -> [KnobValue] {
        var values: [KnobValue] = []
        for item in try node.items(knob.key) {
            let value = try self.value(item, of: knob)
            guard !values.contains(value) else {
                throw StudyFailure(.duplicate(value.description, in: knob.key), at: item.mark)
            }
            values.append(value)
        }
        return values
    }

    private func arms(_ node: StudyNode) throws(StudyFailure) -> [Study.Arm] {
        var arms: [Study.Arm] = []
        for (key, value) in try node.entries("arms") {
            let name = key.text.trimmingCharacters(in: .whitespaces)
            guard !name.isEmpty, name.count <= Study.armNameLimit, !name.contains(where: \.isNewline) else {
                throw StudyFailure(
                    .wrong(
                        "the name of an arm", found: "'\(name)'", expected: "1 to \(Study.armNameLimit) characters"),
                    at: key.mark)
            }
            var arm = Study.Arm(name: name)
            if !value.isEmpty { try read(arm: value, into: &arm) }
            arms.append(arm)
        }
        return arms
    }

    private func read(arm node: StudyNode, into arm: inout Study.Arm) throws(StudyFailure) {
        let own = ["note", "budget", "tune"]
        let entries = try node.entries("the arm '\(arm.name)'")
        for (key, value) in entries where own.contains(key.text) {
            switch key.text {
            case "note": arm.note = try value.text("the note")
            case "budget": arm.budget = try value.number("the budget of '\(arm.name)'", 0.01...1000)
            default:
                var tuned: [String] = []
                if !value.isEmpty {
                    for item in try value.items("tune", mayBeEmpty: true) { tuned.append(try knob(item).key) }
                }
                arm.tuned = tuned
            }
        }
        arm.changes = try changes(node, "the arm '\(arm.name)'", except: own)
    }
}
