import Tensors

/// Shape of activations, channels last: [groups, B, H, W, C].
///
/// A group is one time step of one stream; the static stream's groups come first, the event stream's after. BatchNorm's
/// statistics are those of a group, and the neurons' state begins again with each stream.
public struct ActivationShape: Hashable, Sendable {
    public var streamCount: Int
    public var timeStepCount: Int
    public var batchSize: Int
    public var height: Int
    public var width: Int
    public var channels: Int

    public init(streamCount: Int, timeStepCount: Int, batchSize: Int, height: Int, width: Int, channels: Int) {
        (self.streamCount, self.timeStepCount, self.batchSize) = (streamCount, timeStepCount, batchSize)
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    public var groupCount: Int { streamCount * timeStepCount }
    /// Images that a layer without state sees at once.
    public var imageCount: Int { groupCount * batchSize }
    /// Positions of a group: B · H · W.
    public var positionCount: Int { batchSize * height * width }
    public var featureCount: Int { height * width * channels }
    public var groupSize: Int { positionCount * channels }
    public var count: Int { groupCount * groupSize }

    public var shape: Shape { [groupCount, batchSize, height, width, channels] }

    public func with(height: Int, width: Int, channels: Int) -> ActivationShape {
        var copy = self
        (copy.height, copy.width, copy.channels) = (height, width, channels)
        return copy
    }
}
