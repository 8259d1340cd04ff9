import Configuration

/// Weights that an arm takes from the run of another: `training.start_from: arm:images only`.
extension StudyReader {
    /// What a knob's text begins with that names an arm.
    static let armPrefix = "arm:"

    /// Moves knobs that name another arm from the settings of an arm to what it takes.
    func takeWeights(_ study: inout Study, _ node: StudyNode) throws(StudyFailure) {
        for place in study.arms.indices {
            for change in study.arms[place].changes {
                guard case .text(let text) = change.value, text.hasPrefix(Self.armPrefix) else { continue }
                let mark = node.mark(of: change.key)
                let name = text.dropFirst(Self.armPrefix.count).trimmingCharacters(in: .whitespaces)
                guard study.arms.contains(where: { $0.name == name }) else {
                    throw StudyFailure(.unknownArm(name, known: study.arms.map(\.name)), at: mark)
                }
                guard study.arms[..<place].contains(where: { $0.name == name }) else {
                    throw StudyFailure(
                        .wrong(
                            change.key, found: "'\(text)' in the arm '\(study.arms[place].name)'",
                            expected: "an arm that stands above it: its runs are trained first"), at: mark)
                }
                study.arms[place].changes.removeAll { $0.key == change.key }
                study.arms[place].takes[change.key] = name
            }
        }
    }

    /// Which of a search's candidates weights are taken of would be open.
    func checkWeights(of study: Study, _ node: StudyNode) throws(StudyFailure) {
        guard let search = study.search else { return }
        for arm in study.arms {
            for (key, name) in arm.takes.sorted(by: { $0.key < $1.key }) {
                guard let other = study.arms.first(where: { $0.name == name }) else { continue }
                let isSearched = search.dimensions.contains { other.tuned?.contains($0.key) ?? true }
                guard isSearched else { continue }
                throw StudyFailure(
                    .wrong(
                        key, found: "'\(Self.armPrefix)\(name)'",
                        expected: "an arm that nothing is searched for: give '\(name)' a 'tune: []'"),
                    at: node.mark(of: key))
            }
        }
    }
}
