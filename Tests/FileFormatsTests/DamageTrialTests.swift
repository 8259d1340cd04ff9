import Foundation
import Testing

@testable import FileFormats

/// The long trial is a command of its own, which `.ci/run` calls; this is its beginning.
@Suite struct DamageTrialTests {
    @Test func damagedInputsAreReadOrRefused() throws {
        let tally = try DamageTrial(seed: 20_26, subjects: DamageSubject.all()).run(count: 4000)
        #expect(tally.inputs == 4000 && tally.sound + tally.partial + tally.refused == 4000)
        // If all were refused at the door, nothing behind it would have been tried.
        #expect(tally.sound > 300 && tally.partial > 300 && tally.refused > 300)
        #expect(
            Set(tally.readers.keys).isSuperset(
                of: EventFormatCatalogue.names + [
                    "pytorch", "pytorch-old", "pickle", "safetensors", "nir", "png", "jpeg", "idx", "idx.gz", "cifar",
                ]))
    }

    @Test func theSameSeedDamagesTheSame() throws {
        let original = (0..<500).map { UInt8(truncatingIfNeeded: $0) }
        func damaged(_ seed: UInt64, _ number: Int) -> [UInt8] {
            var damage = Damage(seed: seed, number: number)
            return damage.applied(to: original, other: original)
        }
        #expect((0..<100).allSatisfy { damaged(1, $0) == damaged(1, $0) })
        #expect(Set((0..<100).map { damaged(1, $0) }).count > 95)
        #expect((0..<100).contains { damaged(1, $0) != damaged(2, $0) })
        var first = try DamageTrial(seed: 3, subjects: DamageSubject.all()).run(first: 100, count: 200)
        var second = try DamageTrial(seed: 3, subjects: DamageSubject.all()).run(first: 100, count: 200)
        (first.seconds, second.seconds, first.largestMemory, second.largestMemory) = (0, 0, 0, 0)
        (first.slowest, second.slowest) = (.init(), .init())
        #expect(first == second)
    }
}

@Suite struct FormatBenchmarkTests {
    @Test func everyLayoutOfEveryFormatIsMeasured() throws {
        var benchmark = FormatBenchmark()
        (benchmark.eventCount, benchmark.turns) = (2000, 3)
        let results = try benchmark.run()
        #expect(
            results.map(\.format)
                == EventFormatCatalogue.all.flatMap { format in format.variants.map { _ in format.name } })
        for result in results {
            #expect(result.events == 2000 && result.bytes > 2000 && result.turns == 3)
            #expect(result.millionEventsPerSecond > 0 && result.timesSlowerThanCopy.isFinite)
            #expect(result.millionEventsPerSecondBest >= result.millionEventsPerSecond)
        }
    }

    @Test func itsEventsAreThoseOfACamera() {
        let events = FormatBenchmark.events(count: 10_000)
        #expect(ClockSteps(in: events) == nil)
        #expect(events.allSatisfy { $0.x < 128 && $0.y < 128 && $0.timestamp < 8_000_000 })
        #expect(Set(events.map(\.x)).count == 128 && Set(events.map(\.y)).count == 128)
        #expect((4000...6000).contains(events.reduce(0) { $0 + Int($1.polarity) }))
    }
}

@Suite struct PngWriterTests {
    @Test func aPictureHasItsMarkAndSize() throws {
        let pixels = (0..<7 * 5 * 3).map { UInt8(truncatingIfNeeded: $0 * 2) }
        let bytes = try PngWriter.encode(width: 7, height: 5, pixels: pixels, path: "a.png")
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(bytes[16..<24].elementsEqual([0, 0, 0, 7, 0, 0, 0, 5]))
        #expect(throws: FileFormatError.self) {
            try PngWriter.encode(width: 0, height: 0, pixels: [], path: "a.png")
        }
    }
}
