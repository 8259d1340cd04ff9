import Configuration
import Tensors
import Testing
import TestSupport

@testable import Data

@Suite struct BatchTests {
    private let plain = AugmentationOptions(crop: false, flip: false)

    @Test func aBatchDependsOnItsArgumentsAlone() throws {
        let (first, second) = (try SmallDataSet.prepared(), try SmallDataSet.prepared())
        let options = AugmentationOptions(crop: true, flip: true)
        let (fresh, used) = (first.makeBatch(), second.makeBatch())
        for (epoch, index) in [(4, 2), (0, 0), (1, 1)] {
            second.trainingBatch(epoch: epoch, index: index, options: options, into: used)
        }
        first.evaluationBatch(split: .test, index: 1, into: fresh)
        for (epoch, index) in [(0, 0), (0, 2), (3, 1), (0, 0)] {
            first.trainingBatch(epoch: epoch, index: index, options: options, into: fresh)
            second.trainingBatch(epoch: epoch, index: index, options: options, into: used)
            #expect(BatchValues(fresh) == BatchValues(used))
        }
        let values = BatchValues(fresh)
        first.trainingBatch(epoch: 1, index: 0, options: options, into: fresh)
        #expect(BatchValues(fresh) != values, "another epoch gives the same batch")
    }

    @Test func anEpochShowsARecordingAtMostOnce() throws {
        let data = try SmallDataSet.prepared()
        #expect(data.batchesPerEpoch == 3)
        let batch = data.makeBatch()
        var seen: [Int] = []
        for index in 0..<3 {
            data.trainingBatch(epoch: 2, index: index, options: plain, into: batch)
            #expect(batch.count == 8)
            seen += batch.recordingIndices
        }
        #expect(Set(seen).count == 24 && Set(seen).isSubset(of: data.choice.training))
    }

    @Test func fewRecordingsFillABatchSeveralTimes() throws {
        let data = try SmallDataSet.prepared {
            $0.recordingsPerClass = 1
            $0.batchSize = 8
        }
        #expect(data.batchesPerEpoch == 1)
        let batch = data.makeBatch()
        data.trainingBatch(epoch: 0, index: 0, options: plain, into: batch)
        #expect(Set(batch.recordingIndices) == Set(data.choice.training))
        #expect(batch.count == 8)
    }

    @Test func labelsAndImagesBelongToTheRecordings() throws {
        let contents = SmallDataSet()
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        data.trainingBatch(epoch: 0, index: 1, options: AugmentationOptions(crop: true, flip: true), into: batch)
        for position in 0..<batch.count {
            #expect(contents.recordings[batch.recordingIndices[position]].classIndex == batch.labels[position])
            let image = contents.images[batch.imageIndices[position]]
            #expect(image.className == contents.classNames[batch.labels[position]])
        }
    }

    @Test func framesAreThoseOfTheRecording() throws {
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        data.trainingBatch(epoch: 0, index: 0, options: plain, into: batch)
        let position = 5
        let frames = EventFrames(
            try SmallDataSet().recording(at: batch.recordingIndices[position]), timeStepCount: 3, slicing: TimeSlicing()
        ).resized(width: 24, height: 24)
        for timeStep in 0..<3 {
            for polarity in 0..<2 {
                for pixel in 0..<24 * 24 {
                    let own = batch.eventFrames[((timeStep * 8 + position) * 24 * 24 + pixel) * 2 + polarity]
                    guard own == frames[(timeStep * 2 + polarity) * 24 * 24 + pixel] else {
                        Issue.record("t \(timeStep), polarity \(polarity), pixel \(pixel)")
                        return
                    }
                }
            }
        }
    }

    @Test func turningOneKnobChangesNothingElse() throws {
        let data = try SmallDataSet.prepared()
        let (one, other) = (data.makeBatch(), data.makeBatch())
        data.trainingBatch(epoch: 1, index: 0, options: plain, into: one)
        data.trainingBatch(epoch: 1, index: 0, options: AugmentationOptions(crop: true, flip: true), into: other)
        #expect(one.recordingIndices == other.recordingIndices && one.imageIndices == other.imageIndices)
        #expect(one.images.values == other.images.values, "static images are never augmented")
        #expect(one.eventFrames.values != other.eventFrames.values)
    }

    @Test func cropAndFlipMoveAllTimeStepsAlike() throws {
        let data = try SmallDataSet.prepared()
        let (plainBatch, batch) = (data.makeBatch(), data.makeBatch())
        var shifts: Set<[Int]> = []
        for epoch in 0..<6 {
            data.trainingBatch(epoch: epoch, index: 0, options: plain, into: plainBatch)
            data.trainingBatch(
                epoch: epoch, index: 0, options: AugmentationOptions(crop: true, flip: true), into: batch)
            for position in 0..<8 {
                let found = moves().filter { isMoved(plainBatch, batch, position, $0) }
                #expect(found.count == 1, "no single shift and mirroring explains sample \(position)")
                shifts.formUnion(found)
            }
        }
        #expect(Set(shifts.map { $0[0] }).count == 5 && Set(shifts.map { $0[1] }).count == 5, "−2…2 pixels each way")
        #expect(Set(shifts.map { $0[2] }) == [0, 1])
    }

    /// Shift right, shift down, mirrored.
    private func moves() -> [[Int]] {
        (-2...2).flatMap { x in (-2...2).flatMap { y in [[x, y, 0], [x, y, 1]] } }
    }

