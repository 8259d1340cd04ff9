/// Everything a key, a palette entry or a button can do.
enum Action: String, Sendable, Hashable, CaseIterable {
    // Everywhere
    case showData, showTrain, showRuns, showLog
    case nextPanel, previousPanel, zoom
    case up, down, left, right, farLeft, farRight, top, bottom, pageUp, pageDown
    case enter, back, quit, help, palette, filter, nextMatch, previousMatch, suspend, repaint

    // Data
    case togglePlaying, stepForward, stepBackward, faster, slower
    case eventMode, eventSlicing, moreBins, fewerBins, sortByEvents, togglePair, askModelView

    // Train
    case begin, pauseOrProceed, oneStep, stop, checkpoint, note
    case typeValue, undo, redo, unstage, boundary, savePreset
    case logarithmic, smoothing

    // Runs
    case mark, compare, resume, rename, tag, runNote, delete, sortRuns, showEveryKnob

    // Log
    case logLevel
}

/// Where a key has its meaning; the more special place is asked first.
enum Context: String, Sendable, Hashable, CaseIterable {
    case everywhere, data, train, runs, log
    case events, tuning, runList, presets

    var title: String {
        switch self {
        case .everywhere: "everywhere"
        case .data: "data"
        case .train: "train"
        case .runs: "runs"
        case .log: "log"
        case .events: "data · events"
        case .tuning: "train · tuning"
        case .runList: "runs · list"
        case .presets: "runs · presets"
        }
    }

    /// The places that see a key when this one does not know it.
    var parents: [Context] {
        switch self {
        case .everywhere: []
        case .data, .train, .runs, .log: [.everywhere]
        case .events: [.data, .everywhere]
        case .tuning: [.train, .everywhere]
        case .runList, .presets: [.runs, .everywhere]
        }
    }
}
