/// One event as the screens see it. Time counts from the recording's first event.
public struct PictureEvent: Sendable, Hashable {
    public var microseconds: Int32
    public var x: UInt16
    public var y: UInt16
    public var isOn: Bool

    public init(microseconds: Int32, x: UInt16, y: UInt16, isOn: Bool) {
        (self.microseconds, self.x, self.y, self.isOn) = (microseconds, x, y, isOn)
    }
}

/// A grey picture, row by row, 0…1.
public struct GrayPicture: Sendable, Hashable {
    public var width: Int
    public var height: Int
    public var values: [Float]

    public init(width: Int, height: Int, values: [Float]) {
        (self.width, self.height, self.values) = (width, height, values)
    }
}

public struct RecordingPicture: Sendable, Hashable {
    public var reference: SampleReference
    public var name: String
    public var className: String
    public var split: String
    public var width: Int
    public var height: Int
    public var durationMicroseconds: Int
    public var events: [PictureEvent]
    public var staticPair: GrayPicture?
    /// How the pair was found, "paired by class name", or why there is none.
    public var pairing: String
    public var isSimulated: Bool
    /// Where width and height come from.
    public var sensorOrigin: String?

    public init(
        reference: SampleReference, name: String, className: String, split: String, width: Int, height: Int,
        durationMicroseconds: Int, events: [PictureEvent], staticPair: GrayPicture?, pairing: String,
        isSimulated: Bool, sensorOrigin: String? = nil
    ) {
        self.sensorOrigin = sensorOrigin
        (self.reference, self.name, self.className, self.split) = (reference, name, className, split)
        (self.width, self.height, self.durationMicroseconds) = (width, height, durationMicroseconds)
        (self.events, self.staticPair, self.pairing) = (events, staticPair, pairing)
        self.isSimulated = isSimulated
    }
}
