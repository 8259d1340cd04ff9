import Configuration
import Engine
import Messages
import RunStore
import Synchronization

/// Computes reports on a thread of its own: the bootstrap of a large study takes seconds, and looking at it goes on.
actor StudyReporter {
    private let executor = ThreadExecutor(name: "saccade-study-report")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let store: RunStore
    private let protocols: @Sendable (RunConfiguration) throws -> RunProtocol
    private var plan: (study: Study, added: [Int], plan: StudyPlan)?
    private var last: StudyReport?

    init(_ store: RunStore, protocols: @escaping @Sendable (RunConfiguration) throws -> RunProtocol) {
        (self.store, self.protocols) = (store, protocols)
    }

    /// - Parameters:
    ///   - states: what it is made of; those of the key are less, as far as the table is concerned.
    ///   - isKept: whether later reports take from this one what has not changed.
    ///   - isWanted: asked now and then; once it is not, the report ends with a `CancellationError`.
    func report(
        _ key: OpenStudy.ReportKey, _ states: [String: CellState], isKept: Bool = true,
        isWanted: @escaping @Sendable () -> Bool
    ) throws -> StudyReport {
        guard isWanted() else { throw CancellationError() }
        if plan?.study != key.study || plan?.added != key.added {
            if plan?.study.name != key.study.name { last = nil }
            var study = key.study
            study.seeds.removeAll { key.added.contains($0) }
            let made = try StudyPlan(study, described: store.description, protocols: protocols)
            try made.setAdded(seeds: key.added)
            plan = (key.study, key.added, made)
        }
        guard let plan = plan?.plan else { throw CancellationError() }
        let report = try StudyReport(plan, states, reference: key.reference, reusing: last) { run in
            guard isWanted() else { throw CancellationError() }
            return try store.predictions(of: run)
        }
        if isKept { last = report }
        return report
    }
}

/// The report that is wanted: an earlier one is not finished any more.
final class WantedReport: Sendable {
    private let number = Atomic(0)

    /// - Returns: whether this one is still wanted.
    func next() -> @Sendable () -> Bool {
        let own = number.add(1, ordering: .relaxed).newValue
        return { self.number.load(ordering: .relaxed) == own }
    }
}
