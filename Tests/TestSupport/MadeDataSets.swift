import FileFormats
import Foundation
import Testing

/// Small data sets in the layouts and file formats of published ones, written by our own writers: a bar moves along a line
/// that the class determines.
public struct MadeDataSet: Sendable, CustomTestStringConvertible {
    /// In `DataSetCatalogue`.
    public let name: String
    /// Recordings that are for training and for the test.
    public let training: Int
    public let test: Int
    /// Of all images, also those that no recording pairs with.
    public let images: Int
    /// What `--set` has to say besides the name.
    public let settings: [String]
    /// Writes its files below a folder.
    public let write: @Sendable (URL) throws -> Void

    public var testDescription: String { name }

    public static let all = [nOmniglot, dvsGesture, cifar10Dvs, cepDvs, esImageNet, frames, folders]

    /// Two characters, 20 drawers of each in one AEDAT 4 file, LZ4 as the recorder packs it.
    static let nOmniglot = MadeDataSet(
        name: "nomniglot", training: 30, test: 10, images: 40,
        settings: ["data.slicing=spikingjelly-time", "data.values=frequency", "data.resize=antialiased"]
    ) { folder in
        for character in 1...2 {
            let name = "Greek/character0\(character)"
            let place = folder.appendingPathComponent("N-Omniglot/dvs_background/\(name)")
            var (events, rows): ([Event], [String]) = ([], ["index,start,end"])
            // Times of a recorder: µs since 1970.
            let epoch: Int64 = 1_600_000_000_000_000
            for drawer in 0..<20 {
                let begin = epoch + Int64(drawer) * 1_000_000
                let own = bar(character * 20 + drawer, row: 60 + 60 * character, left: 70, from: begin)
                events += own
                rows.append("\(drawer),\(own[0].timestamp),\(own[own.count - 1].timestamp)")
            }
            try file(events, "aedat4", "LZ4", SensorSize(width: 346, height: 260), "\(place.path)/dvs_recording.aedat4")
            try put(Array(rows.joined(separator: "\n").utf8), "\(place.path)/000\(character).csv")
            for drawer in 1...20 {
                let picture = String(format: "images_background/%@/000%d_%02d.png", name, character, drawer)
                try put(try png(character * 20 + drawer), folder.path + "/Omniglot/" + picture)
            }
        }
    }

    /// Three people, gestures one after another in an AEDAT 3.1 file each, with a row in no order.
    static let dvsGesture = MadeDataSet(
        name: "dvs-gesture", training: 8, test: 4, images: 0, settings: ["sliding.strategy=events-only"]
    ) { folder in
        let place = folder.path + "/DvsGesture"
        for user in 1...3 {
            var (events, rows): ([Event], [String]) = ([], ["class,startTime_usec,endTime_usec"])
            for gesture in [2, 1, 11, 5] {
                let begin = Int64(gesture) * 2_000_000
                events += bar(user * 12 + gesture, row: 8 * gesture, left: 20, from: begin)
                rows.append("\(gesture),\(begin),\(begin + 900_000)")
            }
            let stem = "user0\(user)_led"
            try file(events, "aedat3", nil, SensorSize(width: 128, height: 128), "\(place)/\(stem).aedat")
            try put(Array(rows.joined(separator: "\r\n").utf8), "\(place)/\(stem)_labels.csv")
        }
        try put(Array("user01_led.aedat\nuser02_led.aedat\n".utf8), place + "/trials_to_train.txt")
        try put(Array("user03_led.aedat\n".utf8), place + "/trials_to_test.txt")
    }

    /// Ten AEDAT 2.0 files a class, and CIFAR-10's binary files.
    static let cifar10Dvs = MadeDataSet(
        name: "cifar10-dvs", training: 90, test: 10, images: 40, settings: ["data.recordings_per_class=3"]
    ) { folder in
        let names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        for (label, name) in names.enumerated() {
            for number in 0..<10 {
                try file(
                    bar(label * 10 + number, row: 10 + 11 * label, left: 4, from: 0), "aedat2", nil,
                    SensorSize(width: 128, height: 128),
                    "\(folder.path)/CIFAR10DVS/\(name)/cifar10_\(name)_\(number).aedat")
            }
        }
        let pictures = (0..<40).flatMap { [UInt8($0 % 10)] + [UInt8](repeating: UInt8($0 * 6), count: 3072) }
        try put(pictures, folder.path + "/cifar-10-batches-bin/data_batch_1.bin")
    }

    /// Numbered MATLAB files of all versions in two of the classes, and the pictures behind them.
    static let cepDvs = MadeDataSet(
        name: "cep-dvs", training: 10, test: 4, images: 20, settings: ["data.validation_share=0"]
    ) { folder in
        let rows = ["path"] + (0..<20).map { "img \($0) of class \($0 < 10 ? "fish" : "trees") x" }
        try put(Array(rows.joined(separator: "\n").utf8), folder.path + "/CEP-DVS/pathFile.csv")
        for number in 0..<20 {
            try file(
                bar(number, row: number < 10 ? 30 : 90, left: 3, from: 1000), "mat",
                ["version 7", "version 5", "version 4"][number % 3], SensorSize(width: 346, height: 260),
                "\(folder.path)/CEP-DVS/data/MAT/img/\(number).mat")
            try put(try png(number), "\(folder.path)/CEP-DVS/data/img/\(number).png")
        }
    }

