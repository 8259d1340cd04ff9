import FileFormats
import Foundation
import Synchronization
import Testing

@testable import Data

@Suite struct ImageSimulationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (label, name) in ["T-shirt:top", "bag"].enumerated() {
            for number in 1...3 {
                try folder.write("images/\(name)/\(number).png", MadeFiles.png(UInt8(90 + 40 * label + number)))
            }
        }
    }

    private func simulation(_ output: String) -> ImageSimulation {
        var simulation = ImageSimulation(images: folder.path + "/images", output: folder.path + "/" + output)
        simulation.sensorSide = 16
        return simulation
    }

    private func files(_ output: String) throws -> [String: Foundation.Data] {
        let root = folder.path + "/" + output
        var found: [String: Foundation.Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) where name.hasSuffix(".bin") {
            found[name] = try Foundation.Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
        }
        return found
    }

    @Test func sameImagesGiveTheSameFiles() throws {
        let told = Mutex<[Int]>([])
        let outcome = try simulation("one").run(progress: { done, _ in told.withLock { $0.append(done) } })
        #expect(outcome.recordings == 6 && outcome.made == 6 && told.withLock { $0.max() } == 6)
        _ = try simulation("two").run()
        let (one, two) = (try files("one"), try files("two"))
        #expect(one.count == 6 && one == two)
        #expect(Set(one.values).count == 6 && one.values.allSatisfy { $0.count > 50 })
        var other = simulation("three")
        other.seed = 7
        _ = try other.run()
        #expect(try files("three") != one)
    }

    @Test func itGoesOnWhereItStopped() throws {
        let asked = Mutex(0)
        let stopped = try simulation("one").run(isCancelled: {
            asked.withLock { count in
                count += 1
                return count > 2
            }
        })
        #expect(stopped.made == 2)
        // A file that was cut is made again, too.
        let cut = try #require(try files("one").keys.min())
        try folder.write("one/" + cut, [1, 2, 3])
        let rest = try simulation("one").run()
        #expect(rest.made == 5)
        _ = try simulation("two").run()
        #expect(try files("one") == files("two"))
        #expect(try simulation("one").run().made == 0)
    }

    @Test func otherOptionsAreRefused() throws {
        _ = try simulation("one").run()
        var other = simulation("one")
        other.sensorSide = 20
        #expect { try other.run() } throws: { "\($0)".contains("made with other images or options") }
        other.sensorSide = 15
        #expect { try other.run() } throws: { "\($0)".contains("16…240") }
        #expect { try ImageSimulation(images: folder.path + "/none", output: folder.path + "/x").run() } throws: {
            "\($0)".contains("it does not exist")
        }
    }

    @Test func itIsADataSet() throws {
        _ = try simulation("one").run()
        let contents = try folder.open("simulated", "one")
        #expect(contents.classNames == ["T-shirt:top", "bag"] && contents.images.count == 6)
        #expect(contents.recordings.allSatisfy { $0.source != nil })
        #expect(try contents.recording(at: 0).sensor == SensorSize(width: 16, height: 16))
        try folder.write("one/recordings.tsv", Array("nothing\n".utf8))
        #expect { try folder.open("simulated", "one") } throws: { "\($0)".contains("data simulate") }
    }
}
