import Configuration
import Yams

/// Knobs and their values, as sections of a preset or by their dotted keys.
extension StudyReader {
    /// Settings in the order of the file.
    func changes(
        _ node: StudyNode, _ what: String, except own: [String] = []
    ) throws(StudyFailure) -> [KnobChange] {
        var changes: [KnobChange] = []
        func add(_ change: KnobChange, at mark: Mark?) throws(StudyFailure) {
            guard !changes.contains(where: { $0.key == change.key }) else {
                throw StudyFailure(.duplicate(change.key, in: what), at: mark)
            }
            changes.append(change)
        }
        for (key, value) in try node.entries(what) where !own.contains(key.text) {
            if description.sections.contains(key.text) {
                if value.isEmpty { continue }
                for (name, inner) in try value.entries("section '\(key.text)'") {
                    let full = StudyKey(text: "\(key.text).\(name.text)", mark: name.mark)
                    let knob = try knob(full, section: key.text)
                    try add(KnobChange(key: knob.key, value: try self.value(inner, of: knob)), at: name.mark)
                }
            } else {
                guard key.text.contains(".") else {
                    throw StudyFailure(
                        .unknownKey(key.text, in: what, known: own + description.sections), at: key.mark)
                }
                let knob = try knob(key)
                try add(KnobChange(key: knob.key, value: try self.value(value, of: knob)), at: key.mark)
            }
        }
        return changes
    }

    func knob(_ item: StudyNode) throws(StudyFailure) -> Knob {
        try knob(StudyKey(text: try item.text("a knob's name"), mark: item.mark))
    }

    func knob(_ key: StudyKey, section: String? = nil) throws(StudyFailure) -> Knob {
        do throws(ConfigurationError) {
            return try description.knob(key.text)
        } catch {
            // The name alone may be right, in another section.
            let name = key.text.drop { $0 != "." }.dropFirst()
            if case .unknownKey(_, nil) = error, let elsewhere = description.knobs.first(where: { $0.name == name }) {
                throw StudyFailure(.value(.unknownKey(key.text, suggestion: elsewhere.key)), at: key.mark)
            }
            throw StudyFailure(.value(error), at: key.mark)
        }
    }

    func value(_ node: StudyNode, of knob: Knob) throws(StudyFailure) -> KnobValue {
        if node.isEmpty {
            throw StudyFailure(.configuration(.noValue(key: knob.key, expected: knob.expectation)), at: node.mark)
        }
        let text = try node.text(knob.key)
        do throws(ConfigurationError) {
            return try description.value(of: text, for: knob)
        } catch {
            throw StudyFailure(.value(error), at: node.mark)
        }
    }

    func set(_ change: KnobChange, in configuration: inout RunConfiguration) throws(StudyFailure) {
        do throws(ConfigurationError) {
            try description.set(change.key, to: change.value, in: &configuration)
        } catch {
            throw StudyFailure(.value(error), at: nil)
        }
    }

    /// Knobs that the study sets by itself, and knobs that are set at two places of which one would not count.
    func checkKnobs(
        of study: Study, arms: StudyNode, axes: StudyNode?, search: StudyNode?, settings: StudyNode?
    ) throws(StudyFailure) {
        var reserved = [KnownKnob.seed: "the seeds stand under 'seeds'"]
        if study.budget != nil {
            for key in [KnownKnob.epochs, "training.validate_every_epochs"] {
                reserved[key] = "it follows from the budget; an arm gets more with 'budget: 2'"
            }
        }
        func refuse(_ keys: [String], _ node: StudyNode?) throws(StudyFailure) {
            for key in keys {
                if let instead = reserved[key] {
                    throw StudyFailure(.reserved(key: key, instead: instead), at: node?.mark(of: key))
                }
            }
        }
        if let settings { try refuse(changes(settings, "settings").map(\.key), settings) }
        try refuse(study.axes.map(\.key), axes)
        let searched = study.search?.dimensions.map(\.key) ?? []
        try refuse(searched, search)
        for arm in study.arms {
            try refuse(arm.changes.map(\.key), arms)
            for change in arm.changes where study.axes.contains(where: { $0.key == change.key }) {
                throw StudyFailure(.setTwice(key: change.key, by: "an axis"), at: arms.mark(of: change.key))
            }
            for key in arm.tuned ?? [] where !searched.contains(key) {
                throw StudyFailure(
                    .wrong(
                        "tune", found: "'\(key)'", expected: "knobs of the search: \(searched.joined(separator: ", "))"),
                    at: arms.mark(of: "tune"))
            }
        }
        for key in searched where study.axes.contains(where: { $0.key == key }) {
            throw StudyFailure(.setTwice(key: key, by: "an axis"), at: search?.mark(of: key))
        }
    }
}

extension StudyNode {
    /// Where a key stands, at whatever depth: `loss.domain_coefficient`, or `domain_coefficient` below `loss`.
    func mark(of key: String) -> Mark? {
        switch node {
        case .mapping(let mapping):
            for (name, value) in mapping {
                if name.string == key { return name.mark }
                let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
                let rest = name.string == parts[0] && parts.count == 2 ? parts[1] : key
                if let found = StudyNode(value).mark(of: rest) { return found }
            }
            return nil
        default: return nil
        }
    }
}
