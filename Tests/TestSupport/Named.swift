import Network
import RunStore
import Messages

/// What tests look up by name; the program asks its catalogue (`TrainingCatalogue`).
extension ModelCatalogue {
    public static func named(_ name: String) -> (any NetworkModel)? { all.first { $0.name == name } }
}

extension SurrogateCatalogue {
    /// By our name or the reference's.
    public static func named(_ name: String) -> (any SurrogateGradient)? {
        all.first { $0.name == name || $0.referenceName == name }
    }
}

extension RunStore {
    /// Runs that were going on when their process died, latest first.
    public func interruptedRuns() throws(RunStoreError) -> [RunSummary] { try runs().filter(\.isInterrupted) }
}
