import Foundation

/// How much of a processor core the calling thread takes. Always to be asked on the same thread.
struct ThreadLoad {
    private static let interval = 2.0
    private var last = (wall: ThreadLoad.seconds(CLOCK_MONOTONIC), own: ThreadLoad.seconds(CLOCK_THREAD_CPUTIME_ID))

    /// - Returns: 0…1, since the last answer; `nil` until two seconds have gone by.
    mutating func share() -> Double? {
        let now = (wall: Self.seconds(CLOCK_MONOTONIC), own: Self.seconds(CLOCK_THREAD_CPUTIME_ID))
        guard now.wall - last.wall >= Self.interval else { return nil }
        defer { last = now }
        return (now.own - last.own) / (now.wall - last.wall)
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
