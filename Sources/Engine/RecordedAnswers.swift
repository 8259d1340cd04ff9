import Data
import FileFormats
import Tensors

/// What a network was shown and what it answered, for other programs to do the same.
public struct RecordedAnswers: Sendable {
    private let shape: [Int]
    private var frames: [Float] = []
    private var logits: [Float] = []
    private var labels: [UInt16] = []
    private let count: Int

    /// 1 GiB of floats.
    private static let mostNumbers = 1 << 28

    /// - Throws: `EngineRefusal` for more than fits in a file that is read whole.
    init(to split: Split, of data: PreparedDataSet) throws {
        let (steps, size) = (data.options.timeStepCount, data.options.size)
        (shape, count) = ([steps, 2, size, size], data.count(of: split))
        let numbers = count * shape.reduce(1, *)
        guard numbers <= Self.mostNumbers else {
            throw EngineRefusal(
                "the frames of \(count) recordings are \(numbers) numbers, more than the \(Self.mostNumbers) that are "
                    + "written: choose another --split, or fewer recordings or time steps with --set")
        }
        frames.reserveCapacity(numbers)
    }

    /// - Parameter logits: [T, B, K].
    mutating func add(_ batch: Batch, _ logits: Tensor) {
        let (pixels, classes) = (batch.size * batch.size, logits.shape.sizes[2])
        for sample in 0..<batch.count {
            labels.append(UInt16(batch.labels[sample]))
            for step in 0..<batch.timeStepCount {
                let image = batch.eventFrames.pointer + (step * batch.capacity + sample) * 2 * pixels
                for channel in 0..<2 { for pixel in 0..<pixels { frames.append(image[2 * pixel + channel]) } }
                let row = logits.pointer + (step * batch.capacity + sample) * classes
                self.logits += UnsafeBufferPointer(start: row, count: classes)
            }
        }
    }

    /// As npz: `frames` [N, T, 2, H, W], OFF before ON; `labels` [N]; `logits` [N, T, K]. Recordings in the order in which
    /// evaluation shows them.
    ///
    /// - Throws: `FileFormatError.unwritable`.
    public func encoded(_ path: String) throws(FileFormatError) -> [UInt8] {
        let steps = shape[0]
        return try NpzWriter.encode(
            [
                ("frames", [labels.count] + shape, .float32(frames)),
                ("labels", [labels.count], .uint16(labels)),
                ("logits", [labels.count, steps, logits.count / max(1, labels.count * steps)], .float32(logits)),
            ], path: path)
    }
}
