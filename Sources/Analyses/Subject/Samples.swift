import Data
import Network
import Tensors

/// A recording as the network reads it, with the static image beside it.
struct Sample {
    /// `test recording 17`, or its name where it is known.
    var name: String
    var label: Int
    /// [T, H, W, polarity].
    var frames: [Float]
    /// [H, W, 2]; zeros where the run has no images.
    var image: [Float]
}

extension AnalysisSubject {
    /// Recordings of a split, loaded some at a time.
    ///
    /// - Parameters:
    ///   - places: rising.
    ///   - size: at most so many at a time.
    func eachChunk(of places: [Int], _ split: Split, size: Int, _ body: ([Sample]) throws -> Void) throws {
        let batch = data.makeBatch()
        var loaded = -1
        var chunk: [Sample] = []
        for place in places {
            let (index, position) = (place / batch.capacity, place % batch.capacity)
            if index != loaded {
                data.evaluationBatch(split: split, index: index, into: batch)
                loaded = index
            }
            chunk.append(sample(split, place, batch, position))
            if chunk.count == size {
                try body(chunk)
                chunk = []
            }
        }
        if !chunk.isEmpty { try body(chunk) }
    }

    func samples(_ places: [Int], _ split: Split) throws -> [Sample] {
        var all: [Sample] = []
        try eachChunk(of: places, split, size: max(1, places.count)) { all = $0 }
        return all
    }

    private func sample(_ split: Split, _ place: Int, _ batch: Batch, _ position: Int) -> Sample {
        let pixels = batch.size * batch.size * 2
        func copy(_ tensor: Tensor, _ index: Int) -> UnsafeBufferPointer<Float> {
            UnsafeBufferPointer(start: tensor.pointer + index * pixels, count: pixels)
        }
        let isNamed = split == .test && data.testRecordings.indices.contains(place)
        return Sample(
            name: isNamed ? data.testRecordings[place] : "\(split.rawValue) recording \(place + 1)",
            label: batch.labels[position],
            frames: (0..<batch.timeStepCount).flatMap { copy(batch.eventFrames, $0 * batch.capacity + position) },
            image: Array(copy(batch.images, position)))
    }
}

extension NetworkTrace {
    /// Puts samples into the input; places that are left over are zero.
    ///
    /// - Parameter showsImages: of a single stream: whether it shows the images, at all time steps, instead of the events.
    func fill(_ samples: [Sample], showsImages: Bool = false) {
        precondition(samples.count <= batchSize, "more samples than the pass has room for")
        let (size, steps) = (inputShape.featureCount, inputShape.timeStepCount)
        input.floats.update(repeating: 0, count: input.count)
        for stream in 0..<streamCount {
            let isImage = streamCount == 2 ? stream == 0 : showsImages
            for step in 0..<steps {
                for (place, sample) in samples.enumerated() {
                    let target = input.floats + ((stream * steps + step) * batchSize + place) * size
                    sample.frames.withUnsafeBufferPointer { frames in
                        sample.image.withUnsafeBufferPointer { image in
                            guard let frames = frames.baseAddress, let image = image.baseAddress else { return }
                            target.update(from: isImage ? image : frames + step * size, count: size)
                        }
                    }
                }
            }
        }
    }
}
