/// Ranks that are not there: whatever this one sends, all others are taken to have sent the same. To count what a number of
/// ranks would send, and to measure what one of them would compute.
public final class ImaginaryTransport: Transport {
    public let rank = 0
    public let rankCount: Int
    public let places: [RankPlace]

    public init(_ rankCount: Int) {
        self.rankCount = rankCount
        places = (0..<rankCount).map { RankPlace(host: "imaginary \($0)", process: 0, machine: "\($0)") }
    }

    public func finish() {}

    private final class Done: Transfer {
        func isComplete() -> Bool { true }
    }

    public func gather(
        _ piece: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, channel: Channel
    ) -> any Transfer {
        for rank in 0..<rankCount {
            UnsafeMutableRawBufferPointer(rebasing: all[rank * piece.count..<(rank + 1) * piece.count])
                .copyMemory(from: piece)
        }
        return Done()
    }

    public func exchange(
        _ pieces: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, channel: Channel
    ) -> any Transfer {
        let own = UnsafeRawBufferPointer(rebasing: pieces[..<(pieces.count / rankCount)])
        return gather(own, into: received, channel: channel)
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, channel: Channel) -> any Transfer { Done() }
}
