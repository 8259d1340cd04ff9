import Foundation

/// The processes that train one network together, each on its share of every batch.
///
/// Sums are made in the order of ranks, whatever arrives first: the same number of ranks gives the same bits. Layers and losses
/// call it in the middle of a pass, where nothing can be thrown: what goes wrong is kept in `failure`, everything after it
/// does nothing, and whoever leads the step asks before it moves a weight. Used from one thread at a time.
public final class RankGroup {
    public let transport: any Transport
    public private(set) var failure: CommunicationError?
    public private(set) var traffic = Traffic()
    /// Seconds without anything from anybody after which a rank on another machine counts as lost.
    private let patience: Double
    /// Whether this process has been told to stop. A launcher that misses a rank of another machine tells all others: then
    /// nothing is waited for much longer than before.
    private let isStopWanted: @Sendable () -> Bool
    private var longestWait = 0.0
    /// Whether others may take as long as they like, as long as their processes are there: reading data does.
    public var waitsLong = false
    private var room: [UInt8] = []

    public var rank: Int { transport.rank }
    public var count: Int { transport.rankCount }
    public var isFirst: Bool { rank == 0 }
    public var places: [RankPlace] { transport.places }

    public init(
        _ transport: any Transport, patience: Double = 600,
        isStopWanted: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.transport, self.patience, self.isStopWanted) = (transport, patience, isStopWanted)
    }

    /// Ends, with all others; who misses one of them waits for nobody.
    public func finish() {
        // Those who are there say so: the library's own end would wait for others without an end.
        _ = sums([1])
        if failure == nil { transport.finish() }
    }

    // MARK: In a pass

    /// Replaces numbers by the sums over all ranks.
    public func sum(_ values: UnsafeMutablePointer<Double>, count: Int) {
        guard count > 0 else { return }
        let own = UnsafeRawBufferPointer(start: values, count: count * MemoryLayout<Double>.stride)
        gathering(own) { all in
            let all = all.bindMemory(to: Double.self)
            for index in 0..<count {
                var sum = 0.0
                for rank in 0..<self.count { sum += all[rank * count + index] }
                values[index] = sum
            }
        }
    }

    /// Replaces numbers by the sums over all ranks.
    public func sums(_ values: [Double]) -> [Double] {
        var values = values
        values.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { sum(base, count: buffer.count) }
        }
        return values
    }

    /// Everybody's numbers, as many of each, one rank after the other.
    public func gather<Value: BitwiseCopyable>(
        _ values: UnsafePointer<Value>, count: Int, into all: UnsafeMutablePointer<Value>
    ) {
        let bytes = count * MemoryLayout<Value>.stride
        guard failure == nil, bytes > 0 else { return }
        keepingFailure { () throws(CommunicationError) in
            let transfer = try transport.gather(
                UnsafeRawBufferPointer(start: values, count: bytes),
                into: UnsafeMutableRawBufferPointer(start: all, count: bytes * self.count), channel: .layers)
            traffic.addGather(bytes: bytes, rankCount: self.count)
            try complete(transfer)
        }
    }

    private func gathering(_ own: UnsafeRawBufferPointer, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        guard failure == nil, !own.isEmpty else { return }
        let size = own.count * count
        // Memory that stays: who gives up waiting does not know what still arrives.
        if room.count < size { room = [UInt8](repeating: 0, count: size) }
        room.withUnsafeMutableBytes { room in
            let all = UnsafeMutableRawBufferPointer(rebasing: room[..<size])
            keepingFailure { () throws(CommunicationError) in
                let transfer = try transport.gather(own, into: all, channel: .layers)
                traffic.addGather(bytes: own.count, rankCount: count)
                try complete(transfer)
                body(all)
            }
        }
    }

    // MARK: Between steps

    /// The first rank's bytes, for all.
    ///
    /// - Parameters:
    ///   - bytes: of the first rank; the others' are not looked at.
    ///   - waits: without an end, and without keeping a processor busy: for an order.
    public func broadcast(_ bytes: [UInt8], waits: Bool = false) throws(CommunicationError) -> [UInt8] {
        try stopIfFailed()
        let head = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
        defer { head.deallocate() }
        head.storeBytes(of: UInt64(bytes.count), as: UInt64.self)
        try send(head, waits: waits)
        let body = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(head.load(as: UInt64.self)), alignment: 8)
        defer { body.deallocate() }
        if isFirst { body.copyBytes(from: bytes) }
        // MPI counts in 32 bits.
        for begin in stride(from: 0, to: body.count, by: 1 << 30) {
            try send(
                UnsafeMutableRawBufferPointer(rebasing: body[begin..<min(begin + 1 << 30, body.count)]), waits: waits)
        }
        let found = Array(body)
        traffic.addBroadcast(bytes: found.count + 8, rankCount: count, isFirst: isFirst)
        return found
    }

    private func send(_ bytes: UnsafeMutableRawBufferPointer, waits: Bool) throws(CommunicationError) {
        do throws(CommunicationError) {
            try complete(transport.broadcast(bytes, channel: .orders), waitsForOrder: waits)
        } catch {
            failure = failure ?? error
            throw error
        }
    }

    /// What everybody has to say, in the order of ranks.
    public func gather(texts own: String) throws(CommunicationError) -> [String] {
        try gather(bytes: Array(own.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Everybody's bytes, in the order of ranks; some megabytes at a time, for all get room for as many as the longest has.
    public func gather(bytes own: [UInt8]) throws(CommunicationError) -> [[UInt8]] {
        try stopIfFailed()
        let sizes = gathered([Int64(own.count)]).map(Int.init)
        try stopIfFailed()
        let longest = sizes.max() ?? 0
        var all = sizes.map { size in
            var room: [UInt8] = []
            room.reserveCapacity(size)
            return room
        }
        let limit = 16 << 20
        for begin in stride(from: 0, to: longest, by: limit) {
            let size = min(limit, longest - begin)
            let part = own.dropFirst(begin).prefix(size)
            let pieces = gathered(Array(part) + [UInt8](repeating: 0, count: size - part.count))
            try stopIfFailed()
            for rank in sizes.indices {
                let count = min(size, sizes[rank] - begin)
                if count > 0 { all[rank] += pieces[rank * size..<rank * size + count] }
            }
        }
        return all
    }

    /// Everybody's numbers, as many of each, one rank after the other; zeros where the group has failed.
    public func gathered<Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(_ own: [Value]) -> [Value] {
        var all = [Value](repeating: 0, count: own.count * count)
        own.withUnsafeBytes { own in
            gathering(own) { received in
                all.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(received)) }
            }
        }
        return all
    }

    public func stopIfFailed() throws(CommunicationError) {
        if let failure { throw failure }
    }

    // MARK: Gradients

    /// Begins a transfer of gradients.
    ///
    /// - Parameter isSum: whether it brings sums to everybody; else parts to those who add them up.
    public func start(
        _ bytes: UnsafeMutableRawBufferPointer, into received: UnsafeMutableRawBufferPointer, isSum: Bool
    ) -> (any Transfer)? {
        guard failure == nil else { return nil }
        var transfer: (any Transfer)?
        keepingFailure { () throws(CommunicationError) in
            let own = UnsafeRawBufferPointer(bytes)
            if isSum {
                transfer = try transport.gather(own, into: received, channel: .sums)
                traffic.addGather(bytes: own.count, rankCount: count, isGradient: true)
            } else {
                transfer = try transport.exchange(own, into: received, channel: .parts)
                traffic.addGather(bytes: own.count / count, rankCount: count, isGradient: true)
            }
        }
        return transfer
    }

    /// Whether it is complete; true also where nothing will come any more.
    public func isComplete(_ transfer: any Transfer) -> Bool {
        guard failure == nil else { return true }
        var isComplete = true
        keepingFailure { () throws(CommunicationError) in isComplete = try transfer.isComplete() }
        return isComplete
    }

    public func wait(_ transfer: any Transfer) {
        guard failure == nil else { return }
        keepingFailure { () throws(CommunicationError) in try complete(transfer) }
    }

    // MARK: Waiting

    private func keepingFailure(_ body: () throws(CommunicationError) -> Void) {
        do throws(CommunicationError) { try body() } catch { failure = failure ?? error }
    }

    /// Waits until a transfer is complete, and looks now and then whether the others are still there.
    private func complete(_ transfer: any Transfer, waitsForOrder: Bool = false) throws(CommunicationError) {
        let begin = DispatchTime.now().uptimeNanoseconds
        var looked = begin
        var stopWanted: UInt64?
        var rounds = 0
        while try !transfer.isComplete() {
            rounds += 1
            // On a machine with fewer processors than ranks somebody else has to get on.
            if rounds > 200 { usleep(waitsForOrder && rounds > 20_000 ? 2000 : 20) } else { sched_yield() }
            let now = DispatchTime.now().uptimeNanoseconds
            guard now - looked > 100_000_000 else { continue }
            looked = now
            if let lost = lostRank() { throw .lost(rank: lost, place: places[lost]) }
            let seconds = Double(now - begin) / 1e9
            guard !waitsForOrder else { continue }
            if stopWanted == nil, isStopWanted() { stopWanted = now }
            if let stopWanted, !waitsLong, Double(now - stopWanted) / 1e9 > max(0.5, 2 * longestWait) {
                throw .silent(seconds: Int(seconds), places: places)
            }
            if !waitsLong, seconds > patience { throw .silent(seconds: Int(seconds), places: places) }
        }
        guard !waitsForOrder else { return }
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
        traffic.waitingSeconds += seconds
        if !waitsLong { longestWait = max(longestWait, seconds) }
    }

    /// A rank of this machine whose process has ended. Those of other machines are the launcher's to watch.
    private func lostRank() -> Int? {
        guard places.indices.contains(rank) else { return nil }
        let own = places[rank]
        return places.indices.first { other in
            let place = places[other]
            guard other != rank, place.machine == own.machine, place.process != own.process else { return false }
            return Self.hasEnded(place.process)
        }
    }

    /// Also one that nobody has buried yet.
    private static func hasEnded(_ process: Int32) -> Bool {
        if kill(process, 0) != 0, errno == ESRCH { return true }
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")
        else { return false }
        return line[line.index(after: end)...].first { !$0.isWhitespace } == "Z"
    }
}

/// What a rank has sent so far, and how long it has waited for others.
public struct Traffic: Sendable, Hashable {
    /// Bytes of gradients and of all else that this rank sent to others.
    public var (gradientBytes, otherBytes) = (0, 0)
    public var messages = 0
    /// Times that all ranks sent something to each other together.
    public var collectives = 0
    /// Of passes and gradients; without waiting for orders.
    public var waitingSeconds = 0.0

    public init() {}

    mutating func addGather(bytes: Int, rankCount: Int, isGradient: Bool = false) {
        let sent = bytes * (rankCount - 1)
        if isGradient { gradientBytes += sent } else { otherBytes += sent }
        messages += rankCount - 1
        collectives += 1
    }

    mutating func addBroadcast(bytes: Int, rankCount: Int, isFirst: Bool) {
        guard isFirst else { return }
        otherBytes += bytes * (rankCount - 1)
        messages += 2 * (rankCount - 1)
    }
}
