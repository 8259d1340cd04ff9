import FileFormats
import Foundation
import Tensors

/// How fast recordings become network input on one core: a file of N-MNIST's format → bytes → counts as they are kept in
/// memory → a sample of a batch. Everything goes through the functions that a run uses.
///
/// The recordings are digits that `SaccadeSimulator` makes, with as many events as N-MNIST's have. They are written into a
/// temporary folder first, which is removed at the end; reading them again is reading from the system's cache.
public struct LoaderBenchmark: Sendable {
    /// Time steps a recording is cut into, 1…
    public var timeStepCount = 10
    /// Side of the network's input in pixels; 34 is the sensor's own, with any other size frames are interpolated.
    public var size = 34
    /// Shift each sample at random, as training does by default.
    public var crop = true
    /// Read each recording from its file; otherwise its bytes are in memory already.
    public var readsFiles = true
    /// Different recordings that take turns.
    public var recordingCount = 64
    /// How long to measure, in seconds.
    public var seconds = 1.0

    public init() {}

    /// What is measured where nothing else is asked for: the sensor's own size, and the reference's.
    public static let standard: [LoaderBenchmark] = [34, 48].map { size in
        var benchmark = LoaderBenchmark()
        benchmark.size = size
        return benchmark
    }

    public struct Result: Sendable, Hashable, Codable {
        public var timeStepCount: Int
        public var size: Int
        public var crop: Bool
        public var readsFiles: Bool
        /// Recordings a second of processor time of one core, from file to network input: what others do with the machine
        /// meanwhile counts little.
        public var recordingsPerSecond: Double
        /// The same by the clock on the wall.
        public var recordingsPerWallSecond: Double
        /// Millions of events a second of processor time.
        public var millionEventsPerSecond: Double
        public var eventsPerRecording: Double
        /// Bytes that a recording takes in memory between reading and training.
        public var keptBytesPerRecording: Double
        /// Share of the time by stage, 0…1.
        public var shares: Shares
        /// Recordings that were measured.
        public var recordings: Int
    }

    /// Shares of the time, together 1.
    public struct Shares: Sendable, Hashable, Codable {
        /// File to bytes; 0 where the bytes are in memory.
        public var read: Double
        /// Bytes to counts by time step: decoding, slicing, counting, keeping.
        public var count: Double
        /// Counts to a sample of a batch: expanded, resized, shifted.
        public var fill: Double
    }

    /// Takes `seconds` and what the simulator needs.
    ///
    /// - Throws: `DataSetError` if the digits that come with the program cannot be read, or the temporary folder not be
    ///   written to.
    public func run() throws(DataSetError) -> Result {
        let recordings = try Self.recordings(count: max(1, recordingCount))
        let folder = try TemporaryFiles(recordings, areNeeded: readsFiles)
        defer { folder.remove() }
        let batch = Batch(timeStepCount: timeStepCount, capacity: 32, size: size)
        let (options, random) = (AugmentationOptions(crop: crop), RandomSource(seed: 1))
        let slicing = TimeSlicing()
        var frames = FrameStore(timeStepCount: timeStepCount)
        var scratch = FrameStore.CountingScratch()
        var bytes: [UInt8] = []
        var times = [UInt64](repeating: 0, count: 3)
        var (done, events, kept) = (0, 0, 0)
        let (begin, processorBegin) = (DispatchTime.now().uptimeNanoseconds, Self.processorSeconds)
        var now = begin
        func lap(_ stage: Int) {
            let end = DispatchTime.now().uptimeNanoseconds
            times[stage] += end - now
            now = end
        }
        while Double(now - begin) < seconds * 1e9 {
            let number = done % recordings.count
            if readsFiles {
                do throws(FileFormatError) {
                    try FileBytes.read(folder.paths[number], into: &bytes)
                } catch {
                    throw .file(error)
                }
                lap(0)
            }
            frames.removeAll()
            let isSound = frames.append(
                binFile: readsFiles ? bytes : recordings[number], sensor: NMnistDataSet.sensor, slicing: slicing,
                scratch: &scratch)
            precondition(isSound, "the simulator's recordings are in order")
            events += recordings[number].count / NeuromorphicBin.recordSize
            lap(1)
            let transform = options.catalogue.draw(
                size: size, options: options, random: random.split("sample", done))
            batch.place(frames, 0, at: done % batch.capacity, transform: transform)
            (done, kept) = (done + 1, kept + frames.byteCount)
            lap(2)
        }
        let (total, processor) = (Double(now - begin), Self.processorSeconds - processorBegin)
        let shares = times.map { Double($0) / total }
        return Result(
            timeStepCount: timeStepCount, size: size, crop: crop, readsFiles: readsFiles,
            recordingsPerSecond: Double(done) / processor, recordingsPerWallSecond: Double(done) / total * 1e9,
            millionEventsPerSecond: Double(events) / processor / 1e6,
            eventsPerRecording: Double(events) / Double(done), keptBytesPerRecording: Double(kept) / Double(done),
            shares: Shares(read: shares[0], count: shares[1], fill: shares[2]), recordings: done)
    }

    /// Processor time of this thread.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func recordings(count: Int) throws(DataSetError) -> [[UInt8]] {
        let digits = try Digits.load()
        return try mapInParallel("reading recordings", Array(0..<count), { () }) { (index, _) throws(DataSetError) in
            let picture = digits.picture(index % digits.count)
            let random = RandomSource(seed: 1998).split("loader benchmark", index)
            return NeuromorphicBin.encode(SaccadeSimulator().record(picture, random: random).events)
        }
    }

    /// Recordings in a folder that is there while they are measured.
    private struct TemporaryFiles {
        let folder: String
        private(set) var paths: [String] = []

        init(_ recordings: [[UInt8]], areNeeded: Bool) throws(DataSetError) {
            folder = NSTemporaryDirectory() + "/saccade-loader-" + UUID().uuidString
            guard areNeeded else { return }
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                for (number, bytes) in recordings.enumerated() {
                    let path = "\(folder)/\(number).bin"
                    try Foundation.Data(bytes).write(to: URL(fileURLWithPath: path))
                    paths.append(path)
                }
            } catch {
                remove()
                throw .file(.unwritable(path: folder, reason: error.localizedDescription))
            }
        }

        func remove() {
            // Nothing depends on it; what stays is a temporary file.
            try? FileManager.default.removeItem(atPath: folder)
        }
    }
}
