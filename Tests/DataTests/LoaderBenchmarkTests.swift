import Foundation
import Testing

@testable import Data

@Suite(.serialized) struct LoaderBenchmarkTests {
    @Test(arguments: LoaderBenchmark.standard.map(\.size), [true, false])
    func itMeasuresWhatItSays(size: Int, readsFiles: Bool) throws {
        var benchmark = LoaderBenchmark()
        (benchmark.size, benchmark.recordingCount, benchmark.readsFiles) = (size, 4, readsFiles)
        // SACCADE_LOADER_SECONDS=2 swift test --filter LoaderBenchmark prints figures that mean something.
        let seconds = ProcessInfo.processInfo.environment["SACCADE_LOADER_SECONDS"].flatMap(Double.init)
        benchmark.seconds = seconds ?? 0.02
        let result = try benchmark.run()
        if seconds != nil { print(result) }
        #expect(result.recordings > 0 && result.recordingsPerSecond > 0 && result.keptBytesPerRecording > 0)
        #expect((1000...10_000).contains(result.eventsPerRecording))
        let shares = result.shares
        #expect(abs(shares.read + shares.count + shares.fill - 1) < 0.05)
        #expect((shares.read > 0) == readsFiles)
        let again = try JSONDecoder().decode(LoaderBenchmark.Result.self, from: JSONEncoder().encode(result))
        #expect(again == result)
    }
}
