import FileFormats
import Files
import Foundation
import Synchronization
import Tensors

/// Makes a data set of recordings out of a folder of images, in the manner of N-MNIST: `saccade data simulate`.
///
///     OUT/simulation.json            how it was made: the same images and options give the same files, byte for byte
///     OUT/recordings.tsv             file, class, part, and the image behind it; one line a recording
///     OUT/left-out.tsv               images that cannot be read, and why; not there if all can be read
///     OUT/train/<class>/<name>.bin   and test/
///
/// Each recording depends on its image, its position and the seed alone. What is there already is not made again, so an
/// interrupted simulation goes on where it stopped; a file is complete or not there.
public struct ImageSimulation: Sendable {
    /// Folder of the images.
    public var images: String
    /// Folder of the recordings.
    public var output: String
    /// Side of the square sensor in pixels, 16…240. Movement grows with it.
    public var sensorSide = 34
    public var seed = 1998

    public init(images: String, output: String) { (self.images, self.output) = (images, output) }

    /// How the recordings of a folder were made.
    struct Description: Codable, Hashable {
        var format = 1
        var simulatorVersion = Int(SaccadeSimulator.version)
        var images: String
        var sensorSide: Int
        var seed: Int
        var recordings: Int
        var classNames: [String]
    }

    public struct Outcome: Sendable, Hashable, Codable {
        public var output: String
        public var recordings: Int
        /// Made now; the others were there.
        public var made: Int
        public var classes: Int
        public var seconds: Double
        /// Images that cannot be read: nothing was made of them.
        public var leftOut: [LeftOut] = []
        /// What lies in the folder and may have been meant, such as folders inside of a class.
        public var passedOver: [LeftOut] = []
        /// Images that were decoded although something about their files is not as it should be.
        public var noted: [LeftOut] = []
    }

    static let leftOutFile = "left-out.tsv"

    static let descriptionFile = "simulation.json"
    static let listFile = "recordings.tsv"

    /// One line of the list.
    struct Line: Hashable {
        var file: String
        var classIndex: Int
        var part: PublishedPart
        var source: SourceImage

        var text: String { "\(file)\t\(classIndex)\t\(part.rawValue)\t\(source.collection)\t\(source.index)" }

        init(file: String, classIndex: Int, part: PublishedPart, source: SourceImage) {
            (self.file, self.classIndex, self.part, self.source) = (file, classIndex, part, source)
        }

        init?(_ text: Substring) {
            let columns = text.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count == 5, let classIndex = Int(columns[1]), let index = Int(columns[4]),
                let part = PublishedPart(rawValue: String(columns[2]))
            else { return nil }
            self.init(
                file: String(columns[0]), classIndex: classIndex, part: part,
                source: SourceImage(collection: String(columns[3]), index: index))
        }
    }

