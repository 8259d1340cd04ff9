import Configuration
import Testing

@Suite("Thinning of a curve")
struct MetricThinningTests {
    private func curve(_ values: [Double]) -> [MetricPoint] {
        values.enumerated().map { MetricPoint(series: .totalLoss, optimizerStep: $0.offset, value: $0.element) }
    }

    @Test("a curve that is short enough stays as it is", arguments: [0, 1, 4, 99, 100])
    func short(count: Int) {
        let points = curve((0..<count).map(Double.init))
        #expect(points.thinned(to: 100) == points)
    }

    @Test(
        "keeps to its limit, both ends and the order of steps", arguments: [4, 5, 6, 7, 100, 2048], [101, 2049, 10_000])
    func bounds(limit: Int, count: Int) {
        let points = curve((0..<count).map { Double($0 * 7919 % 1009) })
        let thinned = points.thinned(to: limit)
        #expect(thinned.count <= limit && thinned.count >= min(count, limit / 2))
        #expect(thinned.first == points.first && thinned.last == points.last)
        let steps = thinned.map(\.optimizerStep)
        #expect(steps == Set(steps).sorted())
    }

    @Test("a spike upwards and one downwards stay, wherever they are", arguments: [1, 2, 500, 997, 998])
    func spikes(place: Int) {
        for spike in [1e6, -1e6] {
            var values = [Double](repeating: 1, count: 1000)
            values[place] = spike
            #expect(curve(values).thinned(to: 100).contains { $0.value == spike })
        }
    }

    @Test("of a stretch the least and the greatest stand in the order in which they came")
    func order() {
        let thinned = curve([0, 5, 3, 1, 4, 0]).thinned(to: 4)
        #expect(thinned.map(\.value) == [0, 5, 1, 0])
        #expect(curve([0, 1, 3, 5, 4, 0]).thinned(to: 4).map(\.value) == [0, 1, 5, 0])
    }

    @Test("a stretch of equal values leaves one point, one without finite values its first")
    func flat() {
        #expect(curve([2, 2, 2, 2, 2, 2]).thinned(to: 4).map(\.optimizerStep) == [0, 1, 5])
        let points = curve([0, .nan, .infinity, .nan, .nan, 0]).thinned(to: 4)
        #expect(points.map(\.optimizerStep) == [0, 1, 5])
        // Beside a finite value those that are not leave no trace.
        #expect(curve([0, .nan, 7, .infinity, .nan, 0]).thinned(to: 4).map(\.value) == [0, 7, 0])
    }
}
