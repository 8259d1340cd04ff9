import Foundation

/// Seeded random numbers that can be split: every purpose, epoch and sample has a stream of its own, so that what one
/// part draws never shifts what another part draws, and a run resumes without any state to restore.
///
/// SplitMix64 (Steele, Lea, Flood 2014): a counter put through a mixing function; 2^64 period, passes BigCrush.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) }

    private init(state: UInt64) { self.state = state }

    /// An independent stream. The same seed, label and indices give the same stream.
    public func split(_ label: StaticString, _ indices: Int...) -> RandomSource {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        label.withUTF8Buffer { bytes in
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        var derived = Self.mix(state ^ hash)
        for index in indices { derived = Self.mix(derived ^ Self.mix(UInt64(bitPattern: Int64(index)) &+ 1)) }
        return RandomSource(state: derived)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Goes past so many of `next()`.
    public mutating func skip(_ count: Int) { state &+= UInt64(count) &* 0x9E37_79B9_7F4A_7C15 }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1), 53 bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in [low, high).
    public mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * Float(next() >> 40) * 0x1p-24
    }

    /// Uniform in 0..<bound, without bias.
    public mutating func below(_ bound: Int) -> Int { Int(next(upperBound: UInt64(bound))) }

    /// Standard normal (Box–Muller; one of the pair is used, so that draws do not depend on parity).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// Fisher–Yates.
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        for last in stride(from: elements.count - 1, through: 1, by: -1) {
            elements.swapAt(last, below(last + 1))
        }
        return elements
    }
}
