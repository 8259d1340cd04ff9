import FileFormats
import Tensors
import Testing

@testable import Data

/// The fast way into a batch against the plain one, bit for bit.
@Suite struct FrameResizerTests {
    private func recording(width: Int, height: Int, seed: UInt64) -> EventRecording {
        var random = RandomSource(seed: seed)
        // Events keep to the middle rows, so that some rows are empty and some are not.
        let events = (0..<200).map { index in
            Event(
                timestamp: Int64(index * 10), x: UInt16(random.below(width)),
                y: UInt16(min(height - 1, height / 3 + random.below(max(1, height / 3)))),
                polarity: UInt8(random.below(2)))
        }
        return EventRecording(events, sensor: SensorSize(width: width, height: height))
    }

    /// [T, size, size, 2] by the definitions.
    private func plain(_ recording: EventRecording, _ size: Int, _ transform: FrameTransform) -> [Float] {
        let resized = EventFrames(recording, timeStepCount: 3, slicing: TimeSlicing()).resized(
            width: size, height: size)
        var sources = [Int32](repeating: -1, count: size * size)
        transform.fill(&sources, size: size)
        return (0..<3 * size * size * 2).map { index in
            let (pixel, polarity) = (index / 2, index % 2)
            let (timeStep, place) = pixel.quotientAndRemainder(dividingBy: size * size)
            let source = Int(sources[place])
            return source < 0 ? 0 : resized[(timeStep * 2 + polarity) * size * size + source]
        }
    }

    private static let transforms: [FrameTransform] = {
        var all: [FrameTransform] = []
        for (x, y) in [(0, 0), (2, -1), (-3, 3), (0, 40), (-40, 0), (1, 0)] {
            for isMirrored in [false, true] {
                var shift = FrameTransform()
                (shift.x, shift.y) = (Float(x), Float(y))
                var mirror = FrameTransform()
                if isMirrored { (mirror.xFromX, mirror.x) = (-1, 12) }
                all.append(shift.followed(by: mirror))
            }
        }
        var turned = FrameTransform()
        (turned.xFromX, turned.xFromY, turned.yFromX, turned.yFromY) = (0.9, 0.2, -0.2, 0.9)
        return all + [turned]
    }()

    @Test(arguments: [(13, 13), (34, 34), (9, 20), (1, 1), (40, 7), (5, 1)])
    func sameBits(width: Int, height: Int) {
        let size = 13
        let batch = Batch(timeStepCount: 3, capacity: 3, size: size)
        for (number, transform) in Self.transforms.enumerated() {
            let recording = recording(width: width, height: height, seed: UInt64(number))
            var frames = FrameStore(timeStepCount: 3)
            var scratch = FrameStore.CountingScratch()
            frames.append(recording, slicing: TimeSlicing(), scratch: &scratch)
            batch.eventFrames.fill(.nan)
            batch.place(frames, 0, at: 1, transform: transform)
            let expected = plain(recording, size, transform)
            let sampleSize = size * size * 2
            var own: [Float] = []
            for timeStep in 0..<3 {
                let start = (timeStep * 3 + 1) * sampleSize
                own += batch.eventFrames.buffer[start..<start + sampleSize]
            }
            #expect(own.map(\.bitPattern) == expected.map(\.bitPattern), "transform \(number)")
            let neighbor = batch.eventFrames.buffer[0..<sampleSize]
            #expect(neighbor.count { $0.isNaN } == sampleSize, "it writes into its neighbor")
        }
    }

    @Test func shiftsAreToldFromOtherChanges() {
        #expect(FrameTransform.identity.shift == FrameTransform.Shift())
        #expect(Self.transforms.count { $0.shift != nil } == Self.transforms.count - 1)
        #expect(Self.transforms.last?.shift == nil)
        var part = FrameTransform()
        part.x = 0.5
        #expect(part.shift == nil)
    }

    @Test func manyRecordingsShareAStore() {
        let sizes = [(5, 4), (34, 34), (3, 9), (64, 1)]
        var (together, scratch) = (FrameStore(timeStepCount: 3), FrameStore.CountingScratch())
        let recordings = sizes.enumerated().map { recording(width: $1.0, height: $1.1, seed: UInt64($0)) }
        for recording in recordings { together.append(recording, slicing: TimeSlicing(), scratch: &scratch) }
        #expect(together.count == sizes.count)
        for (index, recording) in recordings.enumerated() {
            var alone = FrameStore(timeStepCount: 3)
            alone.append(recording, slicing: TimeSlicing(), scratch: &scratch)
            #expect(together.sensor(index) == recording.sensor)
            let (cells, rows) = values(together, index)
            #expect(cells == values(alone, 0).cells)
            for (row, isOccupied) in rows.enumerated() {
                let start = row * recording.width * 2
                let isFilled = cells[start..<start + recording.width * 2].contains { $0 != 0 }
                #expect(isFilled == isOccupied)
            }
        }
    }

    private func values(_ frames: FrameStore, _ index: Int) -> (cells: [Float], rows: [Bool]) {
        var cells = [Float](repeating: .nan, count: frames.cellCount(index))
        var rows = [Bool](repeating: false, count: frames.timeStepCount * frames.sensor(index).height)
        cells.withUnsafeMutableBufferPointer { cells in
            rows.withUnsafeMutableBufferPointer { rows in
                guard let cells = cells.baseAddress, let rows = rows.baseAddress else { return }
                frames.expand(index, into: cells, rows: rows, clearing: true)
            }
        }
        return (cells, rows)
    }

    /// Counting the bytes of a file against counting its events.
    @Test(arguments: SlicingCatalogue.names) func filesAreCountedAsTheirEvents(name: String) throws {
        let slicing = try SlicingCatalogue.slicing(name)
        let sensor = SensorSize(width: 34, height: 34)
        var scratch = FrameStore.CountingScratch()
        func counted(_ bytes: [UInt8], _ timeStepCount: Int) -> FrameStore? {
            var frames = FrameStore(timeStepCount: timeStepCount)
            let isDone = frames.append(binFile: bytes, sensor: sensor, slicing: slicing, scratch: &scratch)
            #expect(scratch.isClean && frames.count == (isDone ? 1 : 0))
            return isDone ? frames : nil
        }
        for (seed, timeStepCount) in [(1, 10), (2, 1), (3, 7), (4, 64)] {
            let recording = recording(width: 34, height: 34, seed: UInt64(seed))
            let bytes = NeuromorphicBin.encode(recording.events)
            var expected = FrameStore(timeStepCount: timeStepCount)
            expected.append(recording, slicing: slicing, scratch: &scratch)
            let own = counted(bytes, timeStepCount)
            #expect(own == nil || own == expected, "T = \(timeStepCount)")
            #expect((own == nil) == (slicing.ends(first: 0, last: 1, timeStepCount: 2) == nil))
            // What is not plain is left to the other way.
            var marker = bytes, backwards = bytes, outside = bytes
            marker[51] = 240
            backwards[bytes.count - 1] = 0
            backwards[bytes.count - 2] = 0
            outside[100] = 34
            for damaged in [marker, backwards, outside, Array(bytes.dropLast()), []] {
                #expect(counted(damaged, timeStepCount) == nil)
            }
        }
        let busy = [UInt8](repeating: 0, count: 5).cycled(256)
        #expect(counted(busy + [0, 0, 0, 1, 0], 1) == nil, "256 events do not fit a byte")
    }
}

extension Array {
    fileprivate func cycled(_ times: Int) -> [Element] { (0..<times).flatMap { _ in self } }
}
