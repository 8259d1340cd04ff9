import Messages

extension StudyReport {
    /// A line a run of the table, with what its row came to: for spreadsheets and scripts. Shares are 0…1; nothing stands for
    /// what is not known.
    public var csv: String {
        let heading =
            axes + [
                "arm", "seed", "state", "run", "test_accuracy", "validation_accuracy", "tested_epoch", "steps",
                "passes",
                "row_test_mean", "row_test_low", "row_test_high", "row_difference", "row_difference_low",
                "row_difference_high", "mcnemar_arm_only", "mcnemar_reference_only", "mcnemar_p", "row_mcnemar_p",
                "row_t_test_p", "row_more_seeds",
            ] + tunedKeys
        var lines = [heading]
        for row in rows {
            let comparison = row.comparison
            for cell in row.cells {
                let result = cell.state.result
                let mcNemar = comparison?.mcNemar[cell.seed]
                var fields: [String?] = row.point.map { $0.value.description }
                fields += [row.arm, "\(cell.seed)", cell.state.word, cell.state.run]
                fields += [result?.testAccuracy, result?.validationAccuracy].map(Self.number)
                fields += [result?.testedEpoch.map(String.init), "\(row.steps)", Self.number(row.passes)]
                fields += [row.test?.mean, row.interval?.low, row.interval?.high].map(Self.number)
                fields += [comparison?.difference.mean, comparison?.interval?.low, comparison?.interval?.high].map(
                    Self.number)
                fields += [mcNemar.map { "\($0.firstOnly)" }, mcNemar.map { "\($0.secondOnly)" }]
                fields += [mcNemar?.p, comparison?.combinedP, comparison?.tTest].map(Self.number)
                fields += [comparison?.moreSeedsNeeded.map(String.init)]
                fields += tunedKeys.map { key in row.found.first { $0.key == key }?.value.description }
                lines.append(fields.map { $0 ?? "" })
            }
        }
        return lines.map { $0.map(CSVText.field).joined(separator: ",") + "\n" }.joined()
    }

    private static func number(_ value: Double?) -> String? { value.map { "\($0)" } }
}

extension CellState {
    /// For tables and scripts.
    var word: String {
        switch self {
        case .absent: "not begun"
        case .begun: "begun"
        case .live: "running"
        case .failed: "failed"
        case .finished: "finished"
        }
    }
}
