import Foundation
import Messages
import Terminal

/// The data screen: data sets, classes, samples, and one recording that is played.
struct DataState: Sendable {
    enum Panel: String, Sendable, Hashable, CaseIterable {
        case dataSets, classes, samples, events, pair, rates, model, info
    }

    var focus = Panel.dataSets
    var isZoomed = false

    var dataSets: [DataSetSummary] = []
    var hasAskedForDataSets = false
    var dataSetCursor = ListCursor()
    var classCursor = ListCursor()
    var sampleCursor = ListCursor()

    /// Whose samples are shown.
    var opened: String?
    var samples: [SampleSummary] = []
    var classNames: [String] = []
    var sampleOrder = SampleOrder.listed
    var isReversed = false

    /// The sample that has been asked for and has not come yet.
    var awaited: SampleReference?
    private(set) var recording: RecordingPicture?
    /// Pixels of the recording that fire whatever the camera sees, as `HotPixels` finds them.
    private(set) var hotPixels: [Int] = []
    /// Events of the recording that are ON.
    private(set) var onCount = 0
    /// Pictures and rates leave them out. What is trained on does not.
    private(set) var masksHotPixels = false
    /// The recording as pictures and rates show it.
    private(set) var shownRecording: RecordingPicture?
    /// What came of looking at every file, by data set.
    var checks: [String: DataSetCheck] = [:]
    /// The data set whose recordings are being read to count their events.
    var awaitedCounts: String?
    /// Whose recordings have been counted since they were opened.
    var countedSets: Set<String> = []
    /// The data set whose files are being read.
    var awaitedCheck: String?
    var frames: PlaybackFrames?
    /// ON and OFF events a second over the recording, in `rateBinCount` bins.
    var rates: (on: [Double], off: [Double]) = ([], [])
    var modelView: ModelView?
    var awaitedModelView: SampleReference?
    /// Whether a person asked for the model view that is awaited, and is to hear why it does not come.
    var saysWhyNoModelView = false
    /// Whether there is a checkpoint that the model view has not seen.
    var isModelViewOld = false

    var glyphs = HeatmapGlyphs.halfBlocks
    /// The pixel that is read out, in the picture's own pixels; `nil` reads none.
    var pixel: Pixel?
    var mode = EventMode.polarity
    var slicing = EventSlicing.time(bins: 12)
    var showsPair = true
    var isPlaying = false
    /// Real time is 1.
    var speed = 0.25
    /// Microseconds since the first event.
    var playhead = 0.0

    enum SampleOrder: String, Sendable, Hashable, CaseIterable {
        case listed, events, duration, label, name

        var title: String { self == .listed ? "file order" : self == .events ? "number of events" : rawValue }
    }

    struct Pixel: Sendable, Hashable {
        var x: Int
        var y: Int
    }

    static let rateBinCount = 200
    static let speeds = [0.03125, 0.0625, 0.125, 0.25, 0.5, 1, 2, 4]

    // MARK: What is shown

    /// Takes another recording over, or none.
    mutating func show(_ recording: RecordingPicture?) {
        self.recording = recording
        hotPixels = recording.map(HotPixels.found) ?? []
        onCount = recording?.events.count { $0.isOn } ?? 0
        mask(masksHotPixels)
    }

    /// Leaves hot pixels out of pictures and rates, or shows them.
    mutating func mask(_ masks: Bool) {
        masksHotPixels = masks
        shownRecording = masks ? recording?.without(pixels: hotPixels) : recording
        rebuildFrames()
        rebuildRates()
    }

    var shownDataSets: [DataSetSummary] {
        dataSets.filter { dataSetCursor.matches($0.name + " " + $0.title) }
    }

    var chosenDataSet: DataSetSummary? {
        let shown = shownDataSets
        return dataSetCursor.index(in: shown.count).map { shown[$0] }
    }

    var openedDataSet: DataSetSummary? { dataSets.first { $0.name == opened } }

    /// Class indices that the filter leaves; the row before them stands for all classes.
    var shownClasses: [Int] { classNames.indices.filter { classCursor.matches(classNames[$0]) } }

    /// The class that samples are limited to; `nil` for all.
    var chosenClass: Int? {
        let shown = shownClasses
        guard let row = classCursor.index(in: shown.count + 1), row > 0 else { return nil }
        return shown[row - 1]
    }

    func className(_ index: Int) -> String {
        classNames.indices.contains(index) ? classNames[index] : "class \(index)"
    }

    /// Positions in `samples`, filtered and sorted. Kept, because a data set may have tens of thousands.
    private(set) var shownSamples: [Int] = []

    mutating func refreshShownSamples() {
        let chosen = chosenClass
        // A filter that cannot be read, as while it is typed, leaves everything.
        let filter = try? SampleFilter(sampleCursor.filter)
        shownSamples = samples.indices.filter { index in
            let sample = samples[index]
            guard chosen == nil || sample.classIndex == chosen else { return false }
            return filter?.matches(sample, className: className(sample.classIndex)) ?? true
        }
        switch sampleOrder {
        case .listed: break
        case .events: sortSamples { Double(-($0.eventCount ?? -1)) }
        case .duration: sortSamples { Double(-($0.durationMicroseconds ?? -1)) }
        case .label: sortSamples { Double($0.classIndex) }
        case .name:
            shownSamples.sort { samples[$0].name.localizedStandardCompare(samples[$1].name) == .orderedAscending }
        }
        if isReversed { shownSamples.reverse() }
    }

    private mutating func sortSamples(_ key: (SampleSummary) -> Double) {
        let keys = Dictionary(uniqueKeysWithValues: shownSamples.map { ($0, key(samples[$0])) })
        shownSamples.sort { (keys[$0] ?? 0, $0) < (keys[$1] ?? 0, $1) }
    }

    var chosenSample: SampleSummary? {
        sampleCursor.index(in: shownSamples.count).map { samples[shownSamples[$0]] }
    }

    /// A slice that is shown whatever the playhead says; slices of no duration cannot be told by time.
    var shownSlice: Int?
    var currentSlice: Int? { shownSlice ?? frames?.slice(at: Int(playhead)) }

    /// What a person watches now needs ticks.
    var isMoving: Bool { isPlaying && recording != nil }

    mutating func rebuildFrames() {
        guard let recording = shownRecording else {
            frames = nil
            rates = ([], [])
            return
        }
        frames = PlaybackFrames(recording, mode: mode, slicing: slicing)
        if let frames, let pixel {
            self.pixel = Pixel(x: min(frames.width - 1, pixel.x), y: min(frames.height - 1, pixel.y))
        }
    }

    /// Puts the playback to a share of the recording.
    mutating func scrub(to share: Double) {
        guard let recording else { return }
        isPlaying = false
        playhead = min(1, max(0, share)) * Double(max(0, recording.durationMicroseconds - 1))
    }

    mutating func rebuildRates() {
        guard let recording = shownRecording, !recording.events.isEmpty else {
            rates = ([], [])
            return
        }
        let length = max(1, max(recording.durationMicroseconds, Int(recording.events.last?.microseconds ?? 0) + 1))
        let count = Self.rateBinCount
        var (on, off) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        let share = Double(count) / (Double(length) / 1e6)
        for event in recording.events {
            let bin = min(count - 1, max(0, Int(event.microseconds) * count / length))
            if event.isOn { on[bin] += share } else { off[bin] += share }
        }
        rates = (on, off)
    }
}