    private func isMoved(_ from: Batch, _ to: Batch, _ position: Int, _ move: [Int]) -> Bool {
        let (before, after) = (from.eventFrames.pointer, to.eventFrames.pointer)
        for timeStep in 0..<3 {
            for row in 0..<24 {
                for column in 0..<24 {
                    let x = (move[2] == 1 ? 23 - column : column) + move[0]
                    let y = row + move[1]
                    for polarity in 0..<2 {
                        let base = (timeStep * 8 + position) * 24 * 24
                        let isInside = (0..<24).contains(x) && (0..<24).contains(y)
                        let expected = isInside ? before[(base + y * 24 + x) * 2 + polarity] : 0
                        if after[(base + row * 24 + column) * 2 + polarity] != expected { return false }
                    }
                }
            }
        }
        return true
    }

    @Test func aShareOfTheImagesIsASubset() throws {
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        func drawn(_ share: Double) -> Set<Int> {
            var images: Set<Int> = []
            for epoch in 0..<60 {
                data.trainingBatch(epoch: epoch, index: 0, options: AugmentationOptions(imageShare: share), into: batch)
                images.formUnion(batch.imageIndices)
            }
            return images
        }
        let (none, third, all) = (drawn(0), drawn(0.34), drawn(1))
        #expect(none.count == 3 && third.count == 9 && all.count == 27)
        #expect(none.isSubset(of: third) && third.isSubset(of: all))
    }

    @Test(arguments: [Split.validation, .test]) func evaluationShowsEachRecordingOnce(split: Split) throws {
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        data.trainingBatch(epoch: 0, index: 0, options: plain, into: batch)
        var seen: [Int] = []
        for index in 0..<data.batchCount(of: split) {
            data.evaluationBatch(split: split, index: index, into: batch)
            seen += batch.recordingIndices.prefix(batch.count)
            for position in batch.count..<batch.capacity {
                #expect(batch.recordingIndices[position] == -1 && batch.imageIndices[position] == -1)
                let pixels = 24 * 24 * 2
                for timeStep in 0..<3 {
                    let start = (timeStep * 8 + position) * pixels
                    #expect(batch.eventFrames.buffer[start..<start + pixels].allSatisfy { $0 == 0 })
                }
                #expect(batch.images.buffer[position * pixels..<(position + 1) * pixels].allSatisfy { $0 == 0 })
            }
        }
        #expect(seen == (split == .test ? data.choice.test : data.choice.validation))
        #expect(seen.count % 8 != 0, "the last batch is not partly filled: the test shows nothing")
    }

    @Test func fillingAgainTakesNoNewMemory() throws {
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        let addresses = [batch.eventFrames.pointer, batch.images.pointer]
        data.trainingBatch(epoch: 0, index: 0, options: AugmentationOptions(), into: batch)
        let scratch = [batch.scratch.counts.room(1), batch.scratch.resized.room(1)]
        for epoch in 1..<4 {
            data.trainingBatch(epoch: epoch, index: 1, options: AugmentationOptions(flip: true), into: batch)
            data.evaluationBatch(split: .test, index: 1, into: batch)
        }
        #expect([batch.eventFrames.pointer, batch.images.pointer] == addresses)
        #expect([batch.scratch.counts.room(1), batch.scratch.resized.room(1)] == scratch)
    }

    @Test func aClassShortOfRecordingsIsNoted() throws {
        #expect(try SmallDataSet.prepared { $0.recordingsPerClass = 100 }.notes.count == 3)
        #expect(try SmallDataSet.prepared { $0.recordingsPerClass = 2 }.notes.isEmpty)
    }
}

@Suite struct BatchPrefetcherTests {
    @Test(.endsSomeTime) func itHandsOutWhatIsComputedDirectly() throws {
        let data = try SmallDataSet.prepared()
        let prefetcher = BatchPrefetcher(data)
        let direct = data.makeBatch()
        let (crop, flip) = (AugmentationOptions(crop: true), AugmentationOptions(crop: false, flip: true))
        var steps: [(Int, Int, AugmentationOptions)] = []
        for epoch in 0..<4 { for index in 0..<3 { steps.append((epoch, index, crop)) } }
        // A knob is turned, the run is wound back, a batch is asked for twice, and some are skipped.
        steps += [(4, 0, flip), (4, 1, flip), (4, 2, crop), (0, 1, crop), (0, 1, crop), (0, 2, crop), (7, 0, crop)]
        steps += [(7, 2, crop), (8, 0, crop), (8, 2, crop), (9, 0, crop)]
        for (epoch, index, options) in steps {
            data.trainingBatch(epoch: epoch, index: index, options: options, into: direct)
            let batch = prefetcher.next(epoch: epoch, index: index, options: options)
            #expect(BatchValues(batch) == BatchValues(direct), "epoch \(epoch), batch \(index)")
        }
    }

    @Test(.endsSomeTime) func itStopsAndStillAnswers() throws {
        let data = try SmallDataSet.prepared()
        let prefetcher = BatchPrefetcher(data, depth: 1)
        let options = AugmentationOptions()
        _ = prefetcher.next(epoch: 0, index: 0, options: options)
        prefetcher.stop()
        prefetcher.stop()
        let direct = data.makeBatch()
        for index in 0..<3 {
            data.trainingBatch(epoch: 0, index: index, options: options, into: direct)
            #expect(BatchValues(prefetcher.next(epoch: 0, index: index, options: options)) == BatchValues(direct))
        }
    }

    @Test(.endsSomeTime) func manyOfThemComeAndGo() throws {
        let data = try SmallDataSet.prepared()
        for round in 0..<40 {
            let prefetcher = BatchPrefetcher(data, depth: 1 + round % 3)
            for index in 0..<round % 4 {
                _ = prefetcher.next(epoch: 0, index: index % 3, options: AugmentationOptions(flip: round % 2 == 0))
            }
        }
    }
}
