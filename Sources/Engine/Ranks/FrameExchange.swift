import Communication
import Data

/// Brings the recordings that each rank has read to all: every file is read once, by one of them.
final class FrameExchange {
    private let group: RankGroup
    private(set) var isDone = false

    /// How the text of an error ends that only says so.
    static let othersFailed = DataSetError.elsewhere.description

    init(_ group: RankGroup) { self.group = group }

    /// Once for each data set that is prepared.
    ///
    /// - Parameter own: `nil` where they could not be read.
    /// - Returns: everybody's, in the order of ranks; `nil` where somebody could not read them.
    func exchange(_ own: [UInt8]?) -> [[UInt8]]? {
        isDone = true
        // An empty store has a head.
        guard let all = try? group.gather(bytes: own ?? []), all.allSatisfy({ !$0.isEmpty }) else { return nil }
        return all
    }
}
