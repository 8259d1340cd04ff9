import FileFormats
import Files
import Foundation
import Synchronization

/// Looks at every file of a data set: is it whole, is it where it belongs, is it what a manifest says, and are there as
/// many as were published?
public enum DataSetVerification {
    /// Something about one file.
    public struct Finding: Sendable, Hashable, Codable {
        /// Relative to the data set's folder where it lies below it.
        public var path: String
        public var problem: String
    }

    public struct ClassCount: Sendable, Hashable, Codable {
        public var className: String
        /// "training", "test", or "all".
        public var part: String
        public var found: Int
        /// As published.
        public var known: Int
    }

    public struct Report: Sendable, Hashable, Codable {
        public var dataSet: String
        public var folder: String?
        public var recordings: Int
        public var images: Int
        /// Cannot be read, hold events beyond the sensor, or have times that run backwards where the format's do not.
        public var damaged: [Finding] = []
        /// In the manifest, not here.
        public var missing: [Finding] = []
        /// Here, not in the manifest; or in a class's folder and no file of the data set.
        public var extra: [Finding] = []
        /// Another content than the manifest says.
        public var changed: [Finding] = []
        /// In the folder of a class to which the image behind it does not belong, or with the content of another file.
        public var misplaced: [Finding] = []
        /// Where the numbers are not those published.
        public var counts: [ClassCount] = []
        /// Whether the numbers published are known at all.
        public var countsAreKnown = false
        /// Why nobody can train on it as it is, in the words with which training refuses it. No file's problem: a part of a
        /// data set may be whole.
        public var refusal: String?
        /// What can be read all the same and people should know of: pictures with what their decoder said, recordings with an
        /// event far from all others. No problem.
        public var noted: [Finding] = []
        /// In the folder and no part of the data set, with the reason; no problem.
        public var leftOut: [Finding] = []
        /// Manifest that it was compared with.
        public var manifest: String?

        /// No file has a problem. A part of a data set is sound, too.
        public var isSound: Bool {
            damaged.isEmpty && missing.isEmpty && extra.isEmpty && changed.isEmpty && misplaced.isEmpty
        }
        /// As many recordings of each class as were published.
        public var isComplete: Bool { countsAreKnown && counts.isEmpty }
    }

