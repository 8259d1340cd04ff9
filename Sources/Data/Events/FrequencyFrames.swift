/// Event rates scaled to 1: N-Omniglot's 'frequency' frames, with which the reference works on that data set.
///
/// Counts of `SpikingjellyTimeSlicing` divided by the length of their time step in microseconds; then each time step and
/// polarity divided by its largest rate, or by 10⁻⁵ if that is larger. Both steps round to half precision, as published.
public struct FrequencyFrames: Sendable, Hashable {
    /// [T, polarity, H, W], 0…1.
    public let values: [Float]

    public init(_ recording: EventRecording, timeStepCount: Int) {
        let frames = EventFrames(recording, timeStepCount: timeStepCount, slicing: SpikingjellyTimeSlicing())
        let (length, rest) = Int(clamping: recording.duration).quotientAndRemainder(dividingBy: timeStepCount)
        let floor = Float16(1e-5)
        var values: [Float] = []
        values.reserveCapacity(frames.counts.count)
        for timeStep in 0..<timeStepCount {
            // Where all events have the same time there is no rate; one microsecond keeps the numbers finite.
            let microseconds = Double(max(timeStep == timeStepCount - 1 ? length + rest : length, 1))
            for polarity in 0..<2 {
                let rates = frames[timeStep, polarity].map { Float16(Double($0) / microseconds) }
                let largest = max(rates.max() ?? 0, floor)
                for rate in rates { values.append(Float(rate / largest)) }
            }
        }
        self.values = values
    }
}
