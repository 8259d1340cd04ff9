import Engine
import Messages
import RunStore
import ShippedFiles
import Studies

/// A study that was read and can be trained.
struct PlannedStudy {
    /// Of its file.
    let path: String
    let plan: StudyPlan
    let book: StudyOrderBook
    private let shelf: StudyShelf

    /// Finds what is wrong with the study before a home is made.
    ///
    /// - Parameters:
    ///   - assignments: as `--set` has them.
    ///   - addedSeeds: besides those of the file; `nil`: those that were added before.
    ///   - arms: that must be there.
    /// - Throws: `StudyError`, `ConfigurationError`, and what is wrong with the data of any arm.
    init(_ file: String, _ assignments: [String], addedSeeds: [Int]? = nil, arms: [String] = []) throws {
        let paths = StoragePaths()
        shelf = StudyShelf(shipped: ShippedFiles.studies, paths)
        path = try shelf.path(of: file)
        let study = try StudyReader(PresetStore(paths: paths, described: .shipped)).read(path: path)
        for arm in arms where !study.arms.contains(where: { $0.name == arm }) {
            throw StudyError.unknownArm(arm, known: study.arms.map(\.name))
        }
        let protocols = RunProtocolReader()
        let changes = try ConfigurationOptions.changes(assignments)
        plan = try StudyPlan(study, changes: changes, described: .shipped) { try protocols.runProtocol(of: $0) }
        book = StudyOrderBook(study: study.name, paths)
        try plan.setAdded(seeds: addedSeeds ?? book.read().seeds)
        try plan.check { try protocols.check($0) }
    }

    /// Lets it be found by its name.
    func remember() { shelf.remember(plan.study.name, path: path) }
}
