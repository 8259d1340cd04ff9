/// The cells of a study that are handed out to be trained one by one, by a batch system or by anything else that starts
/// commands. What training each of them takes stands in a file of its own (`CellFolder`).
public struct CellList: Sendable, Hashable, Codable {
    public struct Entry: Sendable, Hashable, Codable {
        /// Its place among the study's cells, from 0; see `StudyPlan.numberedCells`.
        public var number: Int
        public var id: String
        public var name: String
        public var steps: Int
        /// Identifiers of cells whose weights it takes: they are finished before it begins.
        public var takes: [String]
        /// How many cells stand before it in a chain of weights: 0 takes none. Those of one stage can be trained at once.
        public var stage: Int
        /// Its run was in the history already when the list was written.
        public var wasFinished: Bool
    }

    public var study: String
    /// The file that the list was made of.
    public var file: String
    /// What its settings began with, if it still has a name where it is trained.
    public var preset: String?
    /// The folder that relative paths in settings count from.
    public var workingFolder: String
    /// By number.
    public var cells: [Entry]

    /// - Parameters:
    ///   - cells: by number.
    ///   - finished: those that are not trained again.
    public init(
        _ plan: StudyPlan, _ cells: [Cell], finished: Set<String>, file: String, workingFolder: String
    ) {
        (study, preset, self.file, self.workingFolder) = (plan.study.name, plan.study.preset, file, workingFolder)
        var stages: [String: Int] = [:]
        self.cells = cells.enumerated().map { number, cell in
            // Sources stand before those that take their weights.
            let stage = cell.takes.values.map { (stages[$0] ?? 0) + 1 }.max() ?? 0
            stages[cell.id] = stage
            return Entry(
                number: number, id: cell.id, name: cell.name, steps: cell.steps,
                takes: Set(cell.takes.values).sorted(), stage: stage, wasFinished: finished.contains(cell.id))
        }
    }

    /// A cell by its number, its identifier or the beginning of one.
    public func entry(_ reference: String) -> Entry? {
        if let entry = cells.first(where: { $0.id == reference }) { return entry }
        // Identifiers are longer than any number.
        if let number = Int(reference), String(number) == reference, cells.indices.contains(number) {
            return cells[number]
        }
        let matching = cells.filter { $0.id.hasPrefix(reference) }
        return matching.count == 1 && reference.count >= 4 ? matching[0] : nil
    }

    /// Number, identifier, cells that come before, and name: a line each, for people.
    public var text: String {
        let numbers = Dictionary(cells.map { ($0.id, $0.number) }) { first, _ in first }
        let lines = cells.map { entry in
            let before = entry.takes.compactMap { numbers[$0] }.map(String.init).joined(separator: ",")
            let state = entry.wasFinished ? "finished" : before.isEmpty ? "-" : "after \(before)"
            return "\(entry.number)\t\(entry.id)\t\(state)\t\(entry.name)"
        }
        return
            ([
                "# cells of the study \(study): number, identifier (its home is homes/IDENTIFIER), what comes before, name"
            ]
            + lines).joined(separator: "\n") + "\n"
    }
}
