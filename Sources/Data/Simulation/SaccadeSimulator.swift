import FileFormats
import Foundation
import Tensors

/// Makes an event recording from a still picture, in the manner of N-MNIST (Orchard et al. 2015): a sensor that makes
/// three small jerks, saccades, in front of the picture.
///
///     picture's place     (0, 0) ──105 ms──► (+3.5, +7) ──105 ms──► (+7, 0) ──105 ms──► (0, 0)      pixels, x right, y down
///
/// so that its center is on the sensor's center on average. Every millisecond the picture is sampled between pixels; each
/// pixel takes the logarithm of its light and reports ON or OFF whenever that has changed by the pixel's own contrast
/// threshold since its last report, at the time at which it did (interpolated). After a report a pixel is silent for the
/// refractory period.
public struct SaccadeSimulator: Sendable {
    /// Raised whenever the same picture and seed give other events: kept recordings are then made again.
    public static let version: UInt32 = 1

    /// Change of log intensity that makes a report: mean over the pixels, and its spread.
    public var contrastThreshold: Float = 0.3
    public var thresholdSpread: Float = 0.03
    /// Light that is there even where the picture is black; the picture's white adds 1. Chosen so that a digit makes as
    /// many events as one of N-MNIST's.
    public var darkLight: Float = 0.19
    /// Microseconds.
    public var refractoryPeriod: Float = 1000

    static let saccadeMilliseconds = 105
    /// Where the picture is at the start and after each saccade.
    static let path: [SIMD2<Float>] = [[0, 0], [3.5, 7], [7, 0], [0, 0]]
    /// Where the picture is placed so that it is centered on average.
    static let start: SIMD2<Float> = [-4, -2]

    /// Factor on the movement, which is that of a sensor of 34 pixels.
    var amplitude: Float = 1

    public init() {}

    /// For a larger sensor, on which the picture moves in proportion.
    public init(sensorSide: Int) { amplitude = Float(sensorSide) / 34 }

    /// Microseconds from begin to end.
    public static var duration: Int64 { Int64((path.count - 1) * saccadeMilliseconds) * 1000 }

    /// Place of the picture after so many milliseconds.
    func displacement(_ millisecond: Int) -> SIMD2<Float> {
        // A factor of 1 would change no bit.
        amplitude == 1 ? Self.place(millisecond) : amplitude * Self.place(millisecond)
    }

    private static func place(_ millisecond: Int) -> SIMD2<Float> {
        let (saccade, rest) = millisecond.quotientAndRemainder(dividingBy: saccadeMilliseconds)
        guard saccade < path.count - 1 else { return start + path[path.count - 1] }
        let share = Float(rest) / Float(saccadeMilliseconds)
        return start + path[saccade] + share * (path[saccade + 1] - path[saccade])
    }

    /// - Parameters:
    ///   - picture: What the sensor sees, in the sensor's size; gray. Beyond its borders it is black.
    ///   - random: The same source gives the same events.
    public func record(_ picture: StaticImage, random: RandomSource) -> EventRecording {
        let light = picture.pixels.map { Float($0) / 255 }
        var sensor = SimulatedSensor(self, width: picture.width, height: picture.height, random: random)
        var events: [Event] = []
        guard let content = SimulatedSensor.Box(containing: light, width: picture.width) else {
            return EventRecording(events, sensor: SensorSize(width: picture.width, height: picture.height))
        }
        events.reserveCapacity(8192)
        sensor.adapt(light, content: content, at: displacement(0))
        for millisecond in 1...(Self.path.count - 1) * Self.saccadeMilliseconds {
            sensor.advance(
                light, content: content, at: displacement(millisecond), millisecond: millisecond, into: &events)
        }
        return EventRecording(events, sensor: SensorSize(width: picture.width, height: picture.height))
    }
}
