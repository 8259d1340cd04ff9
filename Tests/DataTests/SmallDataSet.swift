import FileFormats
import Tensors

@testable import Data

/// A data set of a few events and pictures, made up from numbers.
struct SmallDataSet: DataSetContents {
    let classNames: [String]
    let sensor: SensorSize? = SensorSize(width: 12, height: 10)
    let recordings: [RecordingDescription]
    let images: [ImageDescription]

    /// Training recording k of a class shows image k of it; test recordings show the images after those.
    init(classes: [String] = ["a", "b", "c"], training: Int = 12, test: Int = 5, imageClasses: [String]? = nil) {
        classNames = classes
        var recordings: [RecordingDescription] = []
        for part in PublishedPart.allCases {
            for label in classes.indices {
                for number in 0..<(part == .training ? training : test) {
                    let image = part == .training ? number : training + number
                    recordings.append(
                        RecordingDescription(
                            name: "\(part)/\(classes[label])/\(number)", classIndex: label, part: part,
                            source: SourceImage(collection: classes[label], index: image)))
                }
            }
        }
        self.recordings = recordings
        images = (imageClasses ?? classes).flatMap { name in
            (0..<training + test).map {
                ImageDescription(className: name, source: SourceImage(collection: name, index: $0))
            }
        }
    }

    func recording(at index: Int) throws(DataSetError) -> EventRecording {
        var random = RandomSource(seed: 3).split("recording", index)
        let events = (0..<200).map { number in
            Event(
                timestamp: Int64(number * 10), x: UInt16(random.below(12)), y: UInt16(random.below(10)),
                polarity: UInt8(random.below(2)))
        }
        return EventRecording(events, sensor: sensor)
    }

    func image(at index: Int) throws(DataSetError) -> StaticImage {
        StaticImage(
            width: 6, height: 5, pixels: (0..<30).map { UInt8(truncatingIfNeeded: $0 * 7 + index * 31) })
    }

    static func options(_ change: (inout DataOptions) -> Void = { _ in }) -> DataOptions {
        var options = DataOptions(
            set: "small", timeStepCount: 3, size: 24, validationShare: 0.25, seed: 5, batchSize: 8)
        change(&options)
        return options
    }

    static func prepared(_ change: (inout DataOptions) -> Void = { _ in }) throws -> PreparedDataSet {
        try PreparedDataSet(options(change), contents: SmallDataSet(), isSimulated: false)
    }
}

/// Everything a batch holds.
struct BatchValues: Hashable {
    let count: Int
    let labels: [Int]
    let recordings: [Int]
    let images: [Int]
    let frames: [Float]
    let pictures: [Float]

    init(_ batch: Batch) {
        (count, labels, recordings) = (batch.count, batch.labels, batch.recordingIndices)
        (images, frames, pictures) = (batch.imageIndices, batch.eventFrames.values, batch.images.values)
    }
}
