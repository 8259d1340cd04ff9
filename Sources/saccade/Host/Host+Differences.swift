import Messages
import RunStore
import Screens
import Training

extension Host {
    /// The run that is pinned on the screens; `nil` if none is, or it is gone.
    func pinnedRun(among runs: [RunSummary]) -> RunSummary? {
        let pinned = LayoutFile(paths).read().pinnedRun
        return runs.first { $0.id == pinned && $0.problem == nil }
    }

    /// By how much a run is better than the pinned one and than the one that it comes from.
    func differences(of run: RunOutcome) throws -> [OutcomeDifference] {
        let runs = try stored.listedRuns()
        let references = OutcomeDifference.references(
            of: run.summary, pinned: pinnedRun(among: runs)?.id, among: runs)
        guard !references.isEmpty else { return [] }
        let outcomes = try stored.outcomes(
            of: OutcomeDifference.candidates(for: run.summary, references.map(\.run), among: runs))
        return references.compactMap { kind, reference in
            outcomes.first { $0.summary.id == reference.id }.map {
                OutcomeDifference(kind, of: run, to: $0, among: outcomes, described: .shipped)
            }
        }
    }
}
