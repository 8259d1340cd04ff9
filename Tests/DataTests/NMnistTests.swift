import FileFormats
import Foundation
import Testing

@testable import Data

@Suite struct NMnistTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func folders(_ recordings: String = "", images: String = "", shared: String? = nil) -> DataFolders {
        var environment = folder.environment
        environment["SACCADE_DATA"] = shared
        return DataFolders(recordings: recordings, images: images, environment: environment)
    }

    private func idx(_ magic: UInt8, _ sizes: [Int], _ data: [UInt8]) -> [UInt8] {
        [0, 0, 8, magic]
            + sizes.flatMap { [UInt8($0 >> 24), UInt8($0 >> 16 & 255), UInt8($0 >> 8 & 255), UInt8($0 & 255)] }
            + data
    }

    /// Two training and one test recording a class; 20 training and 10 test images, in the order of the classes.
    private func write(
        at place: String, testNumbers: Int = 0, imagesAt images: String? = "MNIST", labels: [UInt8]? = nil
    ) throws {
        let event: [UInt8] = [3, 4, 0x80, 0, 9]
        for label in 0...9 {
            try folder.write("\(place)/Train/\(label)/\(String(format: "%05d", label + 1)).bin", event)
            try folder.write("\(place)/Train/\(label)/\(String(format: "%05d", label + 11)).bin", event + event)
            try folder.write("\(place)/Test/\(label)/\(testNumbers + label + 1).bin", event)
        }
        guard let images else { return }
        let digits = (0...9).map { UInt8($0) }
        for (name, count) in [("train", 20), ("t10k", 10)] {
            let pixels = (0..<count).flatMap { [UInt8](repeating: UInt8($0), count: 4) }
            try folder.write("\(images)/\(name)-images-idx3-ubyte", idx(3, [count, 2, 2], pixels))
            let own = labels ?? (digits + digits)
            try folder.write("\(images)/\(name)-labels-idx1-ubyte", idx(1, [count], Array(own.prefix(count))))
        }
    }

    private func sources(_ contents: any DataSetContents) -> [SourceImage?] { contents.recordings.map(\.source) }

    @Test(arguments: [0, 60_000]) func numbersNameTheImages(testNumbers: Int) throws {
        try write(at: "N-MNIST", testNumbers: testNumbers)
        let contents = try NMnistDataSet().open(folders(folder.path))
        #expect(contents.recordings.count == 30 && contents.images.count == 30)
        #expect(contents.recordings[1].name == "Train/0/00011" && contents.recordings[1].eventCount == 2)
        #expect(contents.recordings[1].source == SourceImage(collection: "MNIST train", index: 10))
        #expect(contents.recordings[23].source == SourceImage(collection: "MNIST t10k", index: 3))
        #expect(
            contents.images[23]
                == ImageDescription(
                    className: "3", source: SourceImage(collection: "MNIST t10k", index: 3)))
        #expect(try contents.image(at: 23).pixels == [3, 3, 3, 3])
        #expect(try contents.recording(at: 1).events.count == 2)
        // All test images are behind test recordings: only training images are left.
        let choice = try SampleChoice(DataOptions(set: "nmnist", validationShare: 0), of: contents)
        #expect(choice.images.joined().allSatisfy { $0 < 20 })
        #expect(choice.images.map(\.count) == Array(repeating: 2, count: 10))
    }

    @Test(arguments: ["parent", "folder", "shared", "shared itself", "installed"])
    func itIsFoundInItsUsualPlaces(place: String) throws {
        let places: [String: (String, String, DataFolders)] = [
            "parent": ("d/N-MNIST", "d/MNIST", folders(folder.path + "/d")),
            "folder": ("d/N-MNIST", "d/MNIST", folders(folder.path + "/d/N-MNIST")),
            "shared": ("d/N-MNIST", "d/MNIST", folders(shared: folder.path + "/d")),
            "shared itself": ("d", "d/MNIST", folders(shared: folder.path + "/d")),
            "installed": ("data/saccade/datasets/N-MNIST", "data/saccade/datasets/MNIST", folders()),
        ]
        let (recordings, images, folders) = try #require(places[place])
        #expect(!NMnistDataSet().presence(in: folders).isPresent)
        try write(at: recordings, imagesAt: images)
        #expect(NMnistDataSet().presence(in: folders).isPresent)
        #expect(try NMnistDataSet().open(folders).recordings.count == 30)
    }

    @Test func whatIsMissingIsSaid() throws {
        #expect {
            try NMnistDataSet().open(folders(folder.path + "/nowhere"))
        } throws: { error in
            let text = "\(error)"
            return text.contains(folder.path + "/nowhere/N-MNIST") && text.contains("Train/0") && text.contains("GB")
                && text.contains("https://")
        }
        try write(at: "N-MNIST", imagesAt: nil)
        // Without images there are recordings to train on, but nothing that needs an image begins.
        let contents = try NMnistDataSet().open(folders(folder.path))
        #expect {
            try PreparedDataSet(DataOptions(set: "nmnist"), contents: contents, isSimulated: false)
        } throws: { "\($0)".contains(folder.path + "/MNIST") && "\($0)".contains("t10k-images-idx3-ubyte") }
        let prepared = try PreparedDataSet(
            DataOptions(set: "nmnist", needsImages: false, batchSize: 4), contents: contents, isSimulated: false)
        let batch = prepared.makeBatch()
        prepared.trainingBatch(
            epoch: 0, index: 0, options: AugmentationOptions(crop: true, flip: false, imageShare: 1), into: batch)
        #expect(batch.imageIndices.allSatisfy { $0 == -1 } && batch.images.values.allSatisfy { $0 == 0 })
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("N-MNIST/Test"))
        try write(at: "other", imagesAt: "MNIST")
        #expect {
            try NMnistDataSet().open(folders(folder.path))
        } throws: { "\($0)".contains("no recording of the test part") }
    }

    @Test func aDamagedRecordingNamesItself() throws {
        try write(at: "N-MNIST")
        try folder.write("N-MNIST/Test/4/5.bin", [1, 2, 3])
        let contents = try NMnistDataSet().open(folders(folder.path))
        #expect {
            try PreparedDataSet(DataOptions(set: "nmnist"), contents: contents, isSimulated: false)
        } throws: { "\($0)".contains("Test/4/5.bin") }
        try folder.write("N-MNIST/Test/4/5.bin", [34, 2, 3, 4, 5])
        #expect {
            try PreparedDataSet(DataOptions(set: "nmnist"), contents: contents, isSimulated: false)
        } throws: { "\($0)".contains("34×34") }
    }

    @Test func fashionHasOtherClasses() throws {
        try write(
            at: "N-MNIST", imagesAt: "pictures", labels: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5] + (0...9).map { UInt8($0) })
        let contents = try NMnistDataSet().open(folders(folder.path, images: folder.path + "/pictures"))
        #expect(contents.images[0].className == "Ankle boot")
        #expect {
            try PreparedDataSet(DataOptions(set: "nmnist"), contents: contents, isSimulated: false)
        } throws: { "\($0)".contains("'0'") && "\($0)".contains("'Ankle boot'") }

        let options = DataOptions(set: "nmnist", pairing: .position, batchSize: 10)
        let prepared = try PreparedDataSet(options, contents: contents, isSimulated: false)
        let batch = prepared.makeBatch()
        prepared.trainingBatch(
            epoch: 0, index: 0, options: AugmentationOptions(crop: false, flip: false, imageShare: 1), into: batch)
        for (label, image) in zip(batch.labels, batch.imageIndices) {
            #expect(contents.images[image].className == contents.imageClassNames[label])
        }
        #expect(contents.imageClassNames.first == "T-shirt/top")
    }

    @Test func labelsBeyondNineAreRefused() throws {
        try write(at: "N-MNIST", labels: Array(repeating: 10, count: 20))
        #expect { try NMnistDataSet().open(folders(folder.path)) } throws: { "\($0)".contains("label 10") }
    }
}

