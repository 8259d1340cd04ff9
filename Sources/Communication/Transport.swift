/// What carries bytes between the processes that train one network together. Used from one thread at a time.
///
/// What is begun over one channel is begun in the same order by all ranks, and may be completed in any.
public protocol Transport: AnyObject {
    /// This process, 0..<rankCount.
    var rank: Int { get }
    var rankCount: Int { get }
    /// Where each rank runs.
    var places: [RankPlace] { get }

    /// Waits for all ranks, and ends: nothing can be sent afterwards.
    func finish()

    /// Begins to bring everybody's piece to everybody, in the order of ranks: `all` has room for `rankCount` of them.
    func gather(
        _ piece: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer
    /// Begins to bring the piece for each rank there: `pieces` holds one for each, `received` gets one of each, equally long.
    func exchange(
        _ pieces: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer
    /// Begins to bring the first rank's bytes to all.
    func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer
}

/// What is under way. The memory that it was begun with stays where it is until it is complete.
public protocol Transfer: AnyObject {
    /// Whether it is complete; asking lets it go on.
    func isComplete() throws(CommunicationError) -> Bool
}

/// Transfers of different channels do not wait for each other.
public enum Channel: Int, Sendable, CaseIterable {
    /// What the first rank tells the others to do.
    case orders
    /// What a layer or a loss needs of the whole batch before it can go on.
    case layers
    /// Gradients, each rank's part of a bucket to the rank that adds it up.
    case parts
    /// Gradients, added up.
    case sums
}

/// Where a rank runs.
public struct RankPlace: Sendable, Hashable, Codable {
    public var host: String
    public var process: Int32
    /// The same for processes that can see each other, whatever their hosts are called.
    public var machine: String

    public init(host: String, process: Int32, machine: String) {
        (self.host, self.process, self.machine) = (host, process, machine)
    }
}
