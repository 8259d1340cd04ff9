import Configuration

extension RunConfiguration {
    /// This configuration with the edits of a run as a schedule, so that a new run makes them at the same steps.
    ///
    /// - Parameter totalSteps: of the run; more than 0.
    public func scheduling(_ edits: [AppliedEdit], totalSteps: Int) -> RunConfiguration {
        var result = self
        result.setScheduledEdits(
            edits.map { edit in
                ScheduledEdit(
                    progress: Double(edit.optimizerStep) / Double(max(1, totalSteps)),
                    changes: edit.differences.map { KnobChange(key: $0.key, value: $0.new) })
            })
        return result
    }
}
