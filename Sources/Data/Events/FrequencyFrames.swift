/// Event rates scaled to 1: N-Omniglot's 'frequency' frames, with which the reference works on that data set.
///
/// Counts (published: of `SpikingjellyTimeSlicing`) divided by the length of their time step in microseconds; then each time
/// step and polarity divided by its largest rate, or by 10⁻⁵ if that is larger. Both steps round to half precision, as
/// published.
enum FrequencyFrames {
    /// - Parameters:
    ///   - frames: counts; become rates of 0…1.
    ///   - duration: of the recording, microseconds.
    static func scale(_ frames: FramesInPlace, duration: Int64) {
        let (length, rest) = Int(clamping: duration).quotientAndRemainder(dividingBy: frames.timeStepCount)
        for timeStep in 0..<frames.timeStepCount {
            // Where all events have the same time there is no rate; one microsecond keeps the numbers finite.
            let microseconds = Double(max(timeStep == frames.timeStepCount - 1 ? length + rest : length, 1))
            func rate(_ count: Float) -> Float16 { Float16(Double(count) / microseconds) }
            let plane = frames.plane(timeStep)
            // Rounding keeps the order: the largest count has the largest rate.
            var largest: (Float, Float) = (0, 0)
            for pixel in Swift.stride(from: 0, to: plane.count, by: 2) {
                largest = (max(largest.0, plane[pixel]), max(largest.1, plane[pixel + 1]))
            }
            let divisors = [max(rate(largest.0), Float16(1e-5)), max(rate(largest.1), Float16(1e-5))]
            for cell in plane.indices where plane[cell] != 0 {
                plane[cell] = Float(rate(plane[cell]) / divisors[cell & 1])
            }
        }
    }
}
