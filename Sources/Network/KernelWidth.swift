import Foundation
import Kernels

/// The vectors that kernels work in: `avx512`, `avx2`, `neon` or `plain`.
///
/// The widest that the processor has, or what `SACCADE_KERNELS` says. Neurons, normalization and pooling give the same bits at
/// every width; convolutions agree within rounding.
public enum KernelWidth {
    /// The one in use.
    public static var inUse: String { String(cString: kernels_width()) }

    /// Those that this processor has, the widest first, `plain` last.
    public static var usable: [String] {
        (0..<Int32(8)).prefix { kernels_usable_width($0) != nil }.map { String(cString: kernels_usable_width($0)) }
    }

    /// - Throws: `KernelWidthError` if `SACCADE_KERNELS` names a width that is not there.
    public static func check() throws(KernelWidthError) {
        guard let wanted = ProcessInfo.processInfo.environment["SACCADE_KERNELS"], wanted != inUse else { return }
        throw .notUsable(wanted, usable: usable)
    }
}

public enum KernelWidthError: Error, CustomStringConvertible, Equatable {
    case notUsable(String, usable: [String])

    public var description: String {
        switch self {
        case .notUsable(let wanted, let usable):
            "SACCADE_KERNELS is \"\(wanted)\", expected one of what this processor has: "
                + usable.joined(separator: ", ") + "; unset it to use the widest"
        }
    }
}
