import Configuration

/// Everything a key, a palette entry or a button can do.
enum Action: String, Sendable, Hashable, CaseIterable {
    // Everywhere
    case showData, showTrain, showRuns, showLog
    case nextPanel, previousPanel, zoom
    case up, down, left, right, farLeft, farRight, top, bottom, pageUp, pageDown
    case enter, back, quit, help, palette, filter, nextMatch, previousMatch, suspend, repaint
    case export, theme

    // Data
    case togglePlaying, stepForward, stepBackward, faster, slower
    case eventMode, eventSlicing, moreBins, fewerBins, sortSamples, reverseSamples, togglePair, askModelView
    case glyphs, pixel, maskHotPixels, checkFiles

    // Train
    case begin, pauseOrProceed, oneStep, stop, checkpoint, note
    case typeValue, undo, redo, unstage, boundary, savePreset
    case logarithmic, smoothing, crosshair, overlay, zoomIn, zoomOut, wholeRun
    case addHandle, removeHandle, powerLaw

    // Runs
    case mark, compare, resume, rename, tag, runNote, delete, sortRuns, reverseRuns, showEveryKnob
    case playBack, nextEdit, previousEdit, reproduce, fork, saveSchedule
    case comparePreset, enqueueRun, earlier, later
    case pin, markAll, groupRuns, chooseColumns, analyze

    // Log
    case logLevel

    // Study
    case showStudy, openStudy, trainStudy, release, putFirst, addSeeds, compareArm, showEveryFact
}

/// Where a key has its meaning; the more special place is asked first.
enum Context: String, Sendable, Hashable, CaseIterable {
    case everywhere, data, train, runs, log, study
    case events, tuning, curve, plots, oneRun, runList, runDetail, runTable, queue, presets

    var title: String {
        switch self {
        case .everywhere: "everywhere"
        case .data: "data"
        case .train: "train"
        case .runs: "runs"
        case .log: "log"
        case .study: "study"
        case .events: "data · events"
        case .tuning: "train · tuning"
        case .curve: "train · sliding curve"
        case .plots: "train · plots"
        case .oneRun: "runs · selected run"
        case .runList: "runs · list"
        case .runDetail: "runs · detail"
        case .runTable: "runs · compare"
        case .queue: "runs · queue"
        case .presets: "runs · presets"
        }
    }

    /// The places that see a key when this one does not know it.
    var parents: [Context] {
        switch self {
        case .everywhere: []
        case .data, .train, .runs, .log, .study: [.everywhere]
        case .events: [.data, .everywhere]
        case .tuning, .curve, .plots: [.train, .everywhere]
        case .runList, .runDetail: [.oneRun, .runs, .everywhere]
        case .oneRun, .runTable, .queue, .presets: [.runs, .everywhere]
        }
    }
}
