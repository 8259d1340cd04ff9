import Communication
import Foundation
import Synchronization

/// Ranks that are threads of this process: what MPI does between processes, without any.
public final class LocalRanks: Sendable {
    public let count: Int
    private let pieces = Mutex<[Key: [Int: [UInt8]]]>([:])
    private let gone = Mutex<Int?>(nil)

    private struct Key: Hashable {
        let channel: Channel
        let number: Int
    }

    public init(_ count: Int) { self.count = count }

    /// A group for one rank, to be used by one thread.
    public func group(_ rank: Int, patience: Double = 300) -> sending RankGroup {
        RankGroup(LocalTransport(self, rank: rank), patience: patience)
    }

    /// Calls `body` once for each rank, all at the same time, and returns what they gave, in order.
    public func run<Value: Sendable>(
        patience: Double = 300, _ body: @escaping @Sendable (RankGroup) throws -> Value
    ) throws -> [Value] {
        let results = Mutex<[Int: Result<Value, any Error>]>([:])
        let done = DispatchGroup()
        for rank in 0..<count {
            done.enter()
            let thread = Thread { [self] in
                let group = group(rank, patience: patience)
                let result = Result { try body(group) }
                results.withLock { $0[rank] = result }
                done.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        done.wait()
        return try results.withLock { results in try (0..<count).compactMap { try results[$0]?.get() } }
    }

    /// From now on nothing comes of this rank.
    public func lose(_ rank: Int) { gone.withLock { $0 = rank } }

    fileprivate func post(_ bytes: [UInt8], of rank: Int, _ channel: Channel, _ number: Int) {
        guard gone.withLock({ $0 }) != rank else { return }
        pieces.withLock { $0[Key(channel: channel, number: number), default: [:]][rank] = bytes }
    }

    fileprivate func look(_ channel: Channel, _ number: Int) -> [Int: [UInt8]] {
        pieces.withLock { $0[Key(channel: channel, number: number)] ?? [:] }
    }

    fileprivate func forget(before number: Int, _ channel: Channel) {
        pieces.withLock { $0[Key(channel: channel, number: number)] = nil }
    }
}

private final class LocalTransport: Transport {
    let rank: Int
    let rankCount: Int
    let places: [RankPlace]
    private let hub: LocalRanks
    private var numbers: [Channel: Int] = [:]

    init(_ hub: LocalRanks, rank: Int) {
        (self.hub, self.rank, rankCount) = (hub, rank, hub.count)
        let process = ProcessInfo.processInfo.processIdentifier
        places = (0..<hub.count).map { RankPlace(host: "thread \($0)", process: process, machine: "") }
    }

    func finish() {}

    private func next(_ channel: Channel) -> Int {
        defer { numbers[channel, default: 0] += 1 }
        return numbers[channel, default: 0]
    }

    private func begin(
        _ own: [UInt8]?, _ channel: Channel, needs: Set<Int>, _ take: @escaping ([Int: [UInt8]]) -> Void
    ) -> any Transfer {
        let number = next(channel)
        if let own { hub.post(own, of: rank, channel, number) }
        // Nobody is so far behind any more.
        if number > 10_000 { hub.forget(before: number - 10_000, channel) }
        return LocalTransfer { [hub] in
            let all = hub.look(channel, number)
            guard needs.isSubset(of: all.keys) else { return false }
            take(all)
            return true
        }
    }

    func gather(
        _ piece: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer {
        let size = piece.count
        return begin(Array(piece), channel, needs: Set(0..<rankCount)) { found in
            for (rank, bytes) in found {
                UnsafeMutableRawBufferPointer(rebasing: all[rank * size..<(rank + 1) * size]).copyBytes(from: bytes)
            }
        }
    }

    func exchange(
        _ pieces: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer {
        let (size, own) = (pieces.count / rankCount, rank)
        return begin(Array(pieces), channel, needs: Set(0..<rankCount)) { found in
            for (rank, bytes) in found {
                UnsafeMutableRawBufferPointer(rebasing: received[rank * size..<(rank + 1) * size])
                    .copyBytes(from: bytes[own * size..<(own + 1) * size])
            }
        }
    }

    func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer {
        let own = rank == 0 ? Array(bytes) : nil
        return begin(own, channel, needs: [0]) { found in
            if let sent = found[0] { bytes.copyBytes(from: sent) }
        }
    }
}

private final class LocalTransfer: Transfer {
    private let look: () -> Bool
    private var isDone = false

    init(_ look: @escaping () -> Bool) { self.look = look }

    func isComplete() throws(CommunicationError) -> Bool {
        if !isDone { isDone = look() }
        return isDone
    }
}
