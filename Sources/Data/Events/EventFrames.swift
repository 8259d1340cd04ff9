import FileFormats

/// Events counted per time step, polarity and pixel.
public struct EventFrames: Sendable, Hashable {
    public let timeStepCount: Int
    public let height: Int
    public let width: Int
    /// [T, polarity (0 OFF, 1 ON), H, W]; counts beyond 65,535 stay there.
    public let counts: [UInt16]

    public init(_ recording: EventRecording, timeStepCount: Int, slicing: any Slicing) {
        let (width, height) = (recording.width, recording.height)
        (self.timeStepCount, self.height, self.width) = (timeStepCount, height, width)
        let ranges = slicing.ranges(of: recording, timeStepCount: timeStepCount)
        var counts = [UInt16](repeating: 0, count: timeStepCount * 2 * height * width)
        counts.withUnsafeMutableBufferPointer { counts in
            Self.count(recording, in: ranges) { timeStep, x, y, polarity in
                let cell = ((timeStep * 2 + polarity) * height + y) * width + x
                counts[cell] &+= counts[cell] == .max ? 0 : 1
            }
        }
        self.counts = counts
    }

    /// Pixels of one time step and polarity.
    public subscript(timeStep: Int, polarity: Int) -> ArraySlice<UInt16> {
        let plane = height * width
        let start = (timeStep * 2 + polarity) * plane
        return counts[start..<start + plane]
    }

    /// Visits every event that belongs to a time step and lies on the sensor.
    @inline(__always)
    static func count(
        _ recording: EventRecording, in ranges: [Range<Int>],
        _ visit: (_ timeStep: Int, _ x: Int, _ y: Int, _ polarity: Int) -> Void
    ) {
        let (width, height) = (recording.width, recording.height)
        recording.events.withUnsafeBufferPointer { events in
            for (timeStep, range) in ranges.enumerated() {
                for event in events[range] {
                    let (x, y) = (Int(event.x), Int(event.y))
                    guard x < width, y < height else { continue }
                    visit(timeStep, x, y, event.isOn ? 1 : 0)
                }
            }
        }
    }
}
