import Messages
import Plotting
import Terminal

/// A recording as the data screen shows it, for whoever has no screen: the same slices, pictures, scale and rates.
public struct RecordingShow: Sendable {
    /// Ways to turn events into a picture.
    public static let modes = EventMode.allCases.map(\.rawValue)
    /// How a recording is cut: `time:N`, `count:N` (so many slices) or `window:N` (milliseconds each).
    public static let slicings = ["time:N", "count:N", "window:N"]

    /// A part of the recording that makes one picture.
    public struct Slice: Sendable, Hashable, Codable {
        /// Counts from 1.
        public var number: Int
        /// Microseconds since the first event.
        public var start: Int
        public var end: Int
        public var onCount: Int
        public var offCount: Int
    }

    private var data = DataState()

    /// - Parameters:
    ///   - mode: one of `modes`.
    ///   - slicing: as in `slicings`, with 1…256 slices or 1…2000 ms.
    ///   - masksHotPixels: leaves the events of `hotPixels` out.
    /// - Returns: `nil` if one of them is something else.
    public init?(_ recording: RecordingPicture, mode: String, slicing: String, masksHotPixels: Bool = false) {
        guard let mode = EventMode(rawValue: mode), let slicing = EventSlicing(text: slicing) else { return nil }
        (data.mode, data.slicing) = (mode, slicing)
        data.show(recording)
        data.mask(masksHotPixels)
    }

    /// Pixels that fire whatever the camera sees, as [x, y].
    public var hotPixels: [[Int]] {
        let width = max(1, data.recording?.width ?? 1)
        return data.hotPixels.map { [$0 % width, $0 / width] }
    }

    public var slices: [Slice] {
        (data.frames?.slices ?? []).enumerated().map {
            Slice(
                number: $0.offset + 1, start: $0.element.start, end: $0.element.end, onCount: $0.element.onCount,
                offCount: $0.element.offCount)
        }
    }

    /// One slice, counted from 1, as a heatmap of counts (of ages for a time surface).
    public func picture(slice: Int) -> Figure? { at(slice)?.eventFigure }

    /// All slices beside one another, on one scale.
    public var sheet: Figure? {
        let all = slices.compactMap { picture(slice: $0.number) }
        guard let first = all.first else { return nil }
        let columns = max(1, Int(Double(all.count).squareRoot().rounded(.up)))
        return Figure(
            title: first.title, subtitle: "\(data.mode.title), \(all.count) slices, \(data.slicing.title)",
            panels: all.flatMap(\.panels), columnCount: columns)
    }

    /// For a picture of the sheet, in points: a square and its scale for every slice.
    public var sheetSize: Figure.Size {
        let columns = max(1, Int(Double(slices.count).squareRoot().rounded(.up)))
        let rows = (slices.count + columns - 1) / max(1, columns)
        return Figure.Size(width: Double(columns) * 250 + 20, height: Double(rows) * 215 + 50)
    }

    /// ON and OFF events a second.
    public var rates: Figure? { data.rateFigure }
    /// The static image that goes with the recording.
    public var pair: Figure? { data.pairFigure }

    /// One slice in characters, as a terminal without colors shows it, at most so many columns wide.
    public func text(slice: Int, width: Int) -> String? {
        guard let state = at(slice), let frames = state.frames else { return nil }
        let size = Size(width: Column(width), height: Row(max(1, width * frames.height / max(1, frames.width) / 2)))
        var canvas = Canvas(size: size, charset: .ascii)
        Heatmap(
            width: frames.width, height: frames.height, values: frames.pictures[slice - 1], isSigned: frames.isSigned
        ).draw(on: &canvas, in: canvas.bounds, theme: .builtIn, ramp: .heat, glyphs: .ascii)
        return canvas.plainText
    }

    private func at(_ number: Int) -> DataState? {
        guard let frames = data.frames, frames.slices.indices.contains(number - 1) else { return nil }
        var state = data
        state.shownSlice = number - 1
        return state
    }
}

extension EventSlicing {
    /// `time:12`, `count:12`, `window:33`; `nil` for anything else.
    init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]) else { return nil }
        switch parts[0] {
        case "time" where 1...256 ~= number: self = .time(bins: number)
        case "count" where 1...256 ~= number: self = .count(bins: number)
        case "window" where 1...2000 ~= number: self = .window(milliseconds: number)
        default: return nil
        }
    }
}

/// A data set's samples as the data screen lists them.
public struct SampleList: Sendable {
    private let text: String
    private let filter: SampleFilter

    public static let orders = DataState.SampleOrder.allCases.map(\.rawValue)

    /// - Parameter filter: words, and conditions such as `events>4000`, `time<0.5`, `class:3`, `split:test`.
    /// - Throws: which word is wrong, and what was expected.
    public init(filter: String) throws(FilterError) { (text, self.filter) = (filter, try SampleFilter(filter)) }

    /// Filtered and sorted.
    ///
    /// - Parameter order: one of `orders`; `listed` for any other.
    public func shown(
        _ samples: [SampleSummary], classNames: [String], order: String, isReversed: Bool
    ) -> [SampleSummary] {
        var data = DataState()
        (data.samples, data.classNames, data.isReversed) = (samples, classNames, isReversed)
        data.sampleCursor.filter = text
        data.sampleOrder = DataState.SampleOrder(rawValue: order) ?? .listed
        data.refreshShownSamples()
        return data.shownSamples.map { samples[$0] }
    }

    /// What the conditions leave that can be told without reading a recording.
    public func worthCounting(_ samples: [SampleSummary], classNames: [String]) -> [SampleSummary] {
        var data = DataState()
        data.classNames = classNames
        let known = filter.withoutNumbers
        return samples.filter { known.matches($0, className: data.className($0.classIndex)) }
    }
}