    /// Makes what is missing, on all processors. The calling thread waits.
    ///
    /// - Parameters:
    ///   - progress: called now and then, from any thread, with how many of all recordings are there.
    ///   - isCancelled: asked before each recording; what has been made stays.
    /// - Throws: `DataSetError`: no image that can be read, a folder that cannot be written or was made otherwise.
    public func run(
        progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(DataSetError) -> Outcome {
        guard (16...240).contains(sensorSide) else {
            throw .badOption(name: "the sensor's side", found: "\(sensorSide)", expected: "16…240 pixels")
        }
        let (source, target) = (Self.resolved(images), Self.resolved(output))
        guard target != source, !target.hasPrefix(source + "/") else {
            throw .badOption(
                name: "the folder for the recordings", found: output,
                expected: "one outside of \(images), so that images and recordings are not mixed")
        }
        let begin = Date()
        let pool = try StaticImages.open(images, dataSet: "simulate")
        let lines = Self.lines(pool)
        let description = Description(
            images: URL(fileURLWithPath: images).standardizedFileURL.path, sensorSide: sensorSide, seed: seed,
            recordings: lines.count, classNames: pool.classNames)
        try prepare(description, lines)
        let missing = lines.indices.filter { !Self.isWhole(output + "/" + lines[$0].file) }
        let done = Mutex(lines.count - missing.count)
        progress(lines.count - missing.count, lines.count)
        let simulator = SaccadeSimulator(sensorSide: sensorSide)
        let random = RandomSource(seed: UInt64(bitPattern: Int64(seed)))
        let next = Mutex(0)
        // Images differ in what they cost: each thread takes the next one that nobody has.
        let made = try inParallelRuns(ProcessInfo.processInfo.activeProcessorCount) { _ throws(DataSetError) in
            var made = 0
            var (bad, noted): ([Bad], [Bad]) = ([], [])
            while let position = next.withLock({ next -> Int? in
                defer { next += 1 }
                return next < missing.count ? missing[next] : nil
            }), !isCancelled() {
                // One bad picture among thousands is no reason to have none of them.
                let image: StaticImage
                do throws(DataSetError) {
                    image = try pool.image(position)
                } catch {
                    guard case .file = error else { throw error }
                    bad.append(Bad(position: position, path: pool.file(of: position), problem: error.description))
                    continue
                }
                if !image.notes.isEmpty {
                    noted.append(
                        Bad(
                            position: position, path: pool.file(of: position),
                            problem: image.notes.joined(separator: "; ")))
                }
                let picture = Self.view(of: image, side: sensorSide)
                let recording = simulator.record(picture, random: random.split("saccades", position))
                try Self.write(
                    NeuromorphicBin.encode(recording.events), to: output + "/" + lines[position].file, isFlushed: false)
                made += 1
                let count = done.withLock { done -> Int in
                    done += 1
                    return done
                }
                if count % 64 == 0 || count == lines.count { progress(count, lines.count) }
            }
            return (made: made, bad: bad, noted: noted)
        }
        let bad = made.flatMap(\.bad).sorted { $0.position < $1.position }
        guard bad.count < lines.count || lines.isEmpty else {
            throw .incomplete(
                dataSet: "simulate", folder: images,
                found:
                    "\(lines.count) \(lines.count == 1 ? "image that cannot" : "images, none of which can") be read ("
                    + "\(bad.first?.problem ?? ""))",
                expected: StaticImages.layout, advice: "replace the images")
        }
        try noteLeftOut(bad, lines)
        return Outcome(
            output: output, recordings: lines.count - bad.count, made: made.reduce(0) { $0 + $1.made },
            classes: pool.classNames.count, seconds: Date().timeIntervalSince(begin),
            leftOut: bad.map { LeftOut(path: $0.path, reason: $0.reason, isNotable: true) },
            passedOver: pool.leftOut.filter(\.isNotable),
            noted: made.flatMap(\.noted).sorted { $0.position < $1.position }
                .map { LeftOut(path: $0.path, reason: $0.reason, isNotable: true) })
    }

    /// An image that cannot be read, or only with a warning.
    private struct Bad: Sendable {
        var position: Int
        var path: String
        var problem: String

        /// Readers begin with the file's path.
        var reason: String { problem.hasPrefix(path + ": ") ? String(problem.dropFirst(path.count + 2)) : problem }
    }

    /// Keeps which recordings there are none of, for whoever opens the folder as a data set.
    private func noteLeftOut(_ bad: [Bad], _ lines: [Line]) throws(DataSetError) {
        let path = output + "/" + Self.leftOutFile
        guard !bad.isEmpty else {
            // A picture that could not be read before can be now.
            unlink(path)
            return
        }
        let text = bad.map { bad in
            let reason = String(bad.reason.map { $0.isNewline || $0 == "\t" ? " " : $0 })
            return "\(lines[bad.position].file)\t\(reason)\n"
        }
        try Self.write(Array(text.joined().utf8), to: path)
    }

    /// Recordings that could not be made, by their files, with the reason.
    static func leftOut(in folder: String) -> [String: String] {
        guard let bytes = try? FileBytes.read(folder + "/" + leftOutFile) else { return [:] }
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        return Dictionary(rows.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }

    /// A line for each image; images that are not parted are parted by their order, 90 to 10.
    private static func lines(_ pool: any StaticImageCollection) -> [Line] {
        var (counts, seen): ([String: Int], [String: Int]) = ([:], [:])
        for entry in pool.entries { counts[entry.className, default: 0] += 1 }
        let indices = Dictionary(uniqueKeysWithValues: pool.classNames.enumerated().map { ($1, $0) })
        var taken: Set<String> = []
        return pool.entries.enumerated().map { index, entry in
            let position = seen[entry.className, default: 0]
            seen[entry.className] = position + 1
            let training = ClassFolders.trainingCount(of: counts[entry.className] ?? 0)
            let part = entry.part ?? (position < training ? .training : .test)
            let folder =
                switch part {
                case .training: "train"
                case .validation: "val"
                case .test, .spare: "test"
                }
            let place = "\(folder)/\(fileName(entry.className))/"
            // Pictures of one name and two endings are two recordings.
            let names = [entry.name, PathName(pool.file(of: index)).name.replacing(".", with: "_")].map(fileName)
            var name = names.first { !taken.contains(place + $0) } ?? names[1]
            var count = 2
            while !taken.insert(place + name).inserted {
                name = "\(names[1])_\(count)"
                count += 1
            }
            return Line(
                file: place + name + ".bin", classIndex: indices[entry.className] ?? 0, part: part, source: entry.source
            )
        }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// A name without what file systems or the list would take for something else.
    private static func fileName(_ name: String) -> String {
        let plain = String(name.map { "/\\\t\n\r:".contains($0) ? "_" : $0 })
        return plain.hasPrefix(".") ? "_" + plain.dropFirst() : plain
    }

    private static func isWhole(_ path: String) -> Bool {
        ClassFolders.size(path).map { $0 > 0 && $0 % NeuromorphicBin.recordSize == 0 } ?? false
    }

    /// Makes the folders and writes how it is made, or finds that it was made otherwise.
    private func prepare(_ description: Description, _ lines: [Line]) throws(DataSetError) {
        let file = output + "/" + Self.descriptionFile
        let text = lines.map(\.text).joined(separator: "\n") + "\n"
        if DataFolders.exists(file) {
            let before = try Self.description(in: output)
            let list =
                (try? FileBytes.read(output + "/" + Self.listFile)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard before == description, list.isEmpty || list == text else {
                throw .incomplete(
                    dataSet: "simulate", folder: output,
                    found:
                        "recordings made with other images or options (\(before.recordings) of \(before.images), sensor "
                        + "\(before.sensorSide), seed \(before.seed), simulator \(before.simulatorVersion))",
                    expected: "those of the same images and options", advice: "give another folder, or delete this one")
            }
        }
        do {
            for folder in Set(lines.map { PathName($0.file).folder }) {
                try FileManager.default.createDirectory(
                    atPath: output + "/" + folder, withIntermediateDirectories: true)
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try Self.write(Array(text.utf8), to: output + "/" + Self.listFile)
            try Self.write(Array(try encoder.encode(description)), to: file)
        } catch let error as DataSetError {
            throw error
        } catch {
            throw .file(.unwritable(path: output, reason: error.localizedDescription))
        }
    }

    static func description(in folder: String) throws(DataSetError) -> Description {
        let path = folder + "/" + descriptionFile
        do throws(FileFormatError) {
            let bytes = try FileBytes.read(path)
            guard let description = try? JSONDecoder().decode(Description.self, from: Foundation.Data(bytes)),
                description.format == 1
            else {
                throw .damaged(
                    path: path, offset: 0, found: "no simulation description",
                    expected: "the output of data simulate",
                    advice: "delete the folder and simulate again")
            }
            return description
        } catch {
            throw .file(error)
        }
    }

    /// Puts a file in its place in one go.
    ///
    /// - Parameter isFlushed: `false` for one of thousands: what a power cut takes is made again.
    private static func write(_ bytes: [UInt8], to path: String, isFlushed: Bool = true) throws(DataSetError) {
        do throws(FileFormatError) {
            try AtomicFile.replace(path, with: bytes, isFlushed: isFlushed)
        } catch {
            throw .file(error)
        }
    }

    /// The picture in the middle of the sensor's view, as large as its movement leaves room for, gray.
    static func view(of image: StaticImage, side: Int) -> StaticImage {
        let shown = side - side * 3 / 17
        let scale = Double(shown) / Double(max(image.width, image.height))
        let width = max(1, Int((Double(image.width) * scale).rounded()))
        let height = max(1, Int((Double(image.height) * scale).rounded()))
        let gray = StaticImage(
            width: image.width, height: image.height, pixels: ImageChannel.luma.extract(from: image))
        let resized = AntialiasedResize.resize(gray, width: width, height: height)
        var pixels = [UInt8](repeating: 0, count: side * side)
        let (left, top) = ((side - width) / 2, (side - height) / 2)
        for row in 0..<height {
            for column in 0..<width {
                pixels[(top + row) * side + left + column] = resized.pixels[row * width + column]
            }
        }
        return StaticImage(width: side, height: side, pixels: pixels)
    }
}
