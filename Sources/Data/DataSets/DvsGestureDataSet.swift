import FileFormats
import Foundation

/// DVS128 Gesture (Amir et al. 2017): 29 people, 11 gestures, three kinds of light. Events only.
///
///     DvsGesture/user01_fluorescent.aedat            AEDAT 3.1, all gestures one after another
///     DvsGesture/user01_fluorescent_labels.csv       class 1…11, start and end in µs
///     DvsGesture/trials_to_train.txt, trials_to_test.txt
///
/// A recording is start ≤ t < end of one row.
public struct DvsGestureDataSet: DataSet {
    public init() {}

    public var name: String { "dvs-gesture" }
    public var title: String { "DVS128 Gesture" }
    public var license: String { "CC BY 4.0 (Amir et al. 2017, IBM Research)" }
    public var isSimulated: Bool { false }

    static let sensor = SensorSize(width: 128, height: 128)

    static let classNames = [
        "hand_clapping", "right_hand_wave", "left_hand_wave", "right_arm_clockwise", "right_arm_counter_clockwise",
        "left_arm_clockwise", "left_arm_counter_clockwise", "arm_roll", "air_drums", "air_guitar", "other_gestures",
    ]

    static let lists: [PublishedPart: String] = [.training: "trials_to_train.txt", .test: "trials_to_test.txt"]

    static let recordings = FolderSearch(
        dataSet: "DVS128 Gesture", what: "the folder of recordings",
        names: [
            "DvsGesture", "DVSGesture/DvsGesture", "DVS128Gesture/DvsGesture", "DVS128Gesture", "DVSGesture",
            "extract/DvsGesture", "DVS128Gesture/extract/DvsGesture",
        ],
        layout:
            "user01_fluorescent.aedat, user01_fluorescent_labels.csv …, trials_to_train.txt and trials_to_test.txt; "
            + "about 3 GB",
        source: "https://ibm.ent.box.com/s/3hiq58ww1pbbjrinh367ykfdf60xsfm8 (DvsGesture.tar.gz)"
    ) { place in lists.values.allSatisfy { DataFolders.exists(place + "/" + $0) } || isTonic(place) }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        FolderSearch.presence(of: Self.recordings, images: nil, in: folders)
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let folder = try Self.recordings.recordings(folders)
        let missing = DataSetError.incomplete(
            dataSet: title, folder: folder, found: "events only: it has no static images",
            expected: "a strategy without images", advice: "train with sliding.strategy=events-only")
        if Self.isTonic(folder) { return try Self.openTonic(folder, missingImages: missing) }
        var listed: [(description: RecordingDescription, path: String, span: Range<Int64>)] = []
        for part in PublishedPart.allCases {
            var ofPart: [(description: RecordingDescription, path: String, span: Range<Int64>)] = []
            for line in try Self.lines(folder + "/" + (Self.lists[part] ?? "")) {
                let file = line.text.trimmingCharacters(in: .whitespaces)
                let stem = ClassFolders.stem(of: file)
                var seen: [Int: Int] = [:]
                let table = "\(folder)/\(stem)_labels.csv"
                for row in try Self.lines(table).dropFirst() {
                    let numbers = row.text.split(separator: ",").map {
                        Int64($0.trimmingCharacters(in: .whitespaces))
                    }
                    guard numbers.count == 3, let label = numbers[0], let start = numbers[1], let end = numbers[2],
                        (1...11).contains(label), start <= end
                    else {
                        throw .file(
                            .damaged(
                                path: table, offset: 0, found: "'\(row.text.prefix(80))' in line \(row.number)",
                                expected: "class 1…11, start and end in µs", advice: "copy the file again"))
                    }
                    let classIndex = Int(label) - 1
                    let name = "\(Self.classNames[classIndex])/\(stem)_\(seen[classIndex, default: 0])"
                    seen[classIndex, default: 0] += 1
                    ofPart.append(
                        (
                            RecordingDescription(name: name, classIndex: classIndex, part: part), folder + "/" + file,
                            start..<end
                        ))
                }
            }
            listed += ofPart.sorted {
                ($0.description.classIndex, $0.description.name) < ($1.description.classIndex, $1.description.name)
            }
        }
        let (files, spans, paths) = (DecodedFiles(capacity: 2), listed.map(\.span), listed.map(\.path))
        return ListedContents(
            classNames: Self.classNames, sensor: Self.sensor, recordings: listed.map(\.description), folder: folder,
            paths: paths, pool: nil,
            missingImages: missing
        ) { index throws(DataSetError) in
            // Some files hold events out of order: all are looked at.
            EventRecording(
                try files.read(paths[index], sensor: Self.sensor).events.filter {
                    spans[index].contains($0.timestamp)
                }, sensor: Self.sensor)
        }
    }

    private static func lines(_ path: String) throws(DataSetError) -> [(number: Int, text: String)] {
        do throws(FileFormatError) {
            return String(decoding: try FileBytes.read(path), as: UTF8.self).split(whereSeparator: \.isNewline)
                .enumerated().map { ($0 + 1, String($1)) }.filter { !$0.1.trimmingCharacters(in: .whitespaces).isEmpty }
        } catch {
            throw .file(error)
        }
    }
}
