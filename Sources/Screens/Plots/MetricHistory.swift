import Configuration
import Messages

/// How strongly curves are smoothed: share that the past keeps over one optimizer step.
enum Smoothing: String, Sendable, Hashable, Codable, CaseIterable {
    case off
    case light
    case strong

    var decay: Double? {
        switch self {
        case .off: nil
        case .light: 0.9
        case .strong: 0.99
        }
    }

    var title: String { decay.map { "EMA \(Figures.text($0))" } ?? "raw" }
    var next: Smoothing { Self.allCases[(Self.allCases.firstIndex(of: self)! + 1) % Self.allCases.count] }
}

/// An exponential mean that starts unbiased and forgets by optimizer steps, not by points.
struct Smoother: Hashable, Sendable {
    let decay: Double
    private static let least = Double(Float.leastNormalMagnitude)
    private var (sum, weight): (Double, Double) = (0, 0)
    private var lastStep: Int?

    init(decay: Double) { self.decay = decay }

    /// The mean after this point; a value that is no number stays one and changes nothing.
    mutating func add(step: Int, value: Double) -> Double {
        guard value.isFinite else { return value }
        let distance = max(1, step - (lastStep ?? step - 1))
        lastStep = step
        var kept = 1.0
        for _ in 0..<min(distance, 4096) { kept *= decay }
        sum = sum * kept + value * (1 - kept)
        // Less than the engine's own numbers can tell: only how long ago the last value came.
        if abs(sum) < Self.least { sum = 0 }
        weight = weight * kept + (1 - kept)
        return sum / weight
    }
}

/// All curves of a run, raw and smoothed.
struct MetricHistory: Hashable, Sendable {
    private struct Track: Hashable, Sendable {
        var raw = Curve()
        var smooth = Curve()
        var smoother: Smoother?
    }

    private var tracks: [MetricSeries: Track] = [:]
    /// Those that have points, in the order of their names.
    private(set) var series: [MetricSeries] = []
    private(set) var smoothing = Smoothing.off

    init(_ points: [MetricPoint] = [], smoothing: Smoothing = .off) {
        self.smoothing = smoothing
        for point in points { append(point) }
    }

    var isEmpty: Bool { tracks.isEmpty }
    /// The last step of any curve.
    private(set) var lastStep = 0

    mutating func append(_ point: MetricPoint) {
        if tracks[point.series] == nil { insert(point.series) }
        var track = tracks.removeValue(forKey: point.series) ?? Track()
        if track.smoother == nil { track.smoother = smoothing.decay.map(Smoother.init) }
        if let last = track.raw.steps.last, point.optimizerStep < last {
            track.smoother = smoothing.decay.map(Smoother.init)
        }
        track.raw.append(step: point.optimizerStep, value: point.value)
        if let smoothed = track.smoother?.add(step: point.optimizerStep, value: point.value) {
            track.smooth.append(step: point.optimizerStep, value: smoothed)
        }
        tracks[point.series] = track
        // A run that went back to a checkpoint has fewer steps than before.
        lastStep =
            point.optimizerStep >= lastStep
            ? point.optimizerStep : tracks.values.reduce(0) { max($0, $1.raw.steps.last ?? 0) }
    }

    /// Once a curve: comparing names takes longer than drawing what they name.
    private mutating func insert(_ new: MetricSeries) {
        let place = series.firstIndex { new.rawValue.localizedStandardCompare($0.rawValue) == .orderedAscending }
        series.insert(new, at: place ?? series.endIndex)
    }

    /// Adds the points of another history that lie after the last one here, curve by curve.
    mutating func append(newerOf other: MetricHistory) {
        for (series, track) in other.tracks {
            let last = tracks[series]?.raw.steps.last ?? -1
            for (step, value) in zip(track.raw.steps, track.raw.values) where step > last {
                append(MetricPoint(series: series, optimizerStep: step, value: value))
            }
        }
    }

    mutating func set(smoothing: Smoothing) {
        self.smoothing = smoothing
        for series in tracks.keys {
            guard let raw = tracks[series]?.raw else { continue }
            var track = Track(raw: raw, smooth: Curve(), smoother: smoothing.decay.map(Smoother.init))
            for (step, value) in zip(raw.steps, raw.values) {
                if let smoothed = track.smoother?.add(step: step, value: value) {
                    track.smooth.append(step: step, value: smoothed)
                }
            }
            tracks[series] = track
        }
    }

    /// The curve as it is to be drawn.
    func curve(_ series: MetricSeries) -> Curve {
        guard let track = tracks[series] else { return Curve() }
        return smoothing == .off ? track.raw : track.smooth
    }

    func raw(_ series: MetricSeries) -> Curve { tracks[series]?.raw ?? Curve() }
    func last(_ series: MetricSeries) -> Double? { tracks[series]?.raw.lastFinite }
}
