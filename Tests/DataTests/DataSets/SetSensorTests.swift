import FileFormats
import Foundation
import Testing

@testable import Data

/// One size for all recordings of a set.
@Suite struct SetSensorTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        // Recordings that saw a corner or the middle, in files that do not tell the camera.
        for (name, offset) in [("topleft", 0), ("middle", 54)] {
            for number in 0..<10 {
                let events = (0..<40).map {
                    Event(
                        timestamp: Int64($0 * 997 + number), x: UInt16($0 * 7 % 20 + offset),
                        y: UInt16($0 * 3 % 20 + offset), polarity: UInt8($0 / 3 % 2))
                }
                try folder.write("data/\(name)/r\(number).bin", NeuromorphicBin.encode(events))
            }
        }
    }

    private func open(_ sensor: SensorSize? = nil) throws -> any DataSetContents {
        var folders = folder.folders("data")
        folders.sensor = sensor
        return try FolderDataSet().open(folders)
    }

    private var memory: SensorMemory { SensorMemory(cache: folder.folders().cache) }

    @Test func theLargestExtentIsThatOfAll() throws {
        let contents = try open()
        #expect(contents.sensor == nil, "nothing was read yet")
        let finding = try #require(try contents.findSensor())
        #expect(finding.size == SensorSize(width: 74, height: 74) && finding.origin.contains("largest extent of 20"))
        #expect(contents.sensor == finding.size)
        for index in contents.recordings.indices {
            #expect(try contents.recording(at: index).sensor == finding.size)
        }
        #expect(try contents.prepare([0]).first?.contains("74×74") == true)
        #expect(
            memory.sensor(ofSetAround: folder.path + "/data/topleft/r0.bin")?.size == finding.size,
            "a file of the set is known by it")
        #expect(memory.sensor(ofSetAround: folder.path + "/data") == nil)
    }

    @Test func theUserGoesBefore() throws {
        let camera = SensorSize(width: 128, height: 128)
        #expect(try open(camera).recording(at: 0).sensor == camera)
        #expect(try open(camera).sensor == camera)
        #expect { try open(SensorSize(width: 34, height: 34)).recording(at: 0) } throws: { "\($0)".contains("34×34") }
        var folders = folder.folders("data")
        folders.sensor = camera
        try folder.write("N-Caltech101/airplanes/image_0001.bin", MadeFiles.bin(1, left: 20, top: 9))
        let published = try folder.open("ncaltech101").recording(at: 0)
        #expect(published.sensor == SensorSize(width: 6, height: 5), "moved to the origin, as in the paper")
        folders.recordings = folder.path
        let asSeen = try NCaltech101DataSet().open(folders).recording(at: 0)
        #expect(asSeen.sensor == camera && asSeen.events.map(\.x).min() == 20 + 1)
    }

    @Test func aChangedFileIsLookedAtAgain() throws {
        _ = try open().findSensor()
        let far = NeuromorphicBin.encode([Event(timestamp: 1, x: 99, y: 9, polarity: 1)])
        try folder.write("data/middle/r3.bin", far)
        #expect(memory.sensor(ofSetAround: folder.path + "/data/middle/r3.bin") == nil)
        #expect(try open().findSensor()?.size == SensorSize(width: 100, height: 74))
        try FileManager.default.removeItem(atPath: folder.path + "/data/middle/r3.bin")
        #expect(try open().findSensor()?.size == SensorSize(width: 74, height: 74))
    }

    @Test func whatCannotBeReadIsNoReasonToFail() throws {
        try folder.write("data/middle/r3.bin", [1, 2, 3])
        let contents = try open()
        #expect(try contents.findSensor()?.size == SensorSize(width: 74, height: 74))
        let damaged = try #require(contents.recordings.firstIndex { $0.name == "middle/r3" })
        #expect { try contents.recording(at: damaged) } throws: { "\($0)".contains("r3.bin") }
        // A damaged memory is none.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/saccade/sensors") {
            try folder.write("cache/saccade/sensors/" + name, Array("{".utf8))
        }
        #expect(try open().findSensor()?.size == SensorSize(width: 74, height: 74))
    }

    @Test func headersSayIt() throws {
        let camera = SensorSize(width: 346, height: 260)
        for name in ["ant", "bee"] {
            for number in 0..<3 {
                try folder.write(
                    "told/\(name)/\(number).aedat4", try Aedat4().encode(MadeFiles.events(number), sensor: camera))
            }
        }
        let told = try folder.open("folders", "told")
        #expect(try told.findSensor() == SensorFinding(size: camera, origin: "as the files say"))
        try folder.write("told/bee/9.bin", MadeFiles.bin(1))
        #expect(try folder.open("folders", "told").findSensor()?.size == camera, "others lie within it")
        try folder.write("told/bee/9.bin", MadeFiles.bin(1, left: 200))
        try folder.write(
            "told/bee/10.aedat4",
            try Aedat4().encode(MadeFiles.events(1), sensor: SensorSize(width: 640, height: 480)))
        let mixed = try #require(try folder.open("folders", "told").findSensor())
        #expect(mixed.size == SensorSize(width: 640, height: 480) && mixed.origin.contains("2 sizes"))
    }

    @Test func aStrayEventIsNamed() throws {
        try folder.write("data/topleft/r5.npz", [])
        let rows = "t,x,y,p\n1,3,3,1\n2,900,9,0\n"
        try folder.write("data/topleft/stray.csv", Array(rows.utf8))
        let finding = try #require(try open().findSensor())
        #expect(finding.origin.contains("topleft/stray.csv alone reaches") && finding.origin.contains("stray event"))
    }
}
