import Training

/// Adds up what steps take of the machine, and says it about once a second.
struct MachineMeter {
    private static let interval = 1.0

    private var sum = StepTime()
    private var stepCount = 0
    /// Where these steps began: in seconds of work, and in processor time of the process.
    private var begin: (work: Double, processor: Double)?

    /// - Parameters:
    ///   - time: of the step that was just made.
    ///   - workSeconds: that the run has worked so far; pauses do not count.
    ///   - processorSeconds: that the process has used so far while the run worked.
    /// - Returns: what the steps of the last second took; `nil` until it is over.
    mutating func addStep(
        _ time: StepTime, workSeconds: Double, processorSeconds: Double
    ) -> MachineLoad? {
        guard let begin = self.begin else {
            // The first step of a session reserves memory: it is not like the others.
            self.begin = (workSeconds, processorSeconds)
            return nil
        }
        sum += time
        stepCount += 1
        let passed = workSeconds - begin.work
        guard passed >= Self.interval else { return nil }
        defer {
            self.begin = (workSeconds, processorSeconds)
            (sum, stepCount) = (StepTime(), 0)
        }
        return MachineLoad(
            stepCount: stepCount, time: sum, processorCores: (processorSeconds - begin.processor) / passed,
            residentBytes: MachineMemory.resident)
    }
}
