import Foundation

/// A socket in the file system, for processes of one user on one machine.
struct UnixSocket: Sendable {
    let descriptor: Int32

    // MARK: Making

    /// Listens at a path. The folder must be its owner's alone; the socket gets 0600 before anybody can connect.
    static func listen(at path: String) throws(AttachmentError) -> UnixSocket {
        let descriptor = try make(path)
        unlink(path)
        do throws(AttachmentError) {
            try withAddress(of: path) { address, length in
                guard bind(descriptor, address, length) == 0 else { return errno }
                return 0
            }
        } catch {
            close(descriptor)
            throw error
        }
        guard chmod(path, 0o600) == 0, Foundation.listen(descriptor, 64) == 0 else {
            defer { close(descriptor) }
            throw .unusable(path: path, reason: message(errno))
        }
        return UnixSocket(descriptor: descriptor)
    }

    /// - Parameter seconds: how long it may take: a process that is stopped lets only so many come.
    /// - Throws: `AttachmentError`, `silent` when the time is over.
    static func connect(to path: String, seconds: Double = 30) throws(AttachmentError) -> UnixSocket {
        let descriptor = try make(path)
        limit(SO_SNDTIMEO, of: descriptor, seconds: seconds)
        do throws(AttachmentError) {
            try withAddress(of: path, seconds: seconds) { address, length in
                while Foundation.connect(descriptor, address, length) != 0 {
                    guard errno == EINTR else { return errno }
                }
                return 0
            }
        } catch {
            close(descriptor)
            throw error
        }
        limit(SO_SNDTIMEO, of: descriptor, seconds: 0)
        let socket = UnixSocket(descriptor: descriptor)
        guard let peer = socket.peer, peer.user == getuid() else {
            defer { socket.end() }
            throw .foreignUser(socket.peer.map { Int($0.user) } ?? -1)
        }
        return socket
    }

    enum Arrival {
        case came(UnixSocket)
        /// The process, or the system, has no descriptor left for it.
        case noRoom
        /// The listening socket is shut down.
        case ended
    }

    /// The next that connects. One that belongs to another user is sent away.
    func accept() -> Arrival {
        while true {
            let other = Foundation.accept(descriptor, nil, nil)
            if other < 0 {
                if [EINTR, ECONNABORTED].contains(errno) { continue }
                return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .noRoom : .ended
            }
            _ = fcntl(other, F_SETFD, FD_CLOEXEC)
            let socket = UnixSocket(descriptor: other)
            if let peer = socket.peer, peer.user == getuid() { return .came(socket) }
            socket.end()
        }
    }

    private static func make(_ path: String) throws(AttachmentError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: message(errno)) }
        return descriptor
    }

    /// The path as an address. Where it is too long for one, the folder is opened and named by its descriptor.
    private static func withAddress(
        of path: String, seconds: Double = 0, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(AttachmentError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = path
        var folder: Int32 = -1
        if name.utf8.count >= MemoryLayout.size(ofValue: address.sun_path) {
            let url = URL(fileURLWithPath: path)
            folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { throw .unusable(path: path, reason: message(errno)) }
            name = "/proc/self/fd/\(folder)/\(url.lastPathComponent)"
        }
        defer { if folder >= 0 { close(folder) } }
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: name.utf8.prefix(bytes.count - 1))
        }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        switch code {
        case 0: return
        case ECONNREFUSED, ENOENT: throw .nobodyListens(path: path)
        case EAGAIN: throw .silent(.connection(path: path), process: nil, seconds: seconds)
        default: throw .refused(path: path, reason: message(code))
        }
    }

    private static func message(_ code: Int32) -> String { String(cString: strerror(code)) }

    // MARK: The other side

    struct Peer: Sendable {
        var process: Int32
        var user: UInt32
        var group: UInt32
    }

    /// Who is at the other end, as the kernel says: nobody can pretend to be somebody else.
    var peer: Peer? {
        var peer = Peer(process: 0, user: 0, group: 0)
        var length = socklen_t(MemoryLayout<Peer>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else { return nil }
        return peer
    }

    /// A read that waits for so long is `silent`; 0 waits without end.
    func limitReads(seconds: Double) { Self.limit(SO_RCVTIMEO, of: descriptor, seconds: seconds) }

    private static func limit(_ option: Int32, of descriptor: Int32, seconds: Double) {
        let whole = seconds.rounded(.down)
        var limit = timeval(tv_sec: Int(whole), tv_usec: Int((seconds - whole) * 1e6))
        setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    // MARK: Bytes

    /// Waits until all of it is taken.
    ///
    /// - Returns: whether it was.
    func write(_ data: Data) -> Bool {
        var sent = 0
        while sent < data.count {
            let count = send(data, from: sent, isWaiting: true)
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Writes what there is room for, at once.
    ///
    /// - Returns: bytes that were taken; 0 if there is no room now; negative if the other side has gone.
    func send(_ data: Data, from start: Int, isWaiting: Bool = false) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | (isWaiting ? 0 : Int32(MSG_DONTWAIT))
        return data.withUnsafeBytes { bytes in
            while true {
                let count = Foundation.send(descriptor, bytes.baseAddress! + start, bytes.count - start, flags)
                if count < 0, errno == EINTR { continue }
                return count < 0 && errno == EAGAIN ? 0 : count
            }
        }
    }

    /// Waits until there is room to write, or the time is over.
    func waitForRoom(seconds: Double) {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wanted, 1, Int32(seconds * 1000))
    }

    /// What was written and the other side has not read, with what it takes to keep it; bytes.
    var unread: Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    enum Reading {
        case bytes(Data)
        /// The other side has gone before that many bytes came.
        case ended
        /// Nothing came for as long as `limitReads` says.
        case silent
    }

    func read(_ count: Int) -> Reading {
        var data = Data(count: count)
        var filled = 0
        while filled < count {
            let more = data.withUnsafeMutableBytes { [filled] in
                recv(descriptor, $0.baseAddress! + filled, count - filled, 0)
            }
            if more < 0, errno == EINTR { continue }
            if more < 0, errno == EAGAIN { return .silent }
            guard more > 0 else { return .ended }
            filled += more
        }
        return .bytes(data)
    }

    /// Wakes whoever reads or writes here.
    func hangUp() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    func end() { close(descriptor) }
}
