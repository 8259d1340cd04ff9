/// As many events in every time step: N / T, rounded down; what is left over at the end is left out (as tonic does).
public struct CountSlicing: Slicing {
    public init() {}

    public var name: String { "count" }
    public var summary: String { "N / T events per time step, the remainder is dropped" }

    public func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        let size = recording.events.count / timeStepCount
        return (0..<timeStepCount).map { $0 * size..<($0 + 1) * size }
    }
}
