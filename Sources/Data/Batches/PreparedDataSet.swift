import FileFormats
import Foundation
import Tensors

/// Everything a run needs of its data, in memory: event counts of all its recordings (compact), and its static images in
/// the network's size. Nothing in it changes, so it may be shared.
public final class PreparedDataSet: Sendable {
    struct Sample: Sendable {
        /// Position in the data set's recordings.
        let recording: Int
        let label: Int
        /// Which of `frames` holds its counts, and where in it.
        let store: Int
        let place: Int
    }

    public let options: DataOptions
    public let classNames: [String]
    public let isSimulated: Bool
    public let choice: SampleChoice
    /// What people should know: recordings that had to be simulated, classes with fewer recordings than asked for.
    public let notes: [String]
    /// Names of the test recordings, in the order in which they are shown.
    public let testRecordings: [String]
    let samples: [Split: [Sample]]
    /// Positions among the training samples, by class; classes without any are left out.
    let trainingByClass: [[Int]]
    /// Counts of all recordings.
    let frames: [FrameStore]
    let images: ImagePool
    let random: RandomSource

    /// Gives what this process has read to all that share the data, and takes what they have read, in the order of their
    /// ranks; `nil` where one of them could not.
    public typealias Exchange = (_ own: [UInt8]) -> [[UInt8]]?

    /// Chooses recordings and images of an opened data set, and reads them (on all processors).
    ///
    /// - Parameter exchange: where several processes share the batches: each reads as many recordings, and gets the others.
    /// - Throws: `DataSetError`.
    public init(
        _ options: DataOptions, contents: any DataSetContents, isSimulated: Bool, exchange: Exchange? = nil
    ) throws(DataSetError) {
        try options.check()
        var choice = try SampleChoice(options, of: contents)
        var notes = try contents.prepare(choice.training + choice.validation + choice.test)
        let parts = [(Split.training, choice.training), (.validation, choice.validation), (.test, choice.test)]
        let all = parts.flatMap(\.1)
        let (frames, places) = try Self.read(all, of: contents, options, exchange)
        var samples: [Split: [Sample]] = [:]
        var next = 0
        for (split, indices) in parts {
            samples[split] = indices.enumerated().map { position, index in
                let (store, place) = places[next + position]
                return Sample(
                    recording: index, label: contents.recordings[index].classIndex, store: store, place: place)
            }
            next += indices.count
        }
        (self.samples, self.frames) = (samples, frames)
        let training = samples[.training] ?? []
        trainingByClass = Dictionary(grouping: training.indices) { training[$0].label }.sorted { $0.key < $1.key }
            .map(\.value)
        let pool = try ImagePool(choice.images, of: contents, options)
        notes += try Self.unreadable(pool, choice, of: contents, options)
        choice.leaveOut(images: Set(pool.unreadable.map(\.index)))
        images = pool
        notes += Self.shortages(choice, of: contents, options)
        (self.options, self.choice, self.notes, self.isSimulated) = (options, choice, notes, isSimulated)
        classNames = contents.classNames
        testRecordings = choice.test.map { contents.recordings[$0].name }
        let names = [choice.training, choice.validation, choice.test].map { part in
            part.map { contents.recordings[$0].name }.joined(separator: "\n")
        }
        let images = choice.images.map { $0.map(String.init).joined(separator: " ") }
        fingerprint =
            "\(choice.training.count) training, \(choice.validation.count) validation, \(choice.test.count) test "
            + "recordings, \(choice.images.joined().count) images ("
            + Sha256.hash(Array((names + images).joined(separator: "\n\n").utf8)).prefix(12) + ")"
        random = RandomSource(seed: UInt64(bitPattern: Int64(options.seed))).split("batches")
    }

    /// Reads recordings, in the order in which they lie in their files.
    ///
    /// - Returns: Their counts, and for each recording the store that holds it and its place there.
    private static func read(
        _ indices: [Int], of contents: any DataSetContents, _ options: DataOptions, _ exchange: Exchange?
    ) throws(DataSetError) -> (frames: [FrameStore], places: [(store: Int, place: Int)]) {
        let order = indices.indices.map { (contents.storagePosition(of: indices[$0]), $0) }.sorted { $0 < $1 }
        let ranks = exchange == nil ? 1 : options.share.rankCount
        // A rank reads neighbors: they may lie in one file.
        func part(_ rank: Int) -> Range<Int> { order.count * rank / ranks..<order.count * (rank + 1) / ranks }
        let own = part(ranks == 1 ? 0 : options.share.rank)
        let work = LongWork.current.count("reading recordings", of: own.count)
        let runs = try inParallelRuns(own.count) { run throws(DataSetError) in
            var frames = FrameStore(timeStepCount: options.timeStepCount)
            var scratch = FrameStore.CountingScratch()
            var bytes: [UInt8] = []
            for position in run {
                try work.next()
                try frames.append(
                    indices[order[own.lowerBound + position].1], of: contents, slicing: options.slicing,
                    scratch: &scratch, bytes: &bytes)
            }
            return frames
        }
        let stores = try exchange.map { exchange throws(DataSetError) in try shared(runs, exchange) } ?? runs
        var places = [(store: Int, place: Int)](repeating: (0, 0), count: indices.count)
        var position = 0
        for (store, frames) in stores.enumerated() {
            for place in 0..<frames.count {
                places[order[position].1] = (store, place)
                position += 1
            }
        }
        guard position == order.count else { throw .elsewhere }
        return (stores, places)
    }

