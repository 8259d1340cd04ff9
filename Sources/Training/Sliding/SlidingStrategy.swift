import Messages

/// Where a run is when a batch is drawn.
public struct RunProgress: Sendable, Hashable {
    /// Counts from 0.
    public var epoch: Int
    /// Within the epoch, counts from 0.
    public var batch: Int
    public var epochs: Int
    public var batchesPerEpoch: Int

    public init(epoch: Int, batch: Int, epochs: Int, batchesPerEpoch: Int) {
        (self.epoch, self.batch, self.epochs, self.batchesPerEpoch) = (epoch, batch, epochs, batchesPerEpoch)
    }

    /// 0 at the first batch; 1 would be one past the last.
    public var share: Double {
        Double(batch + epoch * batchesPerEpoch) / Double(max(1, epochs * batchesPerEpoch))
    }
}

/// Which inputs the network trains on, and with which probability a static input is replaced by the event data of its own
/// sample. To add one: a file beside this, a line in `SlidingStrategyCatalogue`.
public protocol SlidingStrategy: Sendable {
    /// As it is written in presets.
    var name: String { get }
    var summary: String { get }
    var streams: StreamUse { get }
    func replacementProbability(_ progress: RunProgress, curve: SlidingCurve) -> Double
}

public enum StreamUse: Sendable, Hashable {
    /// Static and event stream, each with its head.
    case both
    /// Events alone, through the event head.
    case eventsOnly
    /// Static images alone, through the event head, which evaluation then gives events.
    case imagesOnly

    public var streamCount: Int { self == .both ? 2 : 1 }
}

public enum SlidingStrategyCatalogue {
    public static let all: [any SlidingStrategy] = [
        Sliding(),
        HardSwitch(),
        Joint(),
        EventsOnly(),
        ImagesOnly(),
    ]

    /// `nil` if there is no strategy of this name.
    public static func named(_ name: String) -> (any SlidingStrategy)? { all.first { $0.name == name } }
}
