import Messages
import Terminal

/// An analysis that is going on.
struct AwaitedAnalysis: Sendable, Hashable {
    var name: String
    var run: String
}

extension RunsState {
    /// Asks which analyses there are, to choose one; while one goes on, whether it is to end.
    mutating func analyze(_ shared: inout Shared) -> [Wish] {
        if let awaited = shared.awaitedAnalysis {
            return [
                .dialog(
                    .question(
                        Question(
                            "Cancel the analysis '\(awaited.name)'?",
                            "It is still going on; another one can follow it.",
                            cancel: "Let it go on", [.init(title: "Cancel it", intent: .cancelAnalysis)])))
            ]
        }
        guard let run = ownSubject(&shared) else { return [] }
        return [.ask(.analyses(run: run.id))]
    }
}

extension WorkbenchState {
    mutating func offerAnalyses(_ analyses: [AnalysisSummary], run: String) -> [Wish] {
        [
            .dialog(
                .chooser(
                    Chooser(
                        title: "Look into the network of \(name(of: run))",
                        entries: analyses.map {
                            Chooser.Entry(title: $0.title, note: $0.summary, intent: .analyze($0.name, run: run))
                        })))
        ]
    }

    /// Compares with the pinned run where one is there.
    mutating func analyze(_ name: String, run: String) -> [Wish] {
        var options = AnalysisOptions()
        if shared.pinned != run { options.reference = shared.pinned }
        shared.awaitedAnalysis = AwaitedAnalysis(name: name, run: run)
        shared.say("reading the recordings of \(self.name(of: run)); v cancels")
        return [.ask(.analysis(name, run: run, options))]
    }

    mutating func take(_ report: AnalysisReport, run: String) -> [Wish] {
        guard shared.awaitedAnalysis == AwaitedAnalysis(name: report.analysis, run: run) else { return [] }
        shared.awaitedAnalysis = nil
        shared.say("\(report.title): done", .good)
        return [.dialog(.analysis(AnalysisView(report, run: name(of: run))))]
            + report.findings.map { .log(.info, "\(report.title): \($0)") }
    }

    private func name(of run: String) -> String { shared.runs.first { $0.id == run }?.name ?? run }
}
