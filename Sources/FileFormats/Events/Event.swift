/// One report of an event camera: at this time this pixel became brighter or darker by a fixed step.
public struct Event: Sendable, Hashable, BitwiseCopyable {
    /// Microseconds, as stored.
    public var timestamp: Int64
    /// Column, 0 at the left.
    public var x: UInt16
    /// Row, 0 at the top.
    public var y: UInt16
    /// 1 ON (brighter), 0 OFF (darker).
    public var polarity: UInt8

    @inlinable
    public init(timestamp: Int64, x: UInt16, y: UInt16, polarity: UInt8) {
        (self.timestamp, self.x, self.y, self.polarity) = (timestamp, x, y, polarity)
    }

    @inlinable public var isOn: Bool { polarity != 0 }
}

/// Columns and rows of a sensor.
public struct SensorSize: Sendable, Hashable, CustomStringConvertible {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

    public var description: String { "\(width)×\(height)" }

    /// Pixels a side that a file or a person may say a sensor has: no event camera comes near.
    public static let largestSide = 4096
    /// Pixels a side within which events must lie where nobody says the sensor's size: that of EVT 2 and 3, above 1280×960,
    /// the largest event cameras there are. One damaged event must not make a sensor of 65,536×65,536 pixels.
    public static let largestUnsaidSide = 2048

    /// `nil` if the sides are none of a sensor.
    public init?(checked width: Int, _ height: Int) {
        guard 1...Self.largestSide ~= width, 1...Self.largestSide ~= height else { return nil }
        self.init(width: width, height: height)
    }
}

/// What a reader got out of a file.
public struct EventFile: Sendable, Hashable {
    /// Name of the format that read it.
    public var format: String
    /// In file order.
    public var events: [Event]
    /// What the file itself says about the sensor; most formats say nothing.
    public var declaredSensor: SensorSize?
    /// Records that only carry the clock forward and are no events.
    public var overflowMarkerCount: Int
    /// What a careful reader would want to know: clock steps back, skipped packets.
    public var notes: [String]
    /// What a tolerant reading left out; told in the notes as well.
    public var loss: EventLoss?

    public init(
        format: String, events: [Event], declaredSensor: SensorSize? = nil, overflowMarkerCount: Int = 0,
        notes: [String] = [], loss: EventLoss? = nil
    ) {
        (self.format, self.events, self.declaredSensor) = (format, events, declaredSensor)
        (self.overflowMarkerCount, self.notes, self.loss) = (overflowMarkerCount, notes, loss)
    }
}
