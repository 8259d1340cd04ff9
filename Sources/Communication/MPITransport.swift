import Foundation
import MPILibrary

/// MPI, through whichever library is installed.
///
/// It is opened when several processes have been started together, not before: no other run needs it, and one program works
/// with Open MPI and with MPICH and its relatives.
public final class MPITransport: Transport {
    public let rank: Int
    public let rankCount: Int
    public private(set) var places: [RankPlace] = []
    /// As it describes itself.
    public let library: String

    /// Opens the library and begins.
    ///
    /// - Throws: `CommunicationError` if there is none, or if it does not belong to the launcher.
    public init(_ launch: Launch) throws(CommunicationError) {
        var problems: [String] = []
        var opened: String?
        for name in launch.libraries {
            var problem = [CChar](repeating: 0, count: 512)
            if mpi_open(name, &problem, problem.count) != 0 {
                opened = name
                break
            }
            problems.append(Self.text(problem))
        }
        guard opened != nil else { throw .noLibrary(tried: problems) }
        var (rank, count): (Int32, Int32) = (0, 0)
        try Self.check("MPI_Init_thread", mpi_begin(&rank, &count))
        (self.rank, rankCount) = (Int(rank), Int(count))
        var described = [CChar](repeating: 0, count: 256)
        mpi_describe(&described, described.count)
        library = Self.text(described)
        guard launch.taskCount <= 1 || count > 1 else {
            throw .alone(tasks: launch.taskCount, variable: launch.variable, library: library)
        }
        places = try RankPlace.all(self)
    }

    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func check(_ call: String, _ code: Int32) throws(CommunicationError) {
        guard code == 0 else { throw .failed(call: call, code: code) }
    }

    public func finish() { mpi_finish() }

    private final class Request: Transfer {
        private var request: mpi_request
        private var isDone = false

        init(_ request: mpi_request) { self.request = request }

        func isComplete() throws(CommunicationError) -> Bool {
            guard !isDone else { return true }
            var done: Int32 = 0
            try MPITransport.check("MPI_Test", mpi_is_done(&request, &done))
            isDone = done != 0
            return isDone
        }
    }

    public func gather(
        _ piece: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer {
        precondition(all.count >= piece.count * rankCount, "no room for everybody's piece")
        var request = mpi_request()
        try Self.check(
            "MPI_Iallgather",
            mpi_gather(Int32(channel.rawValue), piece.baseAddress, all.baseAddress, piece.count, &request))
        return Request(request)
    }

    public func exchange(
        _ pieces: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer {
        precondition(pieces.count == received.count && pieces.count % rankCount == 0, "a piece for each rank")
        var request = mpi_request()
        try Self.check(
            "MPI_Ialltoall",
            mpi_exchange(
                Int32(channel.rawValue), pieces.baseAddress, received.baseAddress, pieces.count / rankCount, &request))
        return Request(request)
    }

    public func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, channel: Channel
    ) throws(CommunicationError) -> any Transfer {
        var request = mpi_request()
        try Self.check(
            "MPI_Ibcast", mpi_broadcast(Int32(channel.rawValue), bytes.baseAddress, bytes.count, 0, &request))
        return Request(request)
    }
}

extension RankPlace {
    static var own: RankPlace {
        // Since it was started, and in which of its containers.
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return RankPlace(
            host: ProcessInfo.processInfo.hostName, process: ProcessInfo.processInfo.processIdentifier,
            machine: boot.trimmingCharacters(in: .whitespacesAndNewlines) + space)
    }

    /// Asks everybody. All ranks come here together.
    static func all(_ transport: any Transport) throws(CommunicationError) -> [RankPlace] {
        // Names of hosts have at most 255 bytes, and what tells machines apart about 60.
        let size = 6 + 2 * 255
        let own = RankPlace.own
        var piece = [UInt8](repeating: 0, count: size)
        withUnsafeBytes(of: own.process) { piece.replaceSubrange(0..<4, with: $0) }
        for (place, text) in [own.host, own.machine].enumerated() {
            let bytes = Array(text.utf8.prefix(255))
            piece[4 + place] = UInt8(bytes.count)
            piece.replaceSubrange(6 + place * 255..<6 + place * 255 + bytes.count, with: bytes)
        }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size * (transport.rankCount + 1), alignment: 8)
        defer { room.deallocate() }
        room.copyBytes(from: piece)
        let all = UnsafeMutableRawBufferPointer(rebasing: room[size...])
        let transfer = try transport.gather(
            UnsafeRawBufferPointer(rebasing: room[..<size]), into: all, channel: .orders)
        while try !transfer.isComplete() { sched_yield() }
        return (0..<transport.rankCount).map { rank in
            let piece = UnsafeRawBufferPointer(rebasing: all[rank * size..<(rank + 1) * size])
            func text(_ place: Int) -> String {
                String(decoding: piece[6 + place * 255..<6 + place * 255 + Int(piece[4 + place])], as: UTF8.self)
            }
            return RankPlace(host: text(0), process: piece.loadUnaligned(as: Int32.self), machine: text(1))
        }
    }
}
