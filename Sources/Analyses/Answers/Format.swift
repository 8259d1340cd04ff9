import Foundation

/// Numbers as reports write them.
enum Format {
    /// One place behind the point.
    static func number(_ value: Double, places: Int = 1) -> String { String(format: "%.\(places)f", value) }
    /// Of a share, 0…1.
    static func percent(_ share: Double) -> String { number(100 * share) + " %" }
    /// With its sign.
    static func points(_ share: Double) -> String { String(format: "%+.1f", 100 * share) }
}
