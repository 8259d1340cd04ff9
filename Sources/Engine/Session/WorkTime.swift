import Foundation

/// How long a run has been worked on, and what processor time this process has used meanwhile; pauses do not count.
struct WorkTime {
    private var before: (seconds: Double, processor: Double)
    private var began: (time: UInt64, processor: Double)?

    /// - Parameter seconds: in processes before this one.
    init(seconds: Double = 0) { before = (seconds, 0) }

    var seconds: Double {
        before.seconds + (began.map { Double(DispatchTime.now().uptimeNanoseconds - $0.time) / 1e9 } ?? 0)
    }

    /// Of this process alone.
    var processorSeconds: Double { before.processor + (began.map { Self.ofProcess - $0.processor } ?? 0) }

    mutating func begin() { began = (DispatchTime.now().uptimeNanoseconds, Self.ofProcess) }
    mutating func end() { (before, began) = ((seconds, processorSeconds), nil) }

    /// Processor time of this process with all its threads, since it began.
    static var ofProcess: Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
