import Foundation

/// How the files and sockets that a process may have open are shared out: most are the run's.
public enum DescriptorRoom {
    /// Of a run that has all the descriptors that are usual.
    public static let usualViewers = 64

    /// Viewers that there may be at once: an eighth of the descriptors, each takes one. Where the process may have fewer
    /// than are usual although it may ask for more, it asks.
    public static func viewers() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return usualViewers / 4 }
        if limit.rlim_cur < 1024, limit.rlim_max > limit.rlim_cur {
            var more = limit
            more.rlim_cur = min(1024, limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &more) == 0 { limit = more }
        }
        return max(1, Int(min(limit.rlim_cur / 8, rlim_t(usualViewers))))
    }

    /// A descriptor that is held for nothing, so that who comes when there is none left can be told, instead of waiting in
    /// line for good. One thread uses it.
    final class Spare {
        private var descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)

        deinit { close(descriptor) }

        func lend(_ body: () -> Void) {
            guard descriptor >= 0 else {
                // Room comes back; a busy loop would take the processor from the run.
                usleep(200_000)
                descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
                return
            }
            close(descriptor)
            body()
            descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        }
    }
}
