import Tensors

/// The parts of the recordings a run uses.
public enum Split: String, Sendable, Hashable, CaseIterable, Codable {
    case training, validation, test
}

/// The samples of one step, in memory that is filled again and again. One owner at a time.
///
/// T time steps, B samples (the capacity), H = W = size.
public final class Batch {
    public let timeStepCount: Int
    /// Samples it has room for.
    public let capacity: Int
    public let size: Int
    /// Samples it holds; those beyond are zero. Training batches are always full.
    public internal(set) var count = 0
    /// Class of each sample, `capacity` long; 0 beyond `count`.
    public internal(set) var labels: [Int]
    /// Class of the recording that was mixed into each sample; its own class where none was.
    public internal(set) var partnerLabels: [Int]
    /// Share of each sample's label that is its own class, 0…1; 1 where nothing was mixed in.
    public internal(set) var ownShares: [Double]
    /// Position of each sample's recording among the data set's recordings; −1 beyond `count`.
    public internal(set) var recordingIndices: [Int]
    /// Position of each sample's static image among the data set's images; −1 beyond `count`.
    public internal(set) var imageIndices: [Int]
    /// [T, B, H, W, polarity]: event counts, interpolated where the sensor has another size.
    public let eventFrames: Tensor
    /// [B, H, W, 2]: one channel of the static image, 0…1, in both places.
    public let images: Tensor

    var scratch = BatchScratch()

    public init(timeStepCount: Int, capacity: Int, size: Int) {
        (self.timeStepCount, self.capacity, self.size) = (timeStepCount, capacity, size)
        labels = Array(repeating: 0, count: capacity)
        partnerLabels = labels
        ownShares = Array(repeating: 1, count: capacity)
        recordingIndices = Array(repeating: -1, count: capacity)
        imageIndices = Array(repeating: -1, count: capacity)
        eventFrames = Tensor([timeStepCount, capacity, size, size, 2])
        images = Tensor([capacity, size, size, 2])
    }

    /// Bytes of the tensors.
    public var byteCount: Int { (eventFrames.count + images.count) * MemoryLayout<Float>.stride }
}

/// What filling a batch needs besides its result; kept so that the next filling allocates nothing.
struct BatchScratch {
    /// Counts of one recording in the sensor's size, [T, H, W, 2].
    var counts = Scratch<Float>()
    /// The same in the network's size.
    var resized = Scratch<Float>()
    /// A recording that is mixed into a sample, [T, H, W, 2] in the network's size.
    var partner = Scratch<Float>()
    /// Which rows of the counts hold events, [T, H].
    var rows = Scratch<Bool>()
    let resizer = FrameResizer()
    let antialiased = AntialiasedFrameResizer()
    /// For each pixel the pixel it comes from.
    var sources: [Int32] = []
    /// Training samples in the order of one epoch.
    var order: [Int] = []
    var orderKey: OrderKey?

    struct OrderKey: Equatable {
        let seed: Int
        let count: Int
        let epoch: Int
        let round: Int
    }
}

/// Memory that only grows.
final class Scratch<Element: BitwiseCopyable> {
    private var memory: UnsafeMutableBufferPointer<Element>

    init() { memory = .allocate(capacity: 0) }
    deinit { memory.deallocate() }

    /// Room for `count` elements, with whatever was there.
    func room(_ count: Int) -> UnsafeMutablePointer<Element> {
        if memory.count < count || memory.baseAddress == nil {
            memory.deallocate()
            memory = .allocate(capacity: max(count, 1))
        }
        guard let base = memory.baseAddress else { preconditionFailure("an allocation has an address") }
        return base
    }
}
