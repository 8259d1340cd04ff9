/// Hue, saturation and value of a color. The network only ever sees the value; the other two serve displays and checks.
public struct HSV: Sendable, Hashable {
    /// 0..<1 around the color circle, red at 0.
    public var hue: Float
    /// 0…1.
    public var saturation: Float
    /// The largest of red, green and blue.
    public var value: Float

    public init(hue: Float, saturation: Float, value: Float) {
        (self.hue, self.saturation, self.value) = (hue, saturation, value)
    }

    /// Red, green and blue 0…1.
    public init(red: Float, green: Float, blue: Float) {
        value = max(red, green, blue)
        let spread = value - min(red, green, blue)
        saturation = value > 0 ? spread / value : 0
        guard spread > 0 else {
            hue = 0
            return
        }
        let sector =
            if value == red { (green - blue) / spread } else if value == green { (blue - red) / spread + 2 } else {
                (red - green) / spread + 4
            }
        hue = (sector < 0 ? sector + 6 : sector) / 6
    }

    /// 0…1 each.
    public var rgb: (red: Float, green: Float, blue: Float) {
        func channel(_ offset: Float) -> Float {
            let place = (offset + hue * 6).truncatingRemainder(dividingBy: 6)
            return value - value * saturation * max(0, min(place, 4 - place, 1))
        }
        return (channel(5), channel(3), channel(1))
    }

    /// The 8-bit form of OpenCV: hue in half degrees 0..<180, saturation and value 0…255, in its fixed-point arithmetic.
    public static func bytes(red: UInt8, green: UInt8, blue: UInt8) -> (hue: UInt8, saturation: UInt8, value: UInt8) {
        let (red, green, blue) = (Int(red), Int(green), Int(blue))
        let value = max(red, green, blue)
        let spread = value - min(red, green, blue)
        func reciprocal(_ numerator: Int, _ divisor: Int) -> Int {
            divisor == 0 ? 0 : Int((Double(numerator << 12) / Double(divisor)).rounded(.toNearestOrEven))
        }
        let saturation = (spread * reciprocal(255, value) + (1 << 11)) >> 12
        let sector =
            if value == red { green - blue } else if value == green { blue - red + 2 * spread } else {
                red - green + 4 * spread
            }
        let hue = (sector * reciprocal(180, 6 * spread) + (1 << 11)) >> 12
        return (UInt8(hue < 0 ? hue + 180 : hue), UInt8(saturation), UInt8(value))
    }
}
