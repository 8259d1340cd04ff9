/// A knob and the value it is to take.
public struct KnobChange: Sendable, Hashable, Codable {
    public var key: String
    public var value: KnobValue

    public init(key: String, value: KnobValue) {
        (self.key, self.value) = (key, value)
    }
}

/// A knob that has one value here and another there.
public struct KnobDifference: Sendable, Hashable, Codable {
    public var key: String
    public var old: KnobValue
    public var new: KnobValue

    public init(key: String, old: KnobValue, new: KnobValue) {
        (self.key, self.old, self.new) = (key, old, new)
    }
}
