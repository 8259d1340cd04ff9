import Configuration
import FileFormats

/// A rule that cuts a recording into time steps. To add one: a file with a conforming type, and its line in
/// `SlicingCatalogue`.
///
/// A rule only plans: it says which events belong to which time step. Counting them is the same for all rules.
public protocol Slicing: Sendable {
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// What can be set of it.
    var knobs: [Knob] { get }
    /// As a run's settings want it.
    func with(_ settings: RunConfiguration) -> any Slicing
    /// For each time step the events that belong to it, as positions in `recording.events`. Events in no range are left
    /// out. Any recording has an answer: none, one, or many events at the same time.
    func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>]
    /// Where each time step ends, for rules that know it from the first and the last timestamp alone: an event at the end
    /// belongs to the next, one after the last end to none. The same answer as `ranges`, for reading at speed; `nil`: this
    /// rule has to see the events.
    func ends(first: Int64, last: Int64, timeStepCount: Int) -> [Int64]?
}

extension Slicing {
    public var knobs: [Knob] { [] }
    public func with(_ settings: RunConfiguration) -> any Slicing { self }

    public func ends(first: Int64, last: Int64, timeStepCount: Int) -> [Int64]? { nil }

    /// Ends of windows of equal width.
    func ends(first: Int64, windows width: Int64, timeStepCount: Int) -> [Int64] {
        (1...max(timeStepCount, 1)).map { step in
            let (offset, tooFar) = width.multipliedReportingOverflow(by: Int64(step))
            let (end, tooLate) = first.addingReportingOverflow(offset)
            return tooFar || tooLate ? .max : end
        }
    }
}

public enum SlicingCatalogue {
    public static let all: [any Slicing] = [
        TimeSlicing(),
        ReferenceTimeSlicing(),
        CountSlicing(),
        SpikingjellyTimeSlicing(),
        SpikingjellyCountSlicing(),
        WindowSlicing(),
    ]

    public static var names: [String] { all.map(\.name) }

    /// - Throws: `DataSetError.unknownName`.
    public static func slicing(_ name: String) throws(DataSetError) -> any Slicing {
        guard let slicing = all.first(where: { $0.name == name }) else {
            throw .unknownName(name, of: "slicing", known: names)
        }
        return slicing
    }
}

extension EventRecording {
    /// Position of the first event at or after `timestamp`.
    func position(of timestamp: Int64) -> Int {
        events.withUnsafeBufferPointer { events in
            var (low, high) = (0, events.count)
            while low < high {
                let middle = (low + high) / 2
                if events[middle].timestamp < timestamp { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// Windows of equal width from the first event on; an event at the end of a window belongs to the next.
    func ranges(ofWindows width: Int64, count: Int) -> [Range<Int>] {
        guard let first = events.first?.timestamp else { return Array(repeating: 0..<0, count: count) }
        var start = 0
        return (1...max(count, 1)).map { step in
            // Saturating: a file may hold any timestamp.
            let (offset, tooFar) = width.multipliedReportingOverflow(by: Int64(step))
            let (edge, tooLate) = first.addingReportingOverflow(offset)
            let end = tooFar || tooLate ? events.count : max(start, position(of: edge))
            defer { start = end }
            return start..<end
        }
    }
}
