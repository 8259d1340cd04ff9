import Data
import Tensors

/// Puts a batch into the network's input [S·T, B, H, W, polarity].
enum InputAssembly {
    /// - Parameter replaced: by sample: whether the static stream gets the sample's event data instead of its image.
    static func fill(_ input: Tensor, batch: Batch, streams: StreamUse, replaced: [Bool]) {
        let events = batch.eventFrames
        let (timeSteps, batchSize) = (events.shape[0], events.shape[1])
        let sampleSize = events.count / max(1, timeSteps * batchSize)
        switch streams {
        case .eventsOnly:
            input.copy(from: events)
        case .imagesOnly:
            for t in 0..<timeSteps {
                (input.pointer + t * batchSize * sampleSize).update(
                    from: batch.images.pointer, count: batchSize * sampleSize)
            }
        case .both:
            for t in 0..<timeSteps {
                for sample in 0..<batchSize {
                    let at = (t * batchSize + sample) * sampleSize
                    let source = replaced[sample] ? events.pointer + at : batch.images.pointer + sample * sampleSize
                    (input.pointer + at).update(from: source, count: sampleSize)
                }
            }
            (input.pointer + events.count).update(from: events.pointer, count: events.count)
        }
    }
}
