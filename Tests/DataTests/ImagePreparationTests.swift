import Tensors
import Testing

@testable import Data

/// Switches of how static images and training recordings are prepared and drawn.
@Suite struct ImagePreparationTests {
    private static func batch(_ change: (inout DataOptions) -> Void) throws -> Batch {
        let prepared = try SmallDataSet.prepared(change)
        let batch = prepared.makeBatch()
        prepared.trainingBatch(epoch: 0, index: 0, options: AugmentationOptions(), into: batch)
        return batch
    }

    @Test func mnistsNormalizationIsTheReferences() throws {
        let plain = try Self.batch { _ in }
        let normalized = try Self.batch { $0.imageNormalization = .mnist }
        #expect(plain.imageIndices == normalized.imageIndices)
        for (before, after) in zip(plain.images.values, normalized.images.values) {
            #expect(abs((before - 0.1307) / 0.3081 - after) < 1e-6)
        }
    }

    /// Of a picture in colors the channel first and the size first are different things, V being no linear one.
    @Test func theChannelBeforeTheSizeIsAnother() throws {
        let contents = ColoredPictures()
        func pixels(_ isFirst: Bool, _ channel: ImageChannel, size: Int) throws -> [Float] {
            var options = SmallDataSet.options { $0.referenceChannelFirst = isFirst }
            (options.imageChannel, options.size) = (channel, size)
            let pool = try ImagePool([[0]], of: contents, options)
            var values = [Float](repeating: 0, count: size * size * 2)
            values.withUnsafeMutableBufferPointer { pool.write(0, into: $0.baseAddress!) }
            return values
        }
        let (first, last) = (try pixels(true, .value, size: 2), try pixels(false, .value, size: 2))
        // Red and blue columns next to each other: V is 1 in both, their mean is not.
        #expect(first.allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(last.allSatisfy { $0 < 0.6 })
        // Without resizing and for a linear channel there is no difference but rounding.
        #expect(try pixels(true, .value, size: 4) == pixels(false, .value, size: 4))
        for (a, b) in zip(try pixels(true, .blue, size: 3), try pixels(false, .blue, size: 3)) {
            #expect(abs(a - b) <= 1.01 / 255)
        }
    }

    @Test func weightedSamplingDrawsEveryClassEquallyOften() throws {
        let contents = UnevenClasses()
        let options = SmallDataSet.options {
            ($0.sampling, $0.needsImages, $0.batchSize, $0.validationShare) = (.weighted, false, 20, 0)
        }
        let prepared = try PreparedDataSet(options, contents: contents, isSimulated: false)
        let batch = prepared.makeBatch()
        var (counts, recordings) = ([0, 0], [Int: Int]())
        for epoch in 0..<40 {
            for index in 0..<prepared.batchesPerEpoch {
                prepared.trainingBatch(epoch: epoch, index: index, options: AugmentationOptions(), into: batch)
                for label in batch.labels { counts[label] += 1 }
                for recording in batch.recordingIndices { recordings[recording, default: 0] += 1 }
            }
        }
        let total = counts[0] + counts[1]
        // 40 recordings of one class and 4 of the other; half of the draws each, within four deviations.
        #expect(abs(Double(counts[0]) - Double(total) / 2) < 2 * Double(total).squareRoot())
        #expect(recordings.count == 44)
        // The same place gives the same samples, whatever was asked for before.
        prepared.trainingBatch(epoch: 3, index: 1, options: AugmentationOptions(), into: batch)
        let once = batch.recordingIndices
        prepared.trainingBatch(epoch: 0, index: 0, options: AugmentationOptions(), into: batch)
        prepared.trainingBatch(epoch: 3, index: 1, options: AugmentationOptions(), into: batch)
        #expect(batch.recordingIndices == once)
    }
}

/// One picture of red and blue columns, 4×4.
struct ColoredPictures: DataSetContents {
    let classNames = ["a"]
    let sensor: SensorSize? = nil
    let recordings: [RecordingDescription] = []
    let images = [ImageDescription(className: "a", source: nil)]

    func recording(at index: Int) throws(DataSetError) -> EventRecording { EventRecording([], sensor: nil) }
    func image(at index: Int) throws(DataSetError) -> StaticImage {
        StaticImage(
            width: 4, height: 4, channelCount: 3,
            pixels: (0..<16).flatMap { $0 % 2 == 0 ? [255, 0, 0] : [0, 0, 255] as [UInt8] })
    }
}

/// 40 training recordings of one class, 4 of another.
private struct UnevenClasses: DataSetContents {
    let classNames = ["many", "few"]
    let sensor: SensorSize? = SensorSize(width: 12, height: 10)
    let images: [ImageDescription] = []
    let recordings: [RecordingDescription] =
        (0..<44).map { RecordingDescription(name: "r\($0)", classIndex: $0 < 40 ? 0 : 1, part: .training) }
        + (0..<2).map { RecordingDescription(name: "t\($0)", classIndex: $0, part: .test) }

    func recording(at index: Int) throws(DataSetError) -> EventRecording {
        EventRecording([Event(timestamp: 0, x: 1, y: 1, polarity: 1)], sensor: sensor)
    }
    func image(at index: Int) throws(DataSetError) -> StaticImage { StaticImage(width: 1, height: 1, pixels: [0]) }
}