    /// The stores of all ranks, in order.
    private static func shared(_ own: [FrameStore], _ exchange: Exchange) throws(DataSetError) -> [FrameStore] {
        // Each store with its size before it.
        let packed = own.flatMap { store in
            let bytes = store.bytes
            return withUnsafeBytes(of: Int64(bytes.count)) { Array($0) } + bytes
        }
        guard let all = exchange(packed) else { throw .elsewhere }
        var stores: [FrameStore] = []
        for bytes in all {
            var rest = bytes[...]
            while rest.count >= 8 {
                let size = Int(rest.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) })
                guard size >= 0, size <= rest.count - 8,
                    let store = FrameStore(bytes: Array(rest.dropFirst(8).prefix(size)))
                else { throw .elsewhere }
                stores.append(store)
                rest = rest.dropFirst(8 + size)
            }
        }
        return stores
    }

    /// - Throws: `DataSetError.tooFew` if a class has images and none can be read.
    private static func unreadable(
        _ pool: ImagePool, _ choice: SampleChoice, of contents: any DataSetContents, _ options: DataOptions
    ) throws(DataSetError) -> [String] {
        guard let first = pool.unreadable.first else { return [] }
        for (classIndex, all) in choice.images.enumerated() where !all.isEmpty && pool.count(ofClass: classIndex) == 0 {
            let problem = pool.unreadable.first { $0.index == all[0] }?.problem ?? first.problem
            throw .tooFew(
                dataSet: options.set,
                found: "no static image of class '\(contents.classNames[classIndex])' that can be read, of "
                    + "\(all.count) (\(problem))",
                expected: "at least one",
                advice: "replace the images, or train without any: sliding.strategy=events-only")
        }
        let shown = pool.unreadable.prefix(5).map(\.problem.description).joined(separator: "; ")
        let count = pool.unreadable.count
        return [
            "skipped \(count) of \(pool.indices.count + count) static images that cannot be read: \(shown)"
                + (count > 5 ? "; and \(count - 5) more; `saccade data verify` lists them" : "")
        ]
    }

    private static func shortages(
        _ choice: SampleChoice, of contents: any DataSetContents, _ options: DataOptions
    ) -> [String] {
        guard options.recordingsPerClass > 0 else { return [] }
        var counts = [Int](repeating: 0, count: contents.classNames.count)
        for index in choice.training { counts[contents.recordings[index].classIndex] += 1 }
        return zip(contents.classNames, counts).filter { $0.1 < options.recordingsPerClass }.map {
            "class '\($0.0)' has \($0.1) training recordings, fewer than the requested \(options.recordingsPerClass)"
        }
    }

    /// The classes of the recordings, in the order in which they are shown.
    public func labels(of split: Split) -> [Int] { samples[split]?.map(\.label) ?? [] }

    public func count(of split: Split) -> Int { samples[split]?.count ?? 0 }

    /// Tells data apart: how many samples of each kind, and a hash of which. The same after a resume, unless files came or
    /// went.
    public let fingerprint: String

    /// Full batches an epoch; what is left over waits for another epoch. At least one: with fewer recordings than a
    /// batch holds, the recordings are taken several times.
    public var batchesPerEpoch: Int { max(1, count(of: .training) / options.batchSize) }

    /// Batches that show a split once; the last may be partly filled.
    public func batchCount(of split: Split) -> Int {
        (count(of: split) + options.batchSize - 1) / options.batchSize
    }

    /// Bytes of recordings and images in memory.
    public var byteCount: Int {
        frames.reduce(0) { $0 + $1.byteCount } + images.byteCount
    }

    /// Memory for the own share of a batch.
    public func makeBatch() -> Batch { makeBatch(of: options.share.size(of: options.batchSize)) }

    /// Memory for a batch that is evaluated: those are not shared.
    public func makeEvaluationBatch() -> Batch { makeBatch(of: options.batchSize) }

    private func makeBatch(of capacity: Int) -> Batch {
        Batch(timeStepCount: options.timeStepCount, capacity: capacity, size: options.size)
    }
}
