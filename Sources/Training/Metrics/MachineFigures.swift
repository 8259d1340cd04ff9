import Configuration

/// What the run takes of the machine: the time of each part of a step, processor and memory. Means over about a second.
public struct MachineFigures: Metric {
    public init() {}

    public var name: String { "machine" }
    public let pace = MetricPace.everySecond

    public var series: [SeriesDescription] {
        [
            SeriesDescription(.stepTime, "time of a step, ms", short: "step", panel: "step-time"),
            SeriesDescription(.dataTime, "waiting for data, ms", short: "data", panel: "step-time"),
            SeriesDescription(.forwardTime, "forward pass, ms", short: "forward", panel: "step-time"),
            SeriesDescription(.lossTime, "losses, ms", short: "losses", panel: "step-time"),
            SeriesDescription(.backwardTime, "backward pass, ms", short: "backward", panel: "step-time"),
            SeriesDescription(.optimizerTime, "optimizer, ms", short: "optimizer", panel: "step-time"),
            SeriesDescription(.ranksTime, "waiting for other ranks, ms", short: "ranks", panel: "step-time"),
            SeriesDescription(.processorUse, "CPU, cores in use", short: "CPU", panel: "machine"),
            SeriesDescription(.memoryUse, "memory, GiB", short: "memory", panel: "machine"),
        ]
    }

    public var panels: [PanelDescription] {
        [
            PanelDescription("step-time", "Step time ms", .curves(.init())),
            PanelDescription("machine", "CPU cores, memory GiB", .curves(.init())),
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        guard let load = step.load, load.stepCount > 0 else { return [] }
        let scale = 1000 / Double(load.stepCount)
        let time = load.time
        let ranks: [(series: MetricSeries, value: Double)] = time.ranks > 0 ? [(.ranksTime, time.ranks * scale)] : []
        return ranks + [
            (.stepTime, time.total * scale), (.dataTime, time.data * scale), (.forwardTime, time.forward * scale),
            (.lossTime, time.loss * scale), (.backwardTime, time.backward * scale),
            (.optimizerTime, time.optimizer * scale), (.processorUse, load.processorCores),
            (.memoryUse, Double(load.residentBytes) / Double(1 << 30)),
        ]
    }
}

/// Seconds of one step, or of several together.
public struct StepTime: Sendable, Hashable {
    /// Until the batch was there.
    public var data = 0.0
    public var forward = 0.0
    public var loss = 0.0
    public var backward = 0.0
    public var optimizer = 0.0
    /// Within the passes and the loss: waiting for what other ranks send.
    public var ranks = 0.0

    public init() {}

    public var total: Double { data + forward + loss + backward + optimizer }

    public static func += (sum: inout StepTime, more: StepTime) {
        sum.data += more.data
        sum.forward += more.forward
        sum.loss += more.loss
        sum.backward += more.backward
        sum.optimizer += more.optimizer
        sum.ranks += more.ranks
    }
}

/// What the steps since the last point took of the machine.
public struct MachineLoad: Sendable, Hashable {
    public var stepCount: Int
    /// Of all these steps together.
    public var time: StepTime
    /// Processor time of this process for each second that passed: 2 means that two cores were busy.
    public var processorCores: Double
    /// Memory that this process holds.
    public var residentBytes: Int

    public init(stepCount: Int, time: StepTime, processorCores: Double, residentBytes: Int) {
        (self.stepCount, self.time) = (stepCount, time)
        (self.processorCores, self.residentBytes) = (processorCores, residentBytes)
    }
}
