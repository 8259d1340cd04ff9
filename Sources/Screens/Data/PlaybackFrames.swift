import Foundation
import Messages

/// How events are turned into a picture.
enum EventMode: String, Sendable, Hashable, Codable, CaseIterable {
    case polarity
    case count
    case on
    case off
    case timeSurface
    case decay

    var title: String {
        switch self {
        case .polarity: "polarity"
        case .count: "count"
        case .on: "ON only"
        case .off: "OFF only"
        case .timeSurface: "time surface"
        case .decay: "decay"
        }
    }

    /// Whether values have a sign: ON above zero, OFF below.
    var isSigned: Bool {
        switch self {
        case .polarity, .timeSurface, .decay: true
        case .count, .on, .off: false
        }
    }
}

/// How a recording is cut into pictures.
enum EventSlicing: Sendable, Hashable, Codable {
    /// So many slices of equal duration.
    case time(bins: Int)
    /// So many slices of equally many events.
    case count(bins: Int)
    /// A slice every so many milliseconds, however many that makes.
    case window(milliseconds: Int)

    var title: String {
        switch self {
        case .time(let bins): "time ÷ \(bins)"
        case .count(let bins): "count ÷ \(bins)"
        case .window(let milliseconds): "every \(milliseconds) ms"
        }
    }

    var next: EventSlicing {
        switch self {
        case .time(let bins): .count(bins: bins)
        case .count: .window(milliseconds: 33)
        case .window: .time(bins: 12)
        }
    }

    /// Finer (+1) or coarser (−1) slices.
    func changed(_ direction: Int) -> EventSlicing {
        switch self {
        case .time(let bins): .time(bins: min(256, max(1, bins + direction)))
        case .count(let bins): .count(bins: min(256, max(1, bins + direction)))
        case .window(let milliseconds):
            .window(milliseconds: min(2000, max(1, milliseconds - direction * max(1, milliseconds / 10))))
        }
    }

    /// A recording is never cut into more slices than this.
    static let sliceLimit = 4096
}

/// The pictures of one recording as it is played, all on one scale, so that playback does not pump. (What a network is
/// fed, counts for each time step, are `EventFrames` of Data.)
struct PlaybackFrames: Sendable, Hashable {
    /// A slice: its events and its time.
    struct Slice: Sendable, Hashable {
        var events: Range<Int>
        /// Microseconds since the first event.
        var start: Int
        var end: Int
        var onCount: Int
        var offCount: Int
    }

    let width: Int
    let height: Int
    /// Side of the square of sensor pixels that makes one pixel of the picture.
    let block: Int
    let isSigned: Bool
    let slices: [Slice]
    /// One picture a slice, row by row: −1…1 or 0…1 after clipping at the 99th percentile and gamma.
    let pictures: [[Float]]
    /// Value (events, or decayed events) that the end of the scale stands for.
    let scale: Float

    static let gamma: Float = 0.7
    /// Pictures are drawn at most so large; finer sensors are summed over blocks.
    static let maximumSide = 64

    init(_ recording: RecordingPicture, mode: EventMode, slicing: EventSlicing) {
        let events = recording.events
        let (sensorWidth, sensorHeight) = (max(1, recording.width), max(1, recording.height))
        let block = max(1, (max(sensorWidth, sensorHeight) + Self.maximumSide - 1) / Self.maximumSide)
        let (width, height) = ((sensorWidth + block - 1) / block, (sensorHeight + block - 1) / block)
        let slices = Self.cut(events, duration: recording.durationMicroseconds, slicing)

        var accumulator = Accumulator(mode: mode, width: width, height: height, block: block, slices: slices)
        var raw = slices.map { accumulator.picture(of: $0, events: events) }
        let scale = mode == .timeSurface ? 1 : Self.percentile(raw, share: 0.99)
        for index in raw.indices {
            for pixel in raw[index].indices {
                let value = raw[index][pixel] / scale
                let size = min(1, abs(value))
                raw[index][pixel] = (value < 0 ? -1 : 1) * (mode == .timeSurface ? size : pow(size, Self.gamma))
            }
        }
        (self.width, self.height, self.slices, pictures, self.scale) = (width, height, slices, raw, scale)
        isSigned = mode.isSigned
        self.block = block
    }

    /// Events of one pixel in a slice, and when the last of them came.
    struct Reading: Sendable, Hashable {
        var onCount = 0
        var offCount = 0
        /// Microseconds since the first event.
        var last: Int?
    }

    /// Reads a pixel of the picture; where finer sensors are summed up, it stands for a block of theirs.
    func reading(x: Int, y: Int, slice: Int, events: [PictureEvent]) -> Reading {
        var reading = Reading()
        guard slices.indices.contains(slice) else { return reading }
        for event in events[slices[slice].events] where Int(event.x) / block == x && Int(event.y) / block == y {
            if event.isOn { reading.onCount += 1 } else { reading.offCount += 1 }
            reading.last = Int(event.microseconds)
        }
        return reading
    }

