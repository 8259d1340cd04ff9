import FileFormats
import Foundation
import Testing

@testable import Data

/// Each data set in a small folder of its layout.
@Suite struct LayoutTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func names(_ contents: any DataSetContents, _ part: PublishedPart) -> [String] {
        contents.recordings.filter { $0.part == part }.map(\.name)
    }

    @Test func nCaltech101() throws {
        for (className, count) in [("BACKGROUND_Google", 2), ("airplanes", 11), ("yin_yang", 10)] {
            for number in 1...count {
                let name = String(format: "image_%04d", number)
                try folder.write("N-Caltech101/\(className)/\(name).bin", MadeFiles.bin(number, left: 20, top: 9))
                try folder.write("101_ObjectCategories/\(className)/\(name).jpg", MadeFiles.png(UInt8(number)))
            }
        }
        try folder.write("101_ObjectCategories/Faces/image_0001.jpg", MadeFiles.png(1))
        let contents = try folder.open("ncaltech101")
        #expect(contents.classNames == ["BACKGROUND_Google", "airplanes", "yin_yang"], "capitals come first")
        // 0.9 · 11 = 9.9 → 10 for training; 0.9 · 2 = 1.8 → 2, none for the test.
        #expect(names(contents, .test) == ["airplanes/image_0011", "yin_yang/image_0010"])
        #expect(names(contents, .training).count == 21)
        let recording = try contents.recording(at: 0)
        #expect(recording.events.map(\.x).min() == 0 && recording.events.map(\.y).min() == 0)
        #expect(recording.sensor == SensorSize(width: 6, height: 5))
        #expect(!contents.images.contains { $0.className == "Faces" })
        let choice = try SampleChoice(
            DataOptions(set: "ncaltech101", validationShare: 0), of: contents)
        #expect(choice.images.map(\.count) == [2, 10, 9], "pictures behind test recordings are drawn")
        var reference = DataOptions(set: "ncaltech101", validationShare: 0)
        reference.referenceImagePool = true
        #expect(try SampleChoice(reference, of: contents).images.map(\.count) == [2, 11, 10], "one too many")
        for (recording, description) in contents.recordings.enumerated() {
            let behind = contents.images.firstIndex { $0.source == description.source }
            let image = try contents.image(at: try #require(behind))
            #expect(Int(image.pixels[0]) == description.source?.index, "recording \(recording)")
        }
    }

    @Test func cifar10Dvs() throws {
        guard EventFormatCatalogue.all.contains(where: { $0.name == "aedat2" }) else { return }
        // One event: b = 3, a = 2, q = 0 at 5 µs.
        let record: [UInt8] = [0, 0, 3, 4, 0, 0, 0, 5]
        let file = Array("#!AER-DAT2.0\r\n".utf8) + record
        for name in CifarImages.names {
            for number in 0..<10 { try folder.write("CIFAR10DVS/\(name)/cifar10_\(name)_\(number).aedat", file) }
        }
        try folder.write("cifar-10-batches-bin/data_batch_1.bin", MadeFiles.cifar([0, 1, 2, 0, 0]))
        let contents = try folder.open("cifar10-dvs")
        #expect(contents.recordings.count == 100 && contents.images.count == 5)
        #expect(names(contents, .test).first == "airplane/cifar10_airplane_9")
        let event = try #require(try contents.recording(at: 3).events.first)
        #expect((event.x, event.y, event.polarity) == (124, 125, 1))
        #expect(try Array(contents.image(at: 3).pixels.prefix(3)) == [3, 100, 200])
        #expect(contents.referencePool(ofClass: 1) == [3], "row 1 of the sorted list is an airplane")
    }

    @Test func cepDvs() throws {
        // Classes in blocks, ten numbers each; numbers are not padded, so that text order is another.
        let rows = (0..<20).map { "a b c d \($0 < 10 ? "fish" : "trees") e" }
        try folder.write("CEP-DVS/pathFile.csv", Array((["path"] + rows).joined(separator: "\n").utf8))
        for number in 0..<20 {
            // Told by content, whatever their names.
            try folder.write("CEP-DVS/data/MAT/img/\(number).mat", [])
            try folder.write("CEP-DVS/data/img/\(number).png", MadeFiles.png(UInt8(number)))
        }
        let contents = try folder.open("cep-dvs")
        #expect(names(contents, .training).count == 10 && names(contents, .test).count == 4)
        #expect(names(contents, .test).first == "fish/5" && names(contents, .spare).count == 6)
        for (index, description) in contents.images.enumerated() {
            #expect(try Int(contents.image(at: index).pixels[0]) == description.source?.index)
        }
        var options = DataOptions(set: "cep-dvs", validationShare: 0)
        options.imageFolder = ""
        // Classes without recordings need no images.
        let choice = try SampleChoice(options, of: contents)
        #expect(choice.images[1].count == 8 && choice.images[0].isEmpty, "two of ten are behind test recordings")
        options.trainingShare = 0.4
        #expect(try SampleChoice(options, of: contents).test == choice.test, "the test part moves")
        options.referenceMovingTest = true
        let moved = try SampleChoice(options, of: contents)
        #expect(moved.training.count == 4 && moved.test.map { contents.recordings[$0].name }.first == "fish/2")
        #expect(contents.referencePool(ofClass: 1) == [0, 1, 2, 3, 4])
        #expect(contents.referencePool(ofClass: 17) == [5, 6, 7, 8, 9], "the wrong images: those of fish")
    }

    @Test func dvsGesture() throws {
        let place = "DvsGesture"
        try folder.write(place + "/trials_to_train.txt", Array("user01_led.bin\n\n".utf8))
        try folder.write(place + "/trials_to_test.txt", Array("user02_led.bin\n".utf8))
        for (user, number) in [("user01", 0), ("user02", 5)] {
            try folder.write("\(place)/\(user)_led.bin", MadeFiles.bin(number))
            let rows = ["class,startTime_usec,endTime_usec", "2,1000,3000", "1,0,1000", "2,3000,9000"]
            try folder.write("\(place)/\(user)_led_labels.csv", Array(rows.joined(separator: "\n").utf8))
        }
        let contents = try folder.open("dvs-gesture", place)
        #expect(
            names(contents, .training) == [
                "hand_clapping/user01_led_0", "right_hand_wave/user01_led_0", "right_hand_wave/user01_led_1",
            ])
        #expect(
            try contents.recordings.indices.map { try contents.recording(at: $0).events.count } == [1, 2, 3, 1, 2, 3])
        #expect(contents.missingImages != nil)
        try folder.write(place + "/user01_led_labels.csv", Array("class,s,e\n12,0,1".utf8))
        #expect { try folder.open("dvs-gesture", place) } throws: { "\($0)".contains("line 2") }
    }

    @Test func nOmniglot() throws {
        let place = "N-Omniglot/dvs_background/Greek/character01"
        // One file of 20 drawers, 10 ms each, in the corner of the window and outside of it.
        var events: [Event] = []
        for drawer in 0..<20 {
            for step in 0..<4 {
                let (time, x) = (Int64(drawer * 10_000 + step * 1000), UInt16(step == 3 ? 10 : 54 + step))
                events.append(Event(timestamp: time, x: x, y: 4, polarity: 1))
            }
        }
        try folder.write(place + "/recording01.bin", NeuromorphicBin.encode(events))
        let rows = ["n,start,end"] + (0..<20).map { "\($0),\($0 * 10_000),\($0 * 10_000 + 3000)" }
        try folder.write(place + "/0001.csv", Array(rows.joined(separator: "\n").utf8))
        for drawer in 1...20 {
            let name = String(format: "0001_%02d.png", drawer)
            try folder.write("Omniglot/images_background/Greek/character01/\(name)", MadeFiles.png(UInt8(drawer)))
        }
        let contents = try folder.open("nomniglot")
        #expect(contents.classNames == ["Greek/character01"])
        #expect(names(contents, .training).count == 15 && names(contents, .test).first == "Greek/character01/16")
        #expect(try contents.recording(at: 2).events.map { Int($0.timestamp) } == [20_000, 21_000, 22_000])
        #expect(try contents.recording(at: 2).events.map { Int($0.x) } == [0, 1, 2])
        let choice = try SampleChoice(DataOptions(set: "nomniglot", validationShare: 0), of: contents)
        #expect(choice.images.map(\.count) == [15], "drawings behind test recordings are drawn")
        try folder.write(place + "/0002.csv", [])
        #expect { try folder.open("nomniglot") } throws: { "\($0)".contains("2 .csv files") }
    }

    @Test func foldersOfAnything() throws {
        for part in ["train", "test"] {
            for (label, name) in ["cat", "dog"].enumerated() {
                for number in 0..<3 {
                    try folder.write("mine/\(part)/\(name)/\(number).bin", MadeFiles.bin(number + label))
                    try folder.write("pictures/\(name)/\(number).png", MadeFiles.png(UInt8(number)))
                }
            }
        }
        let contents = try folder.open("folders", "mine", images: "pictures")
        #expect(contents.classNames == ["cat", "dog"] && contents.images.count == 6)
        #expect(names(contents, .training).count == 6 && names(contents, .test).count == 6)
        let flat = try folder.open("folders", "mine/train", images: "pictures")
        #expect(names(flat, .training).count == 6, "0.9 · 3 = 2.7 → 3 for training")
        #expect { try folder.open("folders", "nowhere") } throws: { "\($0)".contains("train/ and test/") }
        #expect { try folder.open("folders", "mine", images: "mine") } throws: { "\($0)".contains("no images") }
        #expect(try folder.open("folders", "mine").missingImages != nil)
    }

    @Test func picturesOfEveryKind() throws {
        try folder.write("a.png", MadeFiles.png(77))
        let png = try ImageFile.read(folder.path + "/a.png")
        #expect(png == PixelImage(width: 2, height: 2, channelCount: 1, pixels: [77, 77, 77, 77]))
        let whole = MadeFiles.png(77)
        for length in stride(from: 0, to: whole.count - 12, by: 5) {
            #expect(throws: FileFormatError.self) { try ImageFile.decode(Array(whole.prefix(length)), path: "cut") }
        }
        for bytes: [UInt8] in [[], [0xFF, 0xD8, 0xFF], [0xFF, 0xD8, 0xFF, 0xE0, 0, 16], Array("GIF89a".utf8)] {
            #expect(throws: FileFormatError.self) { try ImageFile.decode(bytes, path: "none") }
        }
        #expect(throws: FileFormatError.self) {
            try folder.write("c.bin", Array(MadeFiles.cifar([1, 2]).dropLast()))
            _ = try Cifar.images(folder.path + "/c.bin")
        }
    }

    @Test func splitsDrawnAnewBySeed() throws {
        let contents = SmallDataSet()
        var options = SmallDataSet.options()
        options.split = .seeded
        options.testShare = 0.2
        let first = try SampleChoice(options, of: contents)
        #expect(first.test.count == 9, "3 of 17 a class")
        #expect(Set(first.test).isDisjoint(with: first.training + first.validation))
        options.seed += 1
        #expect(try SampleChoice(options, of: contents).test == first.test, "the run's seed moves the test part")
        options.trainingShare = 0.3
        #expect(try SampleChoice(options, of: contents).test == first.test, "the training share moves the test part")
        #expect(try SampleChoice(options, of: contents).training.count < first.training.count)
        options.splitSeed = 1
        #expect(try SampleChoice(options, of: contents).test != first.test)
        options.referenceMovingTest = true
        options.split = .published
        #expect { try SampleChoice(options, of: contents) } throws: { "\($0)".contains("CEP-DVS") }
        options.referenceMovingTest = false
        options.referenceImagePool = true
        #expect { try SampleChoice(options, of: contents) } throws: { "\($0)".contains("reference_image_pool") }
    }
}
