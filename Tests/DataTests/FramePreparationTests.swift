import FileFormats
import Testing

@testable import Data

/// What event frames hold, and how they come to the network's size.
@Suite struct FramePreparationTests {
    private func batch(_ preparation: FramePreparation, crop: Bool = false) throws -> Batch {
        let data = try SmallDataSet.prepared { $0.preparation = preparation }
        let batch = data.makeBatch()
        data.trainingBatch(epoch: 0, index: 0, options: AugmentationOptions(crop: crop), into: batch)
        return batch
    }

    @Test func frequencyFramesFillTheRangeAndShrinkNothingElse() throws {
        let counts = try SmallDataSet.prepared { $0.size = 12 }
        let scaled = try SmallDataSet.prepared {
            $0.size = 12
            $0.preparation.values = .frequency
        }
        let (before, after) = (counts.makeBatch(), scaled.makeBatch())
        counts.evaluationBatch(split: .test, index: 0, into: before)
        scaled.evaluationBatch(split: .test, index: 0, into: after)
        #expect(after.eventFrames.values.allSatisfy { (0...1).contains($0) })
        #expect(after.eventFrames.values.contains { $0 > 0.9 } && after.images.values == before.images.values)
        // Zero stays zero, and what is more stays more.
        #expect(zip(before.eventFrames.values, after.eventFrames.values).allSatisfy { ($0 > 0) == ($1 > 0) })
    }

    /// Frames of one sample, [T, H, W, 2], from a formula.
    private func resized(
        _ width: Int, _ height: Int, to size: Int,
        _ value: (_ x: Int, _ y: Int, _ polarity: Int) -> Float
    ) -> [Float] {
        var source = (0..<2 * width * height * 2).map { index in
            let rest = index % (width * height * 2)
            return value(rest / 2 % width, rest / 2 / width, rest % 2)
        }
        var target = [Float](repeating: .nan, count: 2 * size * size * 2)
        source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let into = target.baseAddress else { return }
                AntialiasedFrameResizer().place(
                    FramesInPlace(
                        timeStepCount: 2, height: height, width: width, base: from, stride: width * height * 2),
                    occupied: nil,
                    into: FramesInPlace(
                        timeStepCount: 2, height: size, width: size, base: into, stride: size * size * 2))
            }
        }
        return target
    }

    @Test func everyPixelCountsWhenFramesShrink() {
        // One event away from the margin keeps its weight: the area of a source pixel.
        for (x, y) in [(9, 10), (8, 13), (14, 15), (12, 9)] {
            let found = resized(24, 24, to: 6) { $0 == x && $1 == y && $2 == 1 ? 16 : 0 }
            #expect(abs(found.prefix(72).reduce(0, +) - 1) < 1e-5)
            #expect(found[..<72] == found[72...])
            #expect(found.indices.allSatisfy { $0 % 2 == 1 || found[$0] == 0 }, "polarities have been mixed")
        }
        // A constant stays what it is, up and down.
        for size in [5, 9, 30] {
            let found = resized(13, 9, to: size) { _, _, _ in 2.5 }
            #expect(found.allSatisfy { abs($0 - 2.5) < 1e-5 })
        }
    }

    /// The same filter as that of static images, which agrees with the reference's bit for bit.
    @Test(arguments: [7, 13, 20]) func itIsTheFilterOfStaticImages(size: Int) {
        let pixels = (0..<17 * 19).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 11) }
        let picture = AntialiasedResize.resize(
            StaticImage(width: 17, height: 19, pixels: pixels), width: size, height: size)
        let own = resized(17, 19, to: size) { x, y, _ in Float(pixels[y * 17 + x]) }
        for pixel in 0..<size * size { #expect(abs(own[2 * pixel] - Float(picture.pixels[pixel])) <= 1.01) }
    }

    @Test func resizesDifferAndCropMovesBoth() throws {
        let (corners, filtered) = (
            try batch(FramePreparation()), try batch(FramePreparation(resize: .antialiased))
        )
        #expect(corners.eventFrames.values != filtered.eventFrames.values)
        let moved = try batch(FramePreparation(resize: .antialiased), crop: true)
        // The same pixels at other places, but for those that were pushed out.
        let (still, shifted) = (Set(filtered.eventFrames.values), Set(moved.eventFrames.values))
        #expect(shifted.isSubset(of: still.union([0])) && moved.eventFrames.values != filtered.eventFrames.values)
    }

    @Test func aSingleRecordingIsPreparedAlike() throws {
        let preparation = FramePreparation(values: .frequency, resize: .antialiased)
        let options = SmallDataSet.options { $0.preparation = preparation }
        let data = try PreparedDataSet(options, contents: SmallDataSet(), isSimulated: false)
        let batch = data.makeBatch()
        data.evaluationBatch(split: .test, index: 0, into: batch)
        let single = try PreparedDataSet.single(
            recording: batch.recordingIndices[0], options: options, contents: SmallDataSet())
        let plane = batch.size * batch.size * 2
        for timeStep in 0..<batch.timeStepCount {
            let start = timeStep * batch.capacity * plane
            #expect(
                batch.eventFrames.values[start..<start + plane]
                    == single.eventFrames.values[timeStep * plane..<(timeStep + 1) * plane])
        }
    }
}
