import ArgumentParser
import Configuration

/// Says whether everything is there that the program needs, and how fast the machine is.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check terminal, libraries, processor, memory, disks and data sets, and measure the speed.",
        discussion: """
            Each line begins with ok, note or wrong; what can be done about it stands below. The exit code is 1 only if \
            something is wrong that keeps the program from working. The speed test takes about ten seconds: products of \
            matrices on one thread beside what a core could do (clock × width of its vectors × 2 for fused operations × 2 \
            units), and training steps of the preset digits. Nothing is changed.
            """)

    @Flag(help: "Leave the speed test out.") var quick = false
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let processor = Processor()
            var report = DoctorReport(version: EngineDescription.programVersion, findings: [])
            if !json { try Output.line("saccade \(report.version)") }
            func add(_ findings: [DoctorReport.Finding]) throws {
                report.findings += findings
                if !json { for finding in findings { try Output.line(Self.text(of: finding)) } }
            }
            try add(TerminalCheck().findings)
            try add(MachineCheck(processor: processor).findings)
            try add(await StorageCheck().findings())
            if !quick {
                if !json { StandardError.line("measuring the speed") }
                try add(SpeedCheck(processor: processor).findings())
            }
            if json { try JSON.print(report) } else { try Output.line(Self.summary(of: report)) }
            if !report.isWell { throw ExitCode(1) }
        }
    }

    /// `ok     terminal   xterm, 120 × 40`, and below it what to do.
    private static func text(of finding: DoctorReport.Finding) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        let line = padded(finding.verdict.rawValue, 7) + padded(finding.subject, 11) + finding.text
        guard let advice = finding.advice else { return line }
        return line + "\n" + String(repeating: " ", count: 18) + "→ " + advice
    }

    private static func summary(of report: DoctorReport) -> String {
        let notes = report.findings.count { $0.verdict == .note }
        let wrong = report.findings.count { $0.verdict == .wrong }
        if wrong > 0 { return "\(wrong) thing\(wrong == 1 ? " is" : "s are") wrong" }
        return notes == 0 ? "everything is in order" : "nothing is wrong; \(notes) note\(notes == 1 ? "" : "s")"
    }
}
