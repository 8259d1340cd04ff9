@testable import Data

extension FrameStore.CountingScratch {
    /// As a recording leaves it.
    var isClean: Bool { narrow.allSatisfy { $0 == 0 } && wide.allSatisfy { $0 == 0 } }
}
