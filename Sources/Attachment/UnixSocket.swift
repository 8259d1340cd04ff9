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
        guard chmod(path, 0o600) == 0, Foundation.listen(descriptor, 16) == 0 else {
            defer { close(descriptor) }
            throw .unusable(path: path, reason: message(errno))
        }
        return UnixSocket(descriptor: descriptor)
    }

    static func connect(to path: String) throws(AttachmentError) -> UnixSocket {
        let descriptor = try make(path)
        do throws(AttachmentError) {
            try withAddress(of: path) { address, length in
                while Foundation.connect(descriptor, address, length) != 0 {
                    guard errno == EINTR else { return errno }
                }
                return 0
            }
        } catch {
            close(descriptor)
            throw error
        }
        let socket = UnixSocket(descriptor: descriptor)
        guard let peer = socket.peer, peer.user == getuid() else {
            defer { socket.end() }
            throw .foreignUser(socket.peer.map { Int($0.user) } ?? -1)
        }
        return socket
    }

    /// The next that connects; `nil` once the listening socket is shut down. One that belongs to another user is sent
    /// away.
    func accept() -> UnixSocket? {
        while true {
            let other = Foundation.accept(descriptor, nil, nil)
            if other < 0 {
                if [EINTR, ECONNABORTED].contains(errno) { continue }
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                    // Room comes back; a busy loop would take the processor from the run.
                    usleep(200_000)
                    continue
                }
                return nil
            }
            _ = fcntl(other, F_SETFD, FD_CLOEXEC)
            let socket = UnixSocket(descriptor: other)
            if let peer = socket.peer, peer.user == getuid() { return socket }
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
        of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
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

    /// A write that cannot go on for so long fails.
    func limitWrites(seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    // MARK: Bytes

    /// - Returns: whether all of it was taken.
    func write(_ data: Data) -> Bool {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = send(
                    descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// `nil` if the other side ends before that many bytes have come.
    func read(_ count: Int) -> Data? {
        var data = Data(count: count)
        let isFull = data.withUnsafeMutableBytes { bytes in
            var filled = 0
            while filled < count {
                let more = recv(descriptor, bytes.baseAddress! + filled, count - filled, 0)
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { return false }
                filled += more
            }
            return true
        }
        return isFull ? data : nil
    }

    /// Wakes whoever reads or writes here.
    func hangUp() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    func end() { close(descriptor) }
}
