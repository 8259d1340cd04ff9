import Foundation
import Tensors
import Testing

@testable import Data

@Suite struct SaccadeSimulatorTests {
    private func contents() throws -> any DataSetContents {
        try DigitsDataSet().open(DataFolders(environment: try TemporaryFolder().environment))
    }

    @Test func digitsLookLikeRecordingsOfDigits() throws {
        let contents = try contents()
        // Every 29th of all, so that each class takes part.
        let indices = stride(from: 0, to: contents.recordings.count, by: 29)
        let statistics = try indices.map { EventStatistics(try contents.recording(at: $0).events) }
        let counts = statistics.map { Double($0.count) }
        let mean = counts.reduce(0, +) / Double(counts.count)
        let durations = statistics.map { Double(($0.last ?? 0) - ($0.first ?? 0)) / 1000 }
        let duration = durations.reduce(0, +) / Double(durations.count)
        let on = statistics.map { Double($0.on) / Double(max(1, $0.count)) }.reduce(0, +) / Double(statistics.count)
        #expect((3_700...4_500).contains(mean), "real N-MNIST has 4,108")
        #expect(counts.allSatisfy { (1_000...7_200).contains($0) }, "real N-MNIST has 1,069…7,152")
        #expect((300...315).contains(duration), "real N-MNIST has about 310 ms")
        #expect((0.48...0.52).contains(on), "real N-MNIST has 0.4997")
        #expect(statistics.allSatisfy { ($0.largestX ?? 0) < 34 && ($0.largestY ?? 0) < 34 })
    }
}