    /// Which slice shows a moment.
    func slice(at microseconds: Int) -> Int? {
        guard !slices.isEmpty else { return nil }
        return slices.lastIndex { $0.start <= microseconds } ?? 0
    }

    /// What a picture's size was before gamma, as a share of the scale.
    static func unbent(_ size: Float) -> Float { pow(size, 1 / gamma) }

    // MARK: Slicing

    static func cut(_ events: [PictureEvent], duration: Int, _ slicing: EventSlicing) -> [Slice] {
        let length = max(1, max(duration, Int(events.last?.microseconds ?? 0) + 1))
        switch slicing {
        case .time(let bins): return cut(events, edges: edges(length, bins))
        case .window(let milliseconds):
            let bins = (length + milliseconds * 1000 - 1) / max(1, milliseconds * 1000)
            guard bins <= EventSlicing.sliceLimit else {
                return cut(events, edges: edges(length, EventSlicing.sliceLimit))
            }
            return cut(events, edges: (0...bins).map { min(length, $0 * milliseconds * 1000) })
        case .count(let bins):
            guard !events.isEmpty else { return cut(events, edges: edges(length, bins)) }
            return (0..<bins).map { bin in
                let range = events.count * bin / bins..<events.count * (bin + 1) / bins
                let start = bin == 0 ? 0 : Int(events[min(events.count - 1, range.lowerBound)].microseconds)
                let end = range.upperBound < events.count ? Int(events[range.upperBound].microseconds) : length
                return slice(events, range, start, end)
            }
        }
    }

    private static func edges(_ length: Int, _ bins: Int) -> [Int] {
        (0...max(1, bins)).map { length * $0 / max(1, bins) }
    }

    /// Events are in order of time.
    private static func cut(_ events: [PictureEvent], edges: [Int]) -> [Slice] {
        var first = 0
        return zip(edges, edges.dropFirst()).map { start, end in
            var last = first
            while last < events.count, Int(events[last].microseconds) < end { last += 1 }
            defer { first = last }
            return slice(events, first..<last, start, end)
        }
    }

    private static func slice(_ events: [PictureEvent], _ range: Range<Int>, _ start: Int, _ end: Int) -> Slice {
        let on = events[range].reduce(0) { $0 + ($1.isOn ? 1 : 0) }
        return Slice(events: range, start: start, end: end, onCount: on, offCount: range.count - on)
    }

    /// The size that this share of all pixels that are not zero stays below; 1 if all are zero.
    static func percentile(_ pictures: [[Float]], share: Double) -> Float {
        var sizes = pictures.flatMap { $0.lazy.filter { $0 != 0 }.map(abs) }
        guard !sizes.isEmpty else { return 1 }
        sizes.sort()
        return max(1e-6, sizes[min(sizes.count - 1, Int(Double(sizes.count) * share))])
    }
}

/// Turns one slice after the other into a picture; the decaying ones remember what came before.
private struct Accumulator {
    let mode: EventMode
    let width: Int
    let height: Int
    let block: Int
    /// Time after which a trace has faded to 1/e, in microseconds: two slices.
    let fading: Double
    var memory: [Float]
    /// Time of the last event at each pixel; −1 before the first.
    var lastTime: [Int]

    init(mode: EventMode, width: Int, height: Int, block: Int, slices: [PlaybackFrames.Slice]) {
        (self.mode, self.width, self.height, self.block) = (mode, width, height, block)
        fading = 2 * Double(max(1, (slices.last?.end ?? 1) / max(1, slices.count)))
        memory = Array(repeating: 0, count: width * height)
        lastTime = Array(repeating: -1, count: width * height)
    }

    mutating func picture(of slice: PlaybackFrames.Slice, events: [PictureEvent]) -> [Float] {
        if mode == .decay {
            let kept = Float(exp(-Double(slice.end - slice.start) / fading))
            for index in memory.indices { memory[index] *= kept }
        } else if mode != .timeSurface {
            for index in memory.indices { memory[index] = 0 }
        }
        for event in events[slice.events] {
            let (x, y) = (Int(event.x) / block, Int(event.y) / block)
            guard x < width, y < height else { continue }
            let index = y * width + x
            switch mode {
            case .polarity, .decay: memory[index] += event.isOn ? 1 : -1
            case .count: memory[index] += 1
            case .on: memory[index] += event.isOn ? 1 : 0
            case .off: memory[index] += event.isOn ? 0 : 1
            case .timeSurface:
                memory[index] = event.isOn ? 1 : -1
                lastTime[index] = Int(event.microseconds)
            }
        }
        guard mode == .timeSurface else { return memory }
        return memory.indices.map { index in
            lastTime[index] < 0 ? 0 : memory[index] * Float(exp(-Double(slice.end - lastTime[index]) / fading))
        }
    }
}
