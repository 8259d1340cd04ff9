import Foundation

/// Energies as people read them.
public enum Energy {
    /// `830 nJ`, `12.3 µJ`, `4.56 mJ`: three digits.
    public static func text(nanojoules: Double) -> String {
        guard nanojoules.isFinite, nanojoules >= 0 else { return "–" }
        let (value, unit) =
            switch nanojoules {
            case ..<999.5: (nanojoules, "nJ")
            case ..<999.5e3: (nanojoules / 1e3, "µJ")
            case ..<999.5e6: (nanojoules / 1e6, "mJ")
            default: (nanojoules / 1e9, "J")
            }
        let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        return String(format: "%.\(digits)f ", value) + unit
    }
}
