/// Which image each sample of each group is.
///
/// Mostly every sample of every group has its own. At the network's input the static stream shows one image at all time steps,
/// and from the time step at which it is replaced the event stream's frames: what depends on the image alone is computed once.
public final class FrameSources {
    public private(set) var imageCount: Int
    /// Whether image g · B + b is sample b of group g.
    public let isIdentity: Bool
    private let batchSize: Int
    private let timeStepCount: Int
    private var table: [Int32]
    /// By image, the groups that show it.
    private(set) var users: [[Int]]

    /// Every sample of every group has an image of its own.
    public init(_ shape: ActivationShape) {
        (batchSize, timeStepCount) = (shape.batchSize, shape.timeStepCount)
        imageCount = shape.imageCount
        isIdentity = true
        (table, users) = ([], [])
    }

    /// Images of two streams: first the event stream's [T, B], then a static one for each sample [B].
    ///
    /// The static stream shows images at all time steps until `showEvents(from:)` says otherwise.
    public init(sharedBy shape: ActivationShape) {
        precondition(shape.streamCount == 2, "shared images of \(shape)")
        (batchSize, timeStepCount) = (shape.batchSize, shape.timeStepCount)
        imageCount = shape.timeStepCount * shape.batchSize + shape.batchSize
        isIdentity = false
        table = [Int32](repeating: 0, count: shape.imageCount)
        users = [[Int]](repeating: [], count: imageCount)
        for image in users.indices { users[image].reserveCapacity(shape.timeStepCount) }
        showEvents(from: [Int](repeating: timeStepCount, count: batchSize))
    }

    /// One image a sample at all time steps.
    public init(repeatedBy shape: ActivationShape) {
        (batchSize, timeStepCount) = (shape.batchSize, shape.timeStepCount)
        imageCount = shape.batchSize
        isIdentity = false
        table = (0..<shape.imageCount).map { Int32($0 % shape.batchSize) }
        users = (0..<shape.batchSize).map { _ in Array(0..<shape.groupCount) }
    }

    /// Sets from which time step on, 0…T, the static stream shows each sample's event frames; T: never.
    public func showEvents(from starts: [Int]) {
        precondition(starts.count == batchSize, "\(starts.count) starts for \(batchSize) samples")
        let timeSteps = timeStepCount
        for image in users.indices { users[image].removeAll(keepingCapacity: true) }
        for group in 0..<2 * timeSteps {
            for sample in 0..<batchSize {
                let isStatic = group < min(timeSteps, starts[sample])
                let image = (isStatic ? timeSteps : group % timeSteps) * batchSize + sample
                table[group * batchSize + sample] = Int32(image)
                users[image].append(group)
            }
        }
    }

    func image(group: Int, sample: Int) -> Int {
        let at = group * batchSize + sample
        return isIdentity ? at : Int(table[at])
    }

    /// Whether a group is the first to show this sample's image, where each stream is gone through backward in time and the
    /// static stream comes first.
    func isFirstUser(_ group: Int, sample: Int) -> Bool {
        guard !isIdentity else { return true }
        let groups = users[image(group: group, sample: sample)]
        return (groups.last { $0 < timeStepCount } ?? groups.last) == group
    }
}
