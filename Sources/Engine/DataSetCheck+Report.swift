import Data
import Messages

extension DataSetCheck {
    /// Of this many files it is worth to say what is wrong.
    private static let problemLimit = 200

    init(_ report: DataSetVerification.Report, name: String) {
        let findings = report.damaged + report.misplaced + report.extra
        self.init(
            dataSet: name, recordings: report.recordings, damaged: report.damaged.count,
            missing: report.counts.reduce(0) { $0 + max(0, $1.known - $1.found) },
            misplaced: report.misplaced.count, extra: report.extra.count,
            problems: findings.prefix(Self.problemLimit).map { "\($0.path): \($0.problem)" })
    }
}
