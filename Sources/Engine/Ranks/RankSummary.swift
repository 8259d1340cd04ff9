import Communication
import Foundation

/// What training together has cost since this process went on with the run, validation included; for people.
enum RankSummary {
    /// - Parameters:
    ///   - steps: made since then, at least one.
    ///   - seconds: that they took.
    ///   - before: what a rank had sent and taken until then.
    static func text(
        ranks: Int, parameters: Int, steps: Int, seconds: Double, before: Traffic, now: Traffic
    ) -> String {
        let least = 2 * (ranks - 1) * 4 * parameters / ranks
        func megabytes(_ bytes: Int) -> String { String(format: "%.3f MB", Double(bytes) / 1e6) }
        let waited = (now.waitingSeconds - before.waitingSeconds) / max(seconds, 1e-9)
        return
            "\(ranks) ranks: for each step a rank sent \(megabytes((now.gradientBytes - before.gradientBytes) / steps)) of "
            + "gradients (the least is \(megabytes(least))) and \(megabytes((now.otherBytes - before.otherBytes) / steps)) "
            + "of all else in \((now.collectives - before.collectives) / steps) exchanges, and waited for others "
            + String(format: "%.1f %% of the time", 100 * waited)
    }
}