/// The sample of real recordings.
@Suite(.enabled(if: Fixtures.hasData, Comment(rawValue: Fixtures.dataAbsence)))
struct RealNMnistTests {
    private func contents() throws -> any DataSetContents {
        try NMnistDataSet().open(DataFolders(recordings: Fixtures.data.path, environment: [:]))
    }

    @Test func recordingsAreAsPublished() throws {
        let contents = try contents()
        #expect(contents.recordings.filter { $0.part == .training }.count == 1000)
        #expect(contents.recordings.filter { $0.part == .test }.count == 100)
        let counts = contents.recordings.compactMap(\.eventCount)
        #expect(counts.count == 1100 && counts.min() == 1069 && counts.max() == 7152)
        #expect((4100...4116).contains(counts.reduce(0, +) / 1100))
    }

    @Test func recordingsShowTheImagesTheirNumbersName() throws {
        // The class of t10k image k − 1 is the class of test recording k.
        let contents = try contents()
        for recording in contents.recordings where recording.part == .test {
            let image = try #require(contents.images.first { $0.source == recording.source })
            #expect(image.className == contents.classNames[recording.classIndex])
        }
    }

    @Test func imagesBehindTestRecordingsAreNeverDrawn() throws {
        let contents = try contents()
        let choice = try SampleChoice(DataOptions(set: "nmnist"), of: contents)
        let indices = choice.images.joined().compactMap { contents.images[$0].source?.index }
        #expect(indices.count == 9900 && indices.allSatisfy { $0 >= 100 })
    }

    /// The real recordings with one image a class: resizing all of MNIST would take this test too long.
    private struct FewImages: DataSetContents {
        let base: any DataSetContents
        let images = (0...9).map { ImageDescription(className: String($0)) }
        var classNames: [String] { base.classNames }
        var sensor: SensorSize? { base.sensor }
        var recordings: [RecordingDescription] { base.recordings }
        func recording(at index: Int) throws(DataSetError) -> EventRecording { try base.recording(at: index) }
        func image(at index: Int) throws(DataSetError) -> StaticImage { try base.image(at: index) }
    }

    @Test func aSmallRunIsPrepared() throws {
        let contents = FewImages(base: try contents())
        let options = DataOptions(
            set: "nmnist", timeStepCount: 4, size: 34, recordingsPerClass: 2, validationShare: 0.1, batchSize: 16)
        let choice = try SampleChoice(options, of: contents)
        #expect(choice.training.count == 20 && choice.validation.count == 20 && choice.test.count == 100)
        let data = try PreparedDataSet(options, contents: contents, isSimulated: false)
        let batch = data.makeBatch()
        data.evaluationBatch(split: .test, index: 6, into: batch)
        #expect(batch.count == 4)
        // At the sensor's size nothing is interpolated: every event of a time step is counted once.
        for position in 0..<batch.count {
            let recording = try contents.recording(at: batch.recordingIndices[position])
            let frames = EventFrames(recording, timeStepCount: 4, slicing: TimeSlicing())
            let pixels = 34 * 34 * 2
            for timeStep in 0..<4 {
                let start = (timeStep * 16 + position) * pixels
                let sum = batch.eventFrames.buffer[start..<start + pixels].reduce(0, +)
                #expect(Int(sum) == (0...1).reduce(0) { $0 + frames[timeStep, $1].reduce(0) { $0 + Int($1) } })
            }
        }
    }
}
