import Communication
import Foundation
import Training

/// What training together has cost since this process went on with the run, validation included; for people.
struct RankSummary {
    let text: String

    /// `nil` without other ranks, or without a step.
    init?(_ session: RunSession) {
        guard let group = session.replica.group else { return nil }
        let steps = session.optimizerStep - session.firstStep
        guard steps > 0 else { return nil }
        let (now, before) = (group.traffic, session.firstTraffic)
        let parameters = session.network.parameters.reduce(0) { $0 + $1.value.count }
        let least = 2 * (group.count - 1) * 4 * parameters / group.count
        func megabytes(_ bytes: Int) -> String { String(format: "%.3f MB", Double(bytes) / 1e6) }
        let waited = (now.waitingSeconds - before.waitingSeconds) / max(session.seconds - session.firstSeconds, 1e-9)
        text =
            "\(group.count) ranks: for each step a rank sent \(megabytes((now.gradientBytes - before.gradientBytes) / steps)) of "
            + "gradients (the least is \(megabytes(least))) and \(megabytes((now.otherBytes - before.otherBytes) / steps)) "
            + "of all else in \((now.collectives - before.collectives) / steps) exchanges, and waited for others "
            + String(format: "%.1f %% of the time", 100 * waited)
    }
}
