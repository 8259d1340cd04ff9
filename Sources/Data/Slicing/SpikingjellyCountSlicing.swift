/// As many events in every time step: N / T, rounded down; the last time step takes what is left over.
public struct SpikingjellyCountSlicing: Slicing {
    public init() {}

    public var name: String { "spikingjelly-count" }
    public var summary: String { "N / T events per time step, the last also gets the remainder" }

    public func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        let count = recording.events.count
        let size = count / timeStepCount
        return (0..<timeStepCount).map { $0 * size..<($0 == timeStepCount - 1 ? count : ($0 + 1) * size) }
    }
}
