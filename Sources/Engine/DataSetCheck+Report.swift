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
            problems: findings.prefix(Self.problemLimit).map { finding in
                // Readers begin with the file's whole path.
                let whole = (report.folder ?? "") + "/" + finding.path + ": "
                let problem =
                    finding.problem.hasPrefix(whole) ? finding.problem.dropFirst(whole.count) : finding.problem[...]
                return "\(finding.path): \(problem)"
            })
    }
}