    /// ON and OFF events as int16 rows x, y, t of 1…8, the lists of labels with the size of each picture, and the pictures.
    static let esImageNet = MadeDataSet(
        name: "es-imagenet", training: 12, test: 4, images: 12,
        settings: ["data.time_steps=8", "data.slicing=spikingjelly-time"]
    ) { folder in
        let root = folder.path + "/ES-imagenet"
        let classes = ["n01440764", "n01443537"]
        for (part, count) in [("train", 6), ("val", 2)] {
            var rows: [String] = []
            for (label, name) in classes.enumerated() {
                for number in 1...count {
                    let stem =
                        part == "train"
                        ? "\(name)_\(number)" : String(format: "ILSVRC2012_val_%08d", label * count + number)
                    rows.append("\(stem).JPEG \(label) 200 240")
                    var rowsOf: [[Int16]] = [[], []]
                    let seed = label * 10 + number + (part == "val" ? 50 : 0)
                    for event in bar(seed, row: 40 + 90 * label, left: 30, from: 0) {
                        rowsOf[Int(event.polarity)] += [
                            Int16(event.y), Int16(event.x), Int16(1 + event.timestamp * 8 / 1_000_000),
                        ]
                    }
                    func array(_ name: String, _ numbers: [Int16]) -> (String, [Int], NpzWriter.Numbers) {
                        (name, [numbers.count / 3, 3], .int16(numbers))
                    }
                    let path = "\(root)/\(part)/\(stem).npz"
                    try put(
                        try NpzWriter.encode([array("pos", rowsOf[1]), array("neg", rowsOf[0])], path: path), path)
                    if part == "train" {
                        try put(try png(label * 20 + number), "\(folder.path)/ImageNet/train/\(name)/\(stem).JPEG")
                    }
                }
            }
            try put(Array((rows.joined(separator: "\n") + "\n").utf8), "\(root)/\(part)label.txt")
        }
    }

    /// Frames of two time steps as SpikingJelly keeps them.
    static let frames = MadeDataSet(
        name: "frames", training: 8, test: 4, images: 0, settings: ["sliding.strategy=events-only"]
    ) { folder in
        for (part, count) in [("train", 4), ("test", 2)] {
            for (label, name) in ["0", "1"].enumerated() {
                for number in 0..<count {
                    var counts = [Int16](repeating: 0, count: 2 * 2 * 20 * 24)
                    for event in bar(label * 8 + number + count, row: 2 + 8 * label, left: 0, from: 0) {
                        let step = Int(event.timestamp / 500_000)
                        counts[
                            ((min(step, 1) * 2 + Int(event.polarity)) * 20 + Int(event.y)) * 24 + Int(event.x) % 24] +=
                            1
                    }
                    let path = "\(folder.path)/frames_number_2_split_by_time/\(part)/\(name)/\(number).npz"
                    try put(try NpzWriter.encode([("frames", [2, 2, 20, 24], .int16(counts))], path: path), path)
                }
            }
        }
    }

    /// One recording of every format and layout in each class.
    static let folders = MadeDataSet(name: "folders", training: 0, test: 0, images: 6, settings: []) { folder in
        for (label, name) in ["cat", "dog"].enumerated() {
            for (number, layout) in layouts.enumerated() {
                try file(
                    bar(label * 40 + number, row: 20 + 60 * label, left: 10, from: 0), layout.format.name,
                    layout.variant, SensorSize(width: 128, height: 128),
                    "\(folder.path)/mine/\(name)/\(number)\(layout.format.endings[0])")
            }
            for number in 0..<3 {
                try put(try png(label * 3 + number), "\(folder.path)/pictures/\(name)/\(number).png")
            }
        }
    }

    public static let layouts: [(format: any EventFormat, variant: String)] =
        EventFormatCatalogue.all.flatMap { format in format.variants.map { (format, $0) } }

    /// 120 events in 0.98 s; the number makes them differ, also where times are cut into eight.
    private static func bar(_ number: Int, row: Int, left: Int, from begin: Int64) -> [Event] {
        (0..<120).map { index in
            Event(
                timestamp: begin + Int64(index * 8200 + number), x: UInt16(left + index / 2 % 40 + index % 3),
                y: UInt16(row + (index * (3 + number / 4) + number) % 7), polarity: UInt8(index % 2))
        }
    }

    private static func file(
        _ events: [Event], _ format: String, _ variant: String?, _ sensor: SensorSize, _ path: String
    ) throws {
        guard let format = EventFormatCatalogue.all.first(where: { $0.name == format }) else { return }
        try put(try format.encode(events, sensor: sensor, variant: variant ?? format.variants[0]), path)
    }

    private static func png(_ number: Int) throws -> [UInt8] {
        let pixels = (0..<6 * 5 * 3).map { UInt8(truncatingIfNeeded: $0 * 3 + number * 5) }
        return try PngWriter.encode(width: 6, height: 5, pixels: pixels, path: "made.png")
    }

    private static func put(_ bytes: [UInt8], _ path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
}
