import Foundation

public struct RunSummary: Sendable, Hashable, Codable {
    public var id: String
    public var name: String
    public var phase: RunState.Phase
    /// Was running when its process died: can be resumed.
    public var isInterrupted: Bool
    /// Seconds since 1970.
    @TimeOfDay public var created: Double
    public var epoch: Int
    public var epochs: Int
    public var optimizerStep: Int
    public var validationAccuracy: Double?
    public var testAccuracy: Double?
    public var lastLoss: Double?
    public var editCount: Int
    public var tags: [String]
    public var note: String
    public var parent: String?
    public var dataSet: String
    public var seed: Int
    /// The optimizer step at which it was forked from its parent.
    public var forkStep: Int?
    /// Of the process that trains it now; `nil` if none does.
    public var processIdentifier: Int32?
    /// What its settings came from, changed or not.
    public var preset: String?
    /// The home that the run is in, as its user calls it, if it is in another one than this: it can be looked at there, not
    /// changed.
    public var home: String?
    /// The machine that trains it now, if it is another one than this.
    public var host: String?
    /// What is wrong with what the history holds of it, if it is damaged; nothing else here is known then.
    public var problem: String?

    public init(
        id: String, name: String, phase: RunState.Phase, isInterrupted: Bool, created: Double, epoch: Int,
        epochs: Int, optimizerStep: Int, validationAccuracy: Double?, testAccuracy: Double?, lastLoss: Double?,
        editCount: Int, tags: [String], note: String, parent: String?, dataSet: String, seed: Int,
        forkStep: Int? = nil, processIdentifier: Int32? = nil, preset: String? = nil
    ) {
        (self.id, self.name, self.phase, self.isInterrupted) = (id, name, phase, isInterrupted)
        (self.created, self.epoch, self.epochs, self.optimizerStep) = (created, epoch, epochs, optimizerStep)
        (self.validationAccuracy, self.testAccuracy) = (validationAccuracy, testAccuracy)
        (self.lastLoss, self.editCount, self.tags, self.note) = (lastLoss, editCount, tags, note)
        (self.parent, self.dataSet, self.seed) = (parent, dataSet, seed)
        (self.forkStep, self.processIdentifier, self.preset) = (forkStep, processIdentifier, preset)
    }

    /// A run that is there, but damaged in the history.
    public init(damaged id: String, problem: String) {
        self.init(
            id: id, name: "", phase: .failed, isInterrupted: false, created: 0, epoch: 0, epochs: 0, optimizerStep: 0,
            validationAccuracy: nil, testAccuracy: nil, lastLoss: nil, editCount: 0, tags: [], note: "", parent: nil,
            dataSet: "", seed: 0)
        self.problem = problem
    }

    /// For lists: by name as people sort them, and who has none last.
    public static func inOrderOfNames(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left != nil && right == nil }
        return left.localizedStandardCompare(right) == .orderedAscending
    }

    /// For lists: `finished`, `interrupted`, `damaged`, …
    public var stateName: String {
        problem != nil ? "damaged" : isInterrupted ? "interrupted" : phase.rawValue + (host.map { " on \($0)" } ?? "")
    }
}