    /// Reads everything, on all processors. The calling thread waits.
    ///
    /// - Parameters:
    ///   - manifest: what should be there, and where that was read.
    ///   - progress: called now and then, from any thread.
    /// - Throws: `DataSetError` if files are gone while they are looked at.
    public static func run(
        _ dataSet: any DataSet, _ contents: any DataSetContents, manifest: (content: Manifest, path: String)? = nil,
        progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(DataSetError) -> Report {
        var report = Report(
            dataSet: dataSet.name, folder: contents.folder, recordings: contents.recordings.count,
            images: contents.images.count, manifest: manifest?.path)
        let order = contents.recordings.indices.sorted {
            (contents.storagePosition(of: $0), $0) < (contents.storagePosition(of: $1), $1)
        }
        let done = Mutex(0)
        let all = contents.recordings.count + contents.images.count
        @Sendable func advance() {
            let count = done.withLock { done -> Int in
                done += 1
                return done
            }
            if count % 512 == 0 || count == all { progress(count, all) }
        }
        // Where the sensor is known, an event upon it is none too many.
        let isSizeSaid = contents.sensor != nil
        let recordings = try mapInParallel("reading recordings", order, { () }) {
            (index, _) throws(DataSetError) -> (damage: Finding?, note: Finding?) in
            defer { advance() }
            let damage = damage(ofRecording: index, contents)
            return (damage, isSizeSaid || damage != nil ? nil : stray(inRecording: index, contents))
        }
        report.damaged = recordings.compactMap(\.damage).unique.sortedByPath
        let images = try mapInParallel("reading images", Array(contents.images.indices), { () }) {
            (index, _) throws(DataSetError) -> (damage: Finding?, note: Finding?) in
            defer { advance() }
            return look(atImage: index, contents)
        }
        report.damaged += images.compactMap(\.damage).unique.sortedByPath
        report.noted = (images + recordings).compactMap(\.note).unique.sortedByPath
        report.refusal = refusal(dataSet, contents)
        report.leftOut = leftOut(contents)
        report.extra = strangers(contents, except: Set(report.leftOut.map(\.path)))
        report.misplaced = misplaced(contents)
        let isUnreadable = Set(report.damaged.map(\.path))
        let hashes = FileHashes()
        report.misplaced += try copies(contents, hashes, except: isUnreadable)
        if let manifest { try compare(manifest.content, contents, hashes, except: isUnreadable, &report) }
        if let known = dataSet.knownCounts {
            report.countsAreKnown = true
            report.counts = differences(contents, known)
        }
        return report
    }

    private static func path(ofRecording index: Int, _ contents: any DataSetContents) -> String {
        contents.file(of: index).map { Manifest.relative($0, to: contents.folder) } ?? contents.recordings[index].name
    }

    private static func damage(ofRecording index: Int, _ contents: any DataSetContents) -> Finding? {
        let path = path(ofRecording: index, contents)
        do throws(DataSetError) {
            _ = try contents.recording(at: index)
            // Reading sorts events; in this format they come in order, so that disorder is damage.
            if let file = contents.file(of: index), file.hasSuffix(".bin") {
                let events = try EventFiles.read(file, sensor: contents.sensor).events
                if events.isEmpty { return Finding(path: path, problem: "holds no event") }
                if let steps = ClockOrder.firstStepBack(in: events) {
                    return Finding(path: path, problem: "times run backwards, first at event \(steps)")
                }
            }
            return nil
        } catch {
            return Finding(path: path, problem: error.description)
        }
    }

    /// An event far from all others in a file that does not say its sensor's size.
    private static func stray(inRecording index: Int, _ contents: any DataSetContents) -> Finding? {
        // Recordings are sorted by time: the file tells which event it is.
        guard let recording = try? contents.recording(at: index), StrayEvents.suspect(in: recording.events) != nil,
            let path = contents.file(of: index), let file = try? EventFiles.read(path, sensor: nil),
            file.declaredSensor == nil, let suspect = StrayEvents.suspect(in: file.events)
        else { return nil }
        return Finding(path: self.path(ofRecording: index, contents), problem: suspect.description)
    }

    /// By the very rule by which training chooses what it learns and tests on. Images count where there are some.
    private static func refusal(_ dataSet: any DataSet, _ contents: any DataSetContents) -> String? {
        let options = DataOptions(set: dataSet.name, needsImages: !contents.images.isEmpty)
        do throws(DataSetError) {
            _ = try SampleChoice(options, of: contents)
            return nil
        } catch {
            return error.description
        }
    }

    private static func look(
        atImage index: Int, _ contents: any DataSetContents
    ) -> (damage: Finding?, note: Finding?) {
        func finding(_ problem: String) -> Finding {
            Finding(
                path: contents.imageFile(of: index).map { Manifest.relative($0, to: contents.folder) }
                    ?? "image \(index)", problem: problem)
        }
        do throws(DataSetError) {
            let notes = try contents.image(at: index).notes
            return (nil, notes.isEmpty ? nil : finding(notes.joined(separator: "; ")))
        } catch {
            return (finding(error.description), nil)
        }
    }

    /// What the data set left out, and what lies hidden or is the system's in the folders of its recordings.
    private static func leftOut(_ contents: any DataSetContents) -> [Finding] {
        var found = contents.leftOut.map { Finding(path: $0.path, problem: $0.reason) }
        guard let root = contents.folder else { return found }
        var folders: Set<String> = [root]
        for path in contents.recordings.indices.compactMap({ contents.file(of: $0) }) {
            folders.insert(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
        }
        for folder in folders {
            let below = Manifest.relative(folder, to: root)
            found += FolderListing(folder).leftOut.map { $0.below(folder == root ? "" : below) }.map {
                Finding(path: $0.path, problem: $0.reason)
            }
        }
        return found.sortedByPath.unique
    }

    /// Files that lie beside recordings and are none.
    private static func strangers(_ contents: any DataSetContents, except known: Set<String>) -> [Finding] {
        let paths = Set(contents.recordings.indices.compactMap { contents.file(of: $0) })
        let stems = Set(paths.map { PathName($0).withoutEnding })
        let folders = Set(paths.map { PathName($0).folder })
        var found: [Finding] = []
        for folder in folders.sorted() {
            for name in DataFolders.names(in: folder) {
                let path = folder + "/" + name
                // Lists that belong to a recording or to all of them are no strangers.
                let belongs = [".csv", ".txt", ".json", ".tsv", ".md"].contains { name.hasSuffix($0) }
                guard !paths.contains(path), !ClassFolders.isFolder(path), !belongs else { continue }
                let relative = Manifest.relative(path, to: contents.folder)
                let isTwin = stems.contains(PathName(path).withoutEnding)
                guard isTwin || !known.contains(relative) else { continue }
                found.append(
                    Finding(
                        path: relative,
                        problem: isTwin
                            ? "does not belong to the data set, although its name looks like it"
                            : "does not belong to the data set"))
            }
        }
        return found
    }

    /// Recordings whose source image is of another class.
    private static func misplaced(_ contents: any DataSetContents) -> [Finding] {
        var classes: [SourceImage: String] = [:]
        for image in contents.images { if let source = image.source { classes[source] = image.className } }
        // Where images of something else stand beside the recordings, their classes say nothing.
        guard Set(classes.values).isSuperset(of: Set(contents.recordings.map { contents.classNames[$0.classIndex] }))
        else { return [] }
        return contents.recordings.indices.compactMap { index in
            let recording = contents.recordings[index]
            let own = contents.classNames[recording.classIndex]
            guard let source = recording.source, let other = classes[source], other != own else { return nil }
            return Finding(
                path: path(ofRecording: index, contents),
                problem:
                    "lies in class '\(own)', but the image it was made from (\(source.collection) \(source.index)) is of "
                    + "class '\(other)'")
        }
    }

    /// Files with the content of another.
    private static func copies(
        _ contents: any DataSetContents, _ hashes: FileHashes, except unreadable: Set<String>
    ) throws(DataSetError) -> [Finding] {
        let all = contents.recordings.indices.compactMap { contents.file(of: $0) }
        var sizes: [Int: [String]] = [:]
        for path in Set(all).sorted() {
            guard !unreadable.contains(Manifest.relative(path, to: contents.folder)), let size = ClassFolders.size(path)
            else { continue }
            sizes[size, default: []].append(path)
        }
        // Only files of the same size can be the same.
        let candidates = sizes.values.filter { $0.count > 1 }.flatMap { $0 }.sorted()
        let hashed = try mapInParallel("comparing files", candidates, { () }) { (path, _) throws(DataSetError) in
            (path, try hashes.of(path).hash)
        }
        var first: [String: String] = [:]
        var found: [Finding] = []
        for (path, hash) in hashed {
            if let other = first[hash] {
                found.append(
                    Finding(
                        path: Manifest.relative(path, to: contents.folder),
                        problem: "is a duplicate of \(Manifest.relative(other, to: contents.folder))"))
            } else {
                first[hash] = path
            }
        }
        return found
    }

    private static func compare(
        _ manifest: Manifest, _ contents: any DataSetContents, _ hashes: FileHashes, except unreadable: Set<String>,
        _ report: inout Report
    ) throws(DataSetError) {
        let expected = Dictionary(
            manifest.entries.map { ($0.path ?? $0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var here: [String: String] = [:]
        for index in contents.recordings.indices {
            here[path(ofRecording: index, contents)] = contents.file(of: index) ?? ""
        }
        for (path, entry) in expected where here[path] == nil {
            let full = path.hasPrefix("/") ? path : (contents.folder ?? "") + "/" + path
            if DataFolders.exists(full) {
                here[path] = full
            } else if entry.path != nil {
                report.missing.append(
                    Finding(path: path, problem: "is missing (\(entry.split), \(entry.bytes) bytes)"))
            }
        }
        // A run uses a part of the recordings: those it left out are not extra.
        if manifest.seed == nil {
            report.extra +=
                here.keys.filter { expected[$0] == nil }.map {
                    Finding(path: $0, problem: "is not in the manifest")
                }.sortedByPath
        }
        let both = here.filter { expected[$0.key] != nil && !$0.value.isEmpty }.sorted { $0.key < $1.key }
        let changed = try mapInParallel("reading files", both, { () }) { (file, _) throws(DataSetError) -> Finding? in
            guard let entry = expected[file.key] else { return nil }
            let (bytes, hash) = try hashes.of(file.value)
            guard hash != entry.sha256 else { return nil }
            return Finding(
                path: file.key,
                problem: bytes == entry.bytes
                    ? "has the same size, but different content" : "has \(bytes) bytes instead of \(entry.bytes)")
        }
        report.changed = changed.compactMap { $0 }.sortedByPath
        report.missing = report.missing.sortedByPath
    }

    private static func differences(_ contents: any DataSetContents, _ known: KnownCounts) -> [ClassCount] {
        known.lines.compactMap { line in
            let found = contents.recordings.count {
                contents.classNames[$0.classIndex] == line.className && (line.part == nil || $0.part == line.part)
            }
            guard found != line.count else { return nil }
            return ClassCount(
                className: line.className, part: line.part?.rawValue ?? "all", found: found, known: line.count)
        }
    }
}

/// Order of times in a list of events.
enum ClockOrder {
    /// The first event whose time is before that of the event before it.
    static func firstStepBack(in events: [Event]) -> Int? {
        events.indices.dropFirst().first { events[$0].timestamp < events[$0 - 1].timestamp }
    }
}

extension [DataSetVerification.Finding] {
    fileprivate var sortedByPath: Self { sorted { ($0.path, $0.problem) < ($1.path, $1.problem) } }

    /// One a path: a file of many recordings is damaged once.
    fileprivate var unique: Self {
        var seen: Set<String> = []
        return filter { seen.insert($0.path).inserted }
    }
}
