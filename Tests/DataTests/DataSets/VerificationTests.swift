import FileFormats
import Foundation
import Testing

@testable import Data

@Suite struct VerificationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for label in 0...9 {
            for number in 1...3 { try write("good/Train/\(label)/\(label * 10 + number).bin", label * 10 + number) }
            try write("good/Test/\(label)/\(label + 1).bin", 200 + label)
        }
    }

    private func write(_ path: String, _ number: Int) throws { try folder.write(path, MadeFiles.bin(number)) }

    private func report(
        _ place: String, manifest: Manifest? = nil
    ) throws -> DataSetVerification.Report {
        let contents = try folder.open("nmnist", place)
        return try DataSetVerification.run(
            NMnistDataSet(), contents, manifest: manifest.map { (content: $0, path: "m.json") })
    }

    private func manifest() throws -> Manifest {
        let path = folder.path + "/m.json"
        try Manifest(of: try folder.open("nmnist", "good"), dataSet: "nmnist").write(to: path)
        return try Manifest.read(path)
    }

    @Test func aPartOfADataSetIsSoundAndNotComplete() throws {
        let report = try report("good", manifest: manifest())
        #expect(report.isSound && !report.isComplete && report.recordings == 40 && report.counts.count == 20)
        #expect(report.counts.first == .init(className: "0", part: "training", found: 3, known: 5923))
    }

    @Test func everyKindOfDamageIsFound() throws {
        let manifest = try manifest()
        try FileManager.default.copyItem(atPath: folder.path + "/good", toPath: folder.path + "/bad")
        let files = FileManager.default
        try files.removeItem(atPath: folder.path + "/bad/Train/1/11.bin")
        try write("bad/Train/2/99.bin", 50)
        try folder.write("bad/Train/2/notes.tmp", [1])
        try write("bad/Train/3/31.bin", 777)
        try folder.write("bad/Train/4/41.bin", Array(MadeFiles.bin(41).dropLast(3)))
        try folder.write("bad/Train/5/51.bin", [200, 0, 0, 0, 1])
        try folder.write("bad/Train/6/61.bin", MadeFiles.bin(61).suffix(10) + MadeFiles.bin(61).prefix(10))
        try folder.write("bad/Train/7/71.bin", [])
        try folder.write("bad/Train/8/81.bin", MadeFiles.bin(82))
        let report = try report("bad", manifest: manifest)
        #expect(report.damaged.map(\.path) == ["Train/4/41.bin", "Train/5/51.bin", "Train/6/61.bin", "Train/7/71.bin"])
        #expect(report.missing.map(\.path) == ["Train/1/11.bin"])
        #expect(Set(report.extra.map(\.path)) == ["Train/2/notes.tmp", "Train/2/99.bin"])
        #expect(Set(report.changed.map(\.path)).isSuperset(of: ["Train/3/31.bin", "Train/4/41.bin", "Train/8/81.bin"]))
        #expect(report.misplaced.map(\.path) == ["Train/8/82.bin"] && !report.isSound)
        // Without a manifest what can be known without one.
        let blind = try self.report("bad")
        #expect(blind.damaged == report.damaged && blind.missing.isEmpty && blind.changed.isEmpty)
        #expect(blind.extra.map(\.path) == ["Train/2/notes.tmp"])
    }

    @Test func aRunsManifestNamesItsSplit() throws {
        var options = DataOptions(
            set: "nmnist", timeStepCount: 2, size: 34, recordingsPerClass: 1, needsImages: false, batchSize: 4)
        options.folder = folder.path + "/good"
        let contents = try folder.open("nmnist", "good")
        let prepared = try PreparedDataSet(options, contents: contents, isSimulated: false)
        let manifest = try Manifest(of: prepared, contents: contents)
        let splits = Dictionary(grouping: manifest.entries, by: \.split).mapValues(\.count)
        #expect(splits == ["training": 10, "validation": 10, "test": 10] && manifest.seed == options.seed)
        #expect(try report("good", manifest: manifest).isSound, "recordings that a run left out are not extra")
        try write("good/Test/0/1.bin", 5)
        #expect(try report("good", manifest: manifest).changed.map(\.path) == ["Test/0/1.bin"])
    }

    /// In the same words.
    @Test func whatTrainingRefusesIsSaid() throws {
        for (name, number) in [("ant", 1), ("bee", 2)] {
            for file in 0..<2 { try folder.write("two/\(name)/r\(file).bin", MadeFiles.bin(10 * number + file)) }
        }
        let set = try DataSetCatalogue.dataSet("folders")
        let two = try DataSetVerification.run(set, try folder.open("folders", "two"))
        #expect(two.isSound && two.refusal?.contains("0 test recordings") == true, "\(two)")
        for (name, number) in [("ant", 1), ("bee", 2)] {
            for file in 2..<8 { try folder.write("two/\(name)/r\(file).bin", MadeFiles.bin(10 * number + file)) }
        }
        #expect(try DataSetVerification.run(set, try folder.open("folders", "two")).refusal == nil)
        try folder.write("pictures/cat/1.png", MadeFiles.png(1))
        try folder.write("pictures/dog/1.png", MadeFiles.png(2))
        let contents = try folder.open("folders", "two", images: "pictures")
        let unpaired = try DataSetVerification.run(set, contents)
        #expect(unpaired.refusal?.contains("no static image of class 'ant'") == true, "\(unpaired)")
        #expect(throws: DataSetError.self) { try SampleChoice(DataOptions(set: "folders"), of: contents) }
    }

    /// One event far from all others makes the sensor larger than it is.
    @Test func anEventFarFromAllOthersIsNoted() throws {
        for number in 0..<12 {
            var events = (0..<200).map { (index: Int) -> Event in
                Event(
                    timestamp: Int64(index * 500 + number), x: UInt16(index * 7 % 34), y: UInt16(index * 5 % 34),
                    polarity: UInt8(index / 3 % 2))
            }
            if number == 3 { (events[77].x, events[77].y) = (600, 400) }
            let sensor = SensorSize(width: 34, height: 34)
            try folder.write("far/\(number % 2)/r\(number).npy", try Npy().encode(events, sensor: sensor))
        }
        let set = try DataSetCatalogue.dataSet("folders")
        let report = try DataSetVerification.run(set, try folder.open("folders", "far"))
        #expect(report.noted.map(\.path) == ["1/r3.npy"] && report.isSound, "\(report.noted)")
        #expect(report.noted.first?.problem.contains("event 77 at x = 600, y = 400") == true)
    }

    @Test func onlyManifestsAreRead() throws {
        try folder.write("no.json", Array("{}".utf8))
        #expect { try Manifest.read(folder.path + "/no.json") } throws: { "\($0)".contains("no manifest") }
    }

    /// The sample of real recordings is sound, and damage to a copy is found.
    @Test(.enabled(if: Fixtures.hasData, Comment(rawValue: Fixtures.dataAbsence))) func realRecordings() throws {
        let contents = try NMnistDataSet().open(DataFolders(recordings: Fixtures.data.path, environment: [:]))
        // Images take longer than they tell.
        let report = try DataSetVerification.run(NMnistDataSet(), WithoutImages(base: contents))
        #expect(report.isSound && report.recordings == 1100 && !report.isComplete)
    }

    private struct WithoutImages: DataSetContents {
        let base: any DataSetContents
        let images: [ImageDescription] = []
        var classNames: [String] { base.classNames }
        var sensor: SensorSize? { base.sensor }
        var recordings: [RecordingDescription] { base.recordings }
        var folder: String? { base.folder }
        func file(of recording: Int) -> String? { base.file(of: recording) }
        func recording(at index: Int) throws(DataSetError) -> EventRecording { try base.recording(at: index) }
        func image(at index: Int) throws(DataSetError) -> StaticImage { try base.image(at: index) }
    }
}
