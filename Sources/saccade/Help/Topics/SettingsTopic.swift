import Configuration
import Training

extension Topic {
    /// What can be set, as the engine describes it.
    static let settings = settings(of: .shipped)

    static func settings(of description: EngineDescription) -> Topic {
        let sections = description.sections.flatMap { section -> [Block] in
            [
                .heading(section),
                .list(
                    description.knobs.filter { $0.section == section }.map { knob in
                        Entry(knob.key, meaning(of: knob, description))
                    }),
            ]
        }
        return Topic(
            name: "settings", title: "Settings",
            blocks: [
                .text(
                    "Every setting can be a line of a preset, or follow --set. Settings marked live can also be "
                        + "changed on the Train screen during a run; the others need a new run.")
            ] + sections)
    }

    private static func meaning(of knob: Knob, _ description: EngineDescription) -> String {
        var expectation = knob.expectation
        if case .catalogue(let name) = knob.kind, let names = description.catalogues[name] {
            expectation = "one of " + names.joined(separator: ", ")
        }
        let text = knob.defaultValue.description
        return "\(knob.help) \(expectation.prefix(1).uppercased())\(expectation.dropFirst())"
            + (text.isEmpty ? "" : "; default \(text)") + (knob.isLive ? "; live." : ".")
    }
}
