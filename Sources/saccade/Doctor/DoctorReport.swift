/// What was found on this machine, a line for each thing that the program depends on.
struct DoctorReport: Encodable {
    struct Finding: Encodable {
        enum Verdict: String, Encodable {
            case ok
            /// The program works, but not as well as it could, or something is left out.
            case note
            /// The program cannot work.
            case wrong
        }

        /// What was looked at: `terminal`, `memory`, …
        var subject: String
        var verdict: Verdict
        /// What was found, in words.
        var text: String
        /// What to do about it; `nil` where there is nothing to do.
        var advice: String?
        /// What was measured or counted, by name with its unit.
        var figures: [String: Double] = [:]
    }

    var version: String
    /// Nothing is wrong that keeps the program from working.
    var isWell: Bool { !findings.contains { $0.verdict == .wrong } }
    var findings: [Finding]

    private enum Key: String, CodingKey { case version, isWell, findings }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(version, forKey: .version)
        try values.encode(isWell, forKey: .isWell)
        try values.encode(findings, forKey: .findings)
    }
}

extension DoctorReport.Finding {
    static func ok(_ subject: String, _ text: String, _ figures: [String: Double] = [:]) -> Self {
        Self(subject: subject, verdict: .ok, text: text, figures: figures)
    }

    static func note(_ subject: String, _ text: String, _ advice: String?, _ figures: [String: Double] = [:]) -> Self {
        Self(subject: subject, verdict: .note, text: text, advice: advice, figures: figures)
    }

    static func wrong(_ subject: String, _ text: String, _ advice: String, _ figures: [String: Double] = [:]) -> Self {
        Self(subject: subject, verdict: .wrong, text: text, advice: advice, figures: figures)
    }
}
