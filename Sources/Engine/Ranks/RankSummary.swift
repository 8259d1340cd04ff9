import Communication
import Foundation
import Training

/// What training together has cost, for people: of the steps that this process has made.
struct RankSummary {
    let text: String

    /// `nil` without other ranks, or without a step.
    init?(_ session: RunSession) {
        guard let group = session.replica.group else { return nil }
        let steps = session.optimizerStep - session.firstStep
        guard steps > 0 else { return nil }
        let traffic = group.traffic
        let parameters = session.network.parameters.reduce(0) { $0 + $1.value.count }
        let least = 2 * (group.count - 1) * 4 * parameters / group.count
        func megabytes(_ bytes: Int) -> String { String(format: "%.3f MB", Double(bytes) / 1e6) }
        text =
            "\(group.count) ranks: each sent \(megabytes(traffic.gradientBytes / steps)) of gradients a step (the least is "
            + "\(megabytes(least))) and \(megabytes(traffic.otherBytes / steps)) of all else in "
            + "\(traffic.collectives / steps) exchanges, and waited for others "
            + String(format: "%.1f %% of the time", 100 * traffic.waitingSeconds / max(session.seconds, 1e-9))
    }
}
