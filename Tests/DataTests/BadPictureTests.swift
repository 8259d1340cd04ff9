import FileFormats
import Foundation
import Testing

@testable import Data

/// One bad picture is named, counted and left out: of a simulation, and of the images that a run draws.
@Suite struct BadPictureTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (label, name) in ["bag", "hat"].enumerated() {
            for number in 0..<5 {
                try folder.write("images/\(name)/\(number).png", MadeFiles.png(UInt8(90 + 40 * label + number)))
                try folder.write("data/\(name)/\(number).bin", MadeFiles.bin(label * 10 + number))
            }
        }
    }

    private func simulation(_ output: String = "out") -> ImageSimulation {
        var simulation = ImageSimulation(images: folder.path + "/images", output: folder.path + "/" + output)
        simulation.sensorSide = 16
        return simulation
    }

    @Test func aSimulationGoesOn() throws {
        _ = try simulation("before").run()
        try folder.write("images/bag/2.png", Array(MadeFiles.png(92).prefix(40)))
        let outcome = try simulation().run()
        #expect(outcome.recordings == 9 && outcome.made == 9)
        #expect(outcome.leftOut.map(\.path) == [folder.path + "/images/bag/2.png"])
        let contents = try folder.open("simulated", "out")
        #expect(contents.recordings.count == 9 && !contents.recordings.contains { $0.name.hasSuffix("bag/2") })
        #expect(contents.leftOut.contains { $0.path.hasSuffix("bag/2.bin") })
        for index in contents.recordings.indices { _ = try contents.recording(at: index) }
        // The others are what they were with it.
        for name in ["bag/1", "hat/3"] {
            let files = ["before", "out"].map { folder.path + "/\($0)/train/\(name).bin" }
            #expect(try FileBytes.read(files[0]) == FileBytes.read(files[1]))
        }
        // Mended, it is made, and nothing else.
        try folder.write("images/bag/2.png", MadeFiles.png(92))
        let again = try simulation().run()
        #expect(again.made == 1 && again.leftOut.isEmpty)
        #expect(try folder.open("simulated", "out").recordings.count == 10)
    }

    /// A picture without its end can be read all the same, which is told by the simulation and by `verify`.
    @Test func aNoteIsNoLoss() throws {
        try folder.write("images/hat/3.png", Array(MadeFiles.png(133).dropLast(12)))
        let outcome = try simulation().run()
        #expect(outcome.recordings == 10 && outcome.leftOut.isEmpty)
        #expect(outcome.noted.map(\.path) == [folder.path + "/images/hat/3.png"])
        #expect(outcome.noted.first?.reason.isEmpty == false)
        let dataSet = try #require(DataSetCatalogue.all.first { $0.name == "folders" })
        let contents = try folder.open("folders", "data", images: "images")
        let report = try DataSetVerification.run(dataSet, contents)
        #expect(report.isSound && report.noted.count == 1)
        #expect(report.noted.first?.path.hasSuffix("hat/3.png") == true && report.noted.first?.problem.isEmpty == false)
        try folder.write("images/hat/3.png", MadeFiles.png(133))
        #expect(try DataSetVerification.run(dataSet, folder.open("folders", "data", images: "images")).noted.isEmpty)
    }

    @Test func withoutOneGoodPictureItFails() throws {
        for name in ["bag", "hat"] {
            for number in 0..<5 { try folder.write("images/\(name)/\(number).png", [1, 2, 3]) }
        }
        #expect { try simulation().run() } throws: { "\($0)".contains("10 images, none of which can be read") }
    }

    @Test(arguments: [false, true]) func aRunDrawsTheOthers(channelFirst: Bool) throws {
        func prepared() throws -> PreparedDataSet {
            var options = DataOptions(set: "folders", timeStepCount: 2, size: 8, validationShare: 0, batchSize: 4)
            options.referenceChannelFirst = channelFirst
            return try PreparedDataSet(
                options, contents: try folder.open("folders", "data", images: "images"), isSimulated: false)
        }
        let whole = try prepared()
        #expect(whole.choice.images.map(\.count) == [5, 5] && !whole.notes.contains { $0.contains("cannot be read") })
        try folder.write("images/bag/1.png", Array("no picture".utf8))
        let rest = try prepared()
        #expect(rest.choice.images.map(\.count) == [4, 5])
        #expect(rest.notes.contains { $0.contains("skipped 1 of 10 static images") && $0.contains("bag/1.png") })
        let batch = rest.makeBatch()
        for index in 0..<rest.batchesPerEpoch * 6 {
            rest.trainingBatch(
                epoch: index, index: 0, options: AugmentationOptions(crop: false, flip: false, imageShare: 1),
                into: batch)
            #expect(batch.imageIndices.allSatisfy { $0 >= 0 && $0 != 1 })
        }
        for number in 0..<5 { try folder.write("images/hat/\(number).png", []) }
        #expect { try prepared() } throws: { "\($0)".contains("no static image of class 'hat'") }
    }

    @Test func aRecordingIsShownWithoutIt() throws {
        for number in 0..<5 { try folder.write("images/bag/\(number).png", [1]) }
        var options = DataOptions(set: "folders", timeStepCount: 2, size: 8, batchSize: 4)
        options.folder = folder.path + "/data"
        let batch = try PreparedDataSet.single(
            recording: 0, options: options, contents: try folder.open("folders", "data", images: "images"))
        #expect(batch.imageIndices[0] == -1)
    }

    @Test func picturesOfOneNameAreTwoRecordings() throws {
        for number in 0..<5 { try folder.write("images/bag/\(number).x.png", MadeFiles.png(UInt8(10 + number))) }
        try folder.write("images/hat/sub.png", MadeFiles.png(7))
        try folder.write("images/hat/sub.jpg.png", MadeFiles.png(8))
        try folder.write("images/hat/0.PNG", MadeFiles.png(9))
        let outcome = try simulation().run()
        #expect(outcome.recordings == 18 && outcome.made == 18)
        let contents = try folder.open("simulated", "out")
        #expect(contents.recordings.count == 18)
        #expect(Set(contents.recordings.map(\.name)).count == 18)
    }

    @Test(arguments: ["images", "images/", "images/made", "images/bag/../made"])
    func recordingsDoNotGoAmongThePictures(output: String) throws {
        #expect { try simulation(output).run() } throws: { "\($0)".contains("one outside of \(folder.path)/images") }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/images/recordings.tsv"))
    }
}
