import Configuration
import Messages
import Terminal

/// How a recording gets into the network with some settings.
struct NetworkInput: Sendable, Hashable {
    /// Side of the square input in pixels.
    let size: String
    let timeStepCount: Int
    let slicing: String

    init(_ configuration: RunConfiguration, _ description: EngineDescription) {
        size = description.text(of: KnownKnob.size, in: configuration)
        timeStepCount = Int(description.text(of: KnownKnob.timeSteps, in: configuration)) ?? 0
        slicing = description.text(of: KnownKnob.slicing, in: configuration)
    }
}

/// What is known of the data set and of the recording: from the camera to what a network is given.
extension DataState {
    func drawInfo(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ settings: NetworkInput) {
        look.hits?.add(rect, .data(.info))
        let inner = look.panel(&canvas, rect, "Info" + openedNote, isFocused: focus == .info)
        let set = openedDataSet
        let recording = recording.flatMap { set == nil || $0.reference.dataSet == set?.name ? $0 : nil }
        var lines: [Line] = []
        if let set { lines += dataSetLines(set, settings, recording, width: inner.width.value) }
        if let recording { lines += recordingLines(recording) }
        if let set { lines += fileLines(set) }
        for (offset, line) in lines.prefix(inner.height.value).enumerated() {
            canvas.put(
                line.text, row: inner.row + offset, column: inner.column, style: look[line.role], width: inner.width)
        }
    }

    private typealias Line = (text: String, role: ThemeRole)

    private func dataSetLines(
        _ set: DataSetSummary, _ settings: NetworkInput, _ recording: RecordingPicture?, width: Int
    ) -> [Line] {
        let ofPublished = set.publishedCount.flatMap { $0 == set.recordingCount ? nil : " of \(Figures.count($0))" }
        // Of files that do not tell it, a recording that was read does.
        let sensor =
            set.sensorWidth > 0
            ? "\(set.sensorWidth)×\(set.sensorHeight)"
            : recording.map { "\($0.width)×\($0.height)" } ?? "sensor size varies"
        let sizes = "\(sensor) → \(settings.size)×\(settings.size)"
        let steps = steps(settings, recording)
        let fits = sizes.columnCount.value + 2 + steps.columnCount.value <= width
        let texts = fits ? ["\(sizes)  \(steps)"] : [sizes, steps]
        let counts =
            !set.isPresent
            ? absentCounts(set)
            : "\(Figures.count(set.recordingCount))\(ofPublished ?? "") rec.  \(Figures.count(set.imageCount)) images"
        let title = [set.shortTitle, set.isSimulated ? "sim." : "", set.license].filter { !$0.isEmpty }
        return [(title.joined(separator: " · "), .text)] + (texts + [counts]).map { ($0, .muted) }
    }

    /// `T 10 × 30 ms`: how a network gets the recording.
    private func steps(_ settings: NetworkInput, _ recording: RecordingPicture?) -> String {
        let count = settings.timeStepCount
        guard settings.slicing.contains("time"), let recording, count > 0 else {
            return "T \(count) by \(settings.slicing)"
        }
        return "T \(count) × \(Figures.milliseconds(Double(recording.durationMicroseconds) / 1e6 / Double(count)))"
    }

    private func recordingLines(_ recording: RecordingPicture) -> [Line] {
        let (on, off) = (onCount, recording.events.count - onCount)
        let ratio = off > 0 ? Figures.text(Double(on) / Double(off)) : "–"
        return [
            ("class \(recording.className)  split \(recording.split)", .muted),
            ("ON \(Figures.count(on))  OFF \(Figures.count(off))  ratio \(ratio)", .muted),
            ("lasts \(Figures.seconds(microseconds: recording.durationMicroseconds))", .muted),
            (
                "hot pixels \(hotPixels.count)"
                    + (hotPixels.isEmpty ? "" : masksHotPixels ? " (masked)" : " (w masks)"),
                hotPixels.isEmpty || masksHotPixels ? .muted : .warning
            ),
        ]
    }

    private func fileLines(_ set: DataSetSummary) -> [Line] {
        guard set.isPresent else { return [] }
        if awaitedCheck == set.name { return [("files: verifying…", .muted)] }
        guard let check = checks[set.name] else { return [("files: not verified (V)", .muted)] }
        return [("damaged \(check.damaged)  missing \(check.missing)", check.isSound ? .muted : .bad)]
    }
}

extension DataSetSummary {
    /// Without what stands in brackets: lists say by themselves what is simulated.
    var shortTitle: String { title.firstIndex(of: "(").map { title[..<$0].trimmed } ?? title }
}

extension DataSetCheck {
    var isSound: Bool { damaged == 0 && misplaced == 0 && extra == 0 }

    /// One line: how many files have which problem.
    var text: String {
        let counts = [
            (damaged, "damaged"), (missing, "missing"), (misplaced, "misplaced"), (extra, "unexpected"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(dataSet): \(recordings) recordings read, "
            + (counts.isEmpty ? "no damaged or missing files" : counts.joined(separator: ", "))
    }
}
