import Messages
import Terminal

/// How the last run ended, above everything else of the training screen: as many lines as it takes.
struct OutcomeBanner {
    private let text: String
    private let role: ThemeRole

    /// `nil` while a run is active, and where nothing has ended yet.
    init?(_ train: TrainState, _ run: RunState) {
        guard !run.isActive else { return nil }
        if let failure = train.failure {
            text =
                "✗ step \(failure.optimizerStep): \(failure.message)"
                + (failure.advice.isEmpty ? "" : " — " + failure.advice)
            role = .bad
        } else if let result = train.result {
            let difference = train.difference.flatMap { difference -> String? in
                guard let points = difference.testAccuracy else { return nil }
                return "\(OutcomeDifference.points(points)) points vs \(difference.referenceText)"
                    + (difference.seedsText.map { " (\($0))" } ?? "")
            }
            let energy = train.history.last(.energyPerInference).map {
                "\(Energy.text(nanojoules: $0)) per inference (45 nm estimate)"
            }
            text =
                "✓ "
                + [result.outcomeText, difference, "took \(Figures.span(result.seconds))", energy].compactMap { $0 }
                .joined(separator: " · ")
            role = .good
        } else {
            return nil
        }
    }

    /// Rows that it takes of a screen; at most a third of it.
    func height(in rect: Rect) -> Row {
        min(Row(Wrapping.lines(text, width: rect.width.value - 2).count), max(1, rect.height / 3))
    }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        look.hint(
            &canvas, Rect(row: rect.row, column: rect.column + 1, height: rect.height, width: rect.width - 2), text,
            role: role)
    }
}

extension RunResult {
    /// Validation, test, and which weights were tested and why.
    var outcomeText: String {
        // A fork that makes no step of its own validates nothing.
        (validationAccuracy.map { "finished: validation \(Figures.percent($0)) %, " } ?? "finished: ")
            + "test \(Figures.percent(testAccuracy)) % (\(testedText))"
    }

    /// The same for a line with little room: what was measured last stands first.
    var shortText: String { "test \(Figures.percent(testAccuracy)) %" }
}
