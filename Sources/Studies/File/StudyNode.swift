import Configuration
import RunStore
import Yams

/// A problem and where it is.
struct StudyFailure: Error {
    var line: Int
    var column: Int
    var problem: StudyProblem

    init(_ problem: StudyProblem, at mark: Mark?) {
        (self.problem, line, column) = (problem, mark?.line ?? 1, mark?.column ?? 1)
    }

    init(_ failure: ConfigurationReader.Failure) {
        (problem, line, column) = (.configuration(failure.problem), failure.line, failure.column)
    }
}

/// A key as it stands in the file.
struct StudyKey {
    var text: String
    var mark: Mark?

    static func == (left: StudyKey, right: String) -> Bool { left.text == right }
}

/// A piece of the file, asked for what it should be.
struct StudyNode {
    let node: Node

    init(_ node: Node) { self.node = node }

    var mark: Mark? { node.mark }
    var isEmpty: Bool { ConfigurationReader.isEmpty(node) }
    private var kind: String { ConfigurationReader.kind(of: node) }

    private func wrong(_ what: String, _ expected: String) -> StudyFailure {
        StudyFailure(.wrong(what, found: kind, expected: expected), at: mark)
    }

    /// The entries of a mapping, each key once.
    ///
    /// - Parameter known: keys that there may be; `nil`: any.
    func entries(
        _ what: String, known: [String]? = nil
    ) throws(StudyFailure) -> [(key: StudyKey, value: StudyNode)] {
        guard case .mapping(let mapping) = node else { throw wrong(what, "a mapping of names to values") }
        var seen: Set<String> = []
        var entries: [(StudyKey, StudyNode)] = []
        for (key, value) in mapping {
            let text = try StudyNode(key).text("a key of \(what)")
            guard seen.insert(text).inserted else { throw StudyFailure(.duplicate(text, in: what), at: key.mark) }
            if let known, !known.contains(text) {
                throw StudyFailure(.unknownKey(text, in: what, known: known), at: key.mark)
            }
            entries.append((StudyKey(text: text, mark: key.mark), StudyNode(value)))
        }
        guard !entries.isEmpty else { throw wrong(what, "at least one entry") }
        return entries
    }

    func items(_ what: String, mayBeEmpty: Bool = false) throws(StudyFailure) -> [StudyNode] {
        guard case .sequence(let sequence) = node else { throw wrong(what, "a list such as [1, 2]") }
        guard mayBeEmpty || !sequence.isEmpty else {
            throw StudyFailure(.wrong(what, found: "an empty list", expected: "at least one value"), at: mark)
        }
        return sequence.map(StudyNode.init)
    }

    func text(_ what: String) throws(StudyFailure) -> String {
        guard case .scalar(let scalar) = node else { throw wrong(what, "a single value") }
        return scalar.string
    }

    func integer(_ what: String, _ range: ClosedRange<Int>) throws(StudyFailure) -> Int {
        guard let value = Int(try text(what)), range.contains(value) else {
            throw wrong(what, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ what: String, _ range: ClosedRange<Double>) throws(StudyFailure) -> Double {
        guard let value = Double(try text(what)), range.contains(value) else {
            throw wrong(
                what, "a number from \(KnobValue.number(range.lowerBound)) to \(KnobValue.number(range.upperBound))")
        }
        return value
    }
}
