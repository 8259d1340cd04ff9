import FileFormats
import Foundation
import Tensors

/// The pixels of the simulated sensor: what each saw last, at what level it reported last, and when.
struct SimulatedSensor {
    /// Part of a picture that is not black.
    struct Box {
        var left: Int
        var right: Int
        var top: Int
        var bottom: Int

        /// `nil` if all is black.
        init?(containing light: [Float], width: Int) {
            let lit = light.indices.filter { light[$0] > 0 }
            guard let first = lit.first, let last = lit.last else { return nil }
            (top, bottom) = (first / width, last / width)
            left = lit.map { $0 % width }.min() ?? 0
            right = lit.map { $0 % width }.max() ?? 0
        }
    }

    private let width: Int
    private let height: Int
    private let refractoryPeriod: Float
    /// Logarithm of light, tabulated over 0…1.
    private let logarithms: [Float]
    private let onThresholds: [Float]
    private let offThresholds: [Float]
    private var seen: [Float]
    private var reported: [Float]
    /// Microseconds.
    private var lastTimes: [Float]
    /// Reports of one millisecond, before they are put in order.
    private var reports: [Report] = []

    private struct Report {
        let time: Float
        let pixel: Int32
        let polarity: UInt8
    }

    private static let tableSize = 8192

    init(_ options: SaccadeSimulator, width: Int, height: Int, random: RandomSource) {
        (self.width, self.height) = (width, height)
        refractoryPeriod = options.refractoryPeriod
        logarithms = (0...Self.tableSize).map { log(Float($0) / Float(Self.tableSize) + options.darkLight) }
        var random = random.split("contrast thresholds")
        let count = width * height
        func thresholds() -> [Float] {
            // A pixel far off the mean would report without end, or never.
            (0..<count).map { _ in
                max(
                    options.contrastThreshold + options.thresholdSpread * Float(random.normal()),
                    options.contrastThreshold / 4)
            }
        }
        onThresholds = thresholds()
        offThresholds = thresholds()
        seen = Array(repeating: logarithms[0], count: count)
        reported = seen
        lastTimes = Array(repeating: -.infinity, count: count)
    }

    /// Looks at the picture at rest.
    mutating func adapt(_ light: [Float], content: Box, at place: SIMD2<Float>) {
        forEachPixel(light, content, place) { sensor, pixel, level in
            sensor.seen[pixel] = level
            sensor.reported[pixel] = level
        }
    }

    /// Looks at the picture one millisecond later, at another place, and reports what has changed.
    mutating func advance(
        _ light: [Float], content: Box, at place: SIMD2<Float>, millisecond: Int, into events: inout [Event]
    ) {
        reports.removeAll(keepingCapacity: true)
        let start = Float(millisecond - 1) * 1000
        forEachPixel(light, content, place) { sensor, pixel, level in
            let before = sensor.seen[pixel]
            guard level != before else { return }
            sensor.seen[pixel] = level
            let rises = level > before
            let step = rises ? sensor.onThresholds[pixel] : -sensor.offThresholds[pixel]
            var next = sensor.reported[pixel] + step
            while rises ? next <= level : next >= level {
                sensor.reported[pixel] = next
                let share = max(0, min(1, (next - before) / (level - before)))
                let time = start + share * 1000
                if time - sensor.lastTimes[pixel] >= sensor.refractoryPeriod {
                    sensor.lastTimes[pixel] = time
                    sensor.reports.append(Report(time: time, pixel: Int32(pixel), polarity: rises ? 1 : 0))
                }
                next += step
            }
        }
        reports.sort { ($0.time, $0.pixel) < ($1.time, $1.pixel) }
        for report in reports {
            let (row, column) = Int(report.pixel).quotientAndRemainder(dividingBy: width)
            events.append(
                Event(
                    timestamp: Int64(report.time), x: UInt16(column), y: UInt16(row), polarity: report.polarity))
        }
    }

    /// Visits every pixel on which the picture is, or may have been a millisecond ago, with its log intensity.
    @inline(__always)
    private mutating func forEachPixel(
        _ light: [Float], _ content: Box, _ place: SIMD2<Float>,
        _ visit: (inout SimulatedSensor, _ pixel: Int, _ level: Float) -> Void
    ) {
        let (shiftX, shiftY) = (Int(place.x.rounded(.down)), Int(place.y.rounded(.down)))
        let (shareX, shareY) = (place.x - Float(shiftX), place.y - Float(shiftY))
        // Interpolation reaches one pixel further; the picture moves by less than another one in a millisecond.
        let rows = max(0, content.top + shiftY - 1)...max(0, min(height - 1, content.bottom + shiftY + 2))
        let columns = max(0, content.left + shiftX - 1)...max(0, min(width - 1, content.right + shiftX + 2))
        guard rows.lowerBound < height, columns.lowerBound < width else { return }
        light.withUnsafeBufferPointer { light in
            func sample(_ x: Int, _ y: Int) -> Float {
                x >= 0 && x < width && y >= 0 && y < height ? light[y * width + x] : 0
            }
            for y in rows {
                for x in columns {
                    let (right, bottom) = (x - shiftX, y - shiftY)
                    let lower = (1 - shareX) * sample(right, bottom) + shareX * sample(right - 1, bottom)
                    let upper = (1 - shareX) * sample(right, bottom - 1) + shareX * sample(right - 1, bottom - 1)
                    let intensity = (1 - shareY) * lower + shareY * upper
                    let entry = Int(intensity * Float(Self.tableSize) + 0.5)
                    visit(&self, y * width + x, logarithms[min(entry, Self.tableSize)])
                }
            }
        }
    }
}
