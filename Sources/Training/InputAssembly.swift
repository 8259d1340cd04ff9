import Data
import Network

/// Puts a batch into the network's input.
enum InputAssembly {
    /// - Parameter starts: by sample: the time step, 0…T, from which on the static stream gets the sample's event data
    ///   instead of its image; T: never.
    static func fill(_ trace: NetworkTrace, batch: Batch, streams: StreamUse, eventStarts starts: [Int]) {
        let (events, images) = (batch.eventFrames, batch.images)
        let input = trace.input.floats
        switch streams {
        case .eventsOnly: input.update(from: events.pointer, count: events.count)
        case .imagesOnly: input.update(from: images.pointer, count: images.count)
        case .both:
            input.update(from: events.pointer, count: events.count)
            (input + events.count).update(from: images.pointer, count: images.count)
            trace.showEvents(from: starts)
        }
    }

    /// Which images the network's input holds for these streams.
    static func frames(_ streams: StreamUse) -> NetworkTrace.InputFrames {
        switch streams {
        case .both: .shared
        case .eventsOnly: .all
        case .imagesOnly: .repeated
        }
    }
}
