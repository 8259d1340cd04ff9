/// What people should know of a choice before a run begins: classes that cannot be learned, or not tested.
public enum SampleWarnings {
    /// A line each; empty if all is well.
    public static func of(_ choice: SampleChoice, _ contents: any DataSetContents) -> [String] {
        var (training, test) = (Set<Int>(), Set<Int>())
        for index in choice.training { training.insert(contents.recordings[index].classIndex) }
        for index in choice.test { test.insert(contents.recordings[index].classIndex) }
        let classes = contents.classNames.indices
        // A published set may know classes that this copy lacks.
        let used = Set(contents.recordings.map(\.classIndex))
        var lines: [String] = []
        if used.count == 1 {
            lines.append("there is only one class: every prediction is correct")
        }
        let untested = classes.filter { training.contains($0) && !test.contains($0) }
        if !untested.isEmpty {
            lines.append(
                "\(list(untested, contents)) no recording to test on: the test accuracy does not cover \(untested.count == 1 ? "it" : "them")"
            )
        }
        let unlearned = classes.filter { used.contains($0) && !training.contains($0) }
        if !unlearned.isEmpty {
            let tested = unlearned.contains(where: test.contains)
            lines.append(
                "\(list(unlearned, contents)) no recording to train on" + (tested ? ", but is tested" : "")
                    + similar(unlearned, contents))
        }
        return lines + folders(contents)
    }

    /// What was left out of the folder and may have been meant.
    private static func folders(_ contents: any DataSetContents) -> [String] {
        let notable = contents.leftOut.filter(\.isNotable)
        guard !notable.isEmpty else { return [] }
        let shown = notable.prefix(4).map { "\($0.path) (\($0.reason))" }.joined(separator: ", ")
        return [
            "ignored: \(shown)"
                + (notable.count > 4 ? " and \(notable.count - 4) more; `saccade data verify` lists them" : "")
        ]
    }

    private static func list(_ classes: [Int], _ contents: any DataSetContents) -> String {
        let names = classes.prefix(5).map { "'\(contents.classNames[$0])'" }.joined(separator: ", ")
        let rest = classes.count > 5 ? " and \(classes.count - 5) more" : ""
        return classes.count == 1 ? "class \(names) has" : "\(classes.count) classes (\(names)\(rest)) have"
    }

    /// Names that differ by capitals alone are often one class.
    private static func similar(_ classes: [Int], _ contents: any DataSetContents) -> String {
        for index in classes {
            let name = contents.classNames[index]
            if let other = contents.classNames.first(where: { $0 != name && $0.lowercased() == name.lowercased() }) {
                return "; is '\(name)' the same class as '\(other)'?"
            }
        }
        return ""
    }
}
