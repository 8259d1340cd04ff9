import Foundation
import Synchronization

/// Tells when files of a folder have been written, moved or removed. Waits in the kernel and costs nothing meanwhile.
///
/// Editors often write a new file and move it over the old one, so folders are watched and not files. Folders that do not
/// exist are left out.
public final class FolderWatch: Sendable {
    private let descriptor: Int32
    private let ends: (read: Int32, write: Int32)

    /// - Parameter onChange: called on a thread of the watch's own, once for what happens within a tenth of a second.
    /// - Returns: `nil` if nothing can be watched.
    public init?(_ folders: [URL], onChange: @escaping @Sendable () -> Void) {
        guard let ends = try? Pipe.open() else { return nil }
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        let mask = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        let watched = folders.filter { inotify_add_watch(descriptor, $0.path, mask) >= 0 }
        guard descriptor >= 0, !watched.isEmpty else {
            close(descriptor)
            close(ends.read)
            close(ends.write)
            return nil
        }
        (self.descriptor, self.ends) = (descriptor, ends)
        let thread = Thread {
            while Self.waits(for: descriptor, or: ends.read) {
                usleep(100_000)
                _ = Pipe.drain(descriptor)
                onChange()
            }
            close(descriptor)
            close(ends.read)
        }
        thread.name = "theme files"
        thread.stackSize = 1 << 19
        thread.start()
    }

    /// The thread hears that the other end has gone, and ends.
    deinit { close(ends.write) }

    /// Whether something has happened; `false` once the watch is over.
    private static func waits(for descriptor: Int32, or end: Int32) -> Bool {
        var polled = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: end, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&polled, 2, -1) < 0 { if errno != EINTR { return false } }
        return polled[1].revents == 0
    }
}
