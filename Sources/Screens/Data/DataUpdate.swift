import Configuration
import Messages
import Terminal

extension DataState {
    /// What an action does on this screen.
    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch action {
        case .nextPanel: focus = Panel.allCases.after(focus)
        case .previousPanel: focus = Panel.allCases.before(focus)
        case .zoom: isZoomed.toggle()
        case .enter: return open(&shared)
        case .back:
            if pixel != nil {
                pixel = nil
            } else if isZoomed {
                isZoomed = false
            } else if focus != .dataSets {
                focus = .dataSets
            }
        case .up, .down, .top, .bottom, .pageUp, .pageDown:
            guard focus == .events, pixel != nil, action == .up || action == .down else { return move(action, &shared) }
            movePixel(action)
        case .left, .right, .farLeft, .farRight:
            if focus == .events, pixel != nil {
                movePixel(action)
                break
            }
            let steps = [Action.left: -1, .right: 1, .farLeft: -10, .farRight: 10][action] ?? 0
            step(by: steps)
        case .nextMatch: return move(.down, &shared)
        case .previousMatch: return move(.up, &shared)
        case .togglePlaying: togglePlaying(&shared)
        case .stepForward: step(by: 1)
        case .stepBackward: step(by: -1)
        case .faster: changeSpeed(1)
        case .slower: changeSpeed(-1)
        case .eventMode:
            mode = EventMode.allCases.after(mode)
            rebuildFrames()
            shared.say("event display: \(mode.title)")
        case .eventSlicing:
            slicing = slicing.next
            rebuildFrames()
            shared.say("slicing: \(slicing.title)")
        case .moreBins, .fewerBins:
            slicing = slicing.changed(action == .moreBins ? 1 : -1)
            rebuildFrames()
            shared.say("slicing: \(slicing.title)")
        case .sortSamples:
            (sampleOrder, isReversed) = (SampleOrder.allCases.after(sampleOrder), false)
            refreshShownSamples()
            shared.say("samples sorted by \(sampleOrder.title)")
            return askRecording() + askCounts()
        case .reverseSamples:
            isReversed.toggle()
            refreshShownSamples()
            return askRecording()
        case .glyphs:
            glyphs = HeatmapGlyphs.allCases.after(glyphs)
            shared.say("images drawn with \(glyphs.title)")
        case .pixel:
            guard let frames else { break }
            pixel = pixel == nil ? Pixel(x: frames.width / 2, y: frames.height / 2) : nil
        case .togglePair: showsPair.toggle()
        case .askModelView: return askModelView(saysWhy: true, &shared)
        case .maskHotPixels: maskHotPixels(&shared)
        case .checkFiles: return checkFiles(&shared)
        default: break
        }
        return []
    }

    mutating func tick(_ seconds: Double) {
        guard isMoving, let recording else { return }
        playhead += seconds * speed * 1e6
        let length = Double(max(1, recording.durationMicroseconds))
        if playhead >= length { playhead = playhead.truncatingRemainder(dividingBy: length) }
    }

    // MARK: Lists

    private mutating func move(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch focus {
        case .dataSets:
            _ = dataSetCursor.move(action, in: shownDataSets.count)
            return []
        case .classes:
            _ = classCursor.move(action, in: shownClasses.count + 1)
            sampleCursor.select(0)
            refreshShownSamples()
            return askRecording()
        case .samples:
            _ = sampleCursor.move(action, in: shownSamples.count)
            return askRecording()
        case .events, .pair, .rates, .model, .info:
            switch action {
            case .top: playhead = 0
            case .bottom: playhead = Double(max(0, (frames?.slices.last?.start ?? 0)))
            case .up, .pageUp: step(by: action == .up ? -1 : -10)
            default: step(by: action == .down ? 1 : 10)
            }
            return []
        }
    }

    private mutating func open(_ shared: inout Shared) -> [Wish] {
        switch focus {
        case .dataSets:
            guard let set = chosenDataSet else { return [] }
            guard set.isPresent else {
                shared.say("\(set.title) is not installed: \(set.location)", .warning)
                return []
            }
            return open(set.name)
        case .classes: focus = .samples
        case .samples: focus = .events
        case .events, .rates: togglePlaying(&shared)
        case .model: return askModelView(saysWhy: true, &shared)
        case .pair, .info: break
        }
        return []
    }

    /// Opens a data set and goes to its samples.
    mutating func open(_ name: String) -> [Wish] {
        opened = name
        (samples, classNames, modelView) = ([], [], nil)
        countedSets.remove(name)
        (classCursor, sampleCursor) = (ListCursor(), ListCursor())
        isPlaying = false
        show(nil)
        refreshShownSamples()
        focus = .samples
        return [.ask(.samples(dataSet: name))]
    }

    mutating func setFilter(_ text: String) -> [Wish] {
        switch focus {
        case .dataSets: dataSetCursor.filter = text
        case .classes:
            classCursor.filter = text
            refreshShownSamples()
        case .samples, .events, .pair, .rates, .model, .info:
            sampleCursor.filter = text
            sampleCursor.select(0)
            refreshShownSamples()
            return askRecording() + askCounts()
        }
        return []
    }

    /// A run trains on a data set that was not there when the list was read: it has said where it is.
    func lookAgain(for name: String?) -> [Wish] {
        dataSets.contains { $0.name == name && !$0.isPresent } ? [.ask(.dataSets)] : []
    }

    /// Asks for the chosen sample's events unless they are here or on their way.
    mutating func askRecording() -> [Wish] {
        guard let opened, let sample = chosenSample else { return [] }
        let reference = SampleReference(dataSet: opened, index: sample.index)
        guard reference != recording?.reference || awaited != nil, reference != awaited else { return [] }
        awaited = reference
        return [.ask(.recording(reference))]
    }

    /// Asks for what only the recordings themselves tell, where the list is sorted or filtered by it.
    private mutating func askCounts() -> [Wish] {
        let filter = try? SampleFilter(sampleCursor.filter)
        let needsDuration = sampleOrder == .duration || filter?.asks(for: "time") == true
        guard let opened, awaitedCounts == nil, !countedSets.contains(opened),
            needsDuration || sampleOrder == .events || filter?.asks(for: "events") == true,
            samples.contains(where: { $0.eventCount == nil || needsDuration && $0.durationMicroseconds == nil })
        else { return [] }
        awaitedCounts = opened
        return [.ask(.counted(dataSet: opened, samples))]
    }

    /// A row that was pressed, of the list that has the focus.
    mutating func choose(row: Int, _ shared: inout Shared) -> [Wish] {
        switch focus {
        case .dataSets:
            let isChosen = dataSetCursor.index(in: shownDataSets.count) == row
            dataSetCursor.select(row)
            return isChosen ? open(&shared) : []
        case .classes:
            classCursor.select(row)
            sampleCursor.select(0)
            refreshShownSamples()
            return askRecording()
        case .samples:
            sampleCursor.select(row)
            return askRecording()
        case .events, .pair, .rates, .model, .info: return []
        }
    }

    private mutating func movePixel(_ action: Action) {
        guard let frames, let pixel else { return }
        let (dx, dy): (Int, Int) =
            switch action {
            case .left: (-1, 0)
            case .right: (1, 0)
            case .farLeft: (-10, 0)
            case .farRight: (10, 0)
            case .up: (0, -1)
            default: (0, 1)
            }
        self.pixel = Pixel(
            x: min(frames.width - 1, max(0, pixel.x + dx)), y: min(frames.height - 1, max(0, pixel.y + dy)))
    }

    // MARK: Answers

    mutating func take(dataSets sets: [DataSetSummary]) -> [Wish] {
        dataSets = sets
        hasAskedForDataSets = true
        guard opened == nil, let first = sets.firstIndex(where: \.isPresent) else { return [] }
        dataSetCursor.select(first)
        let keptFocus = focus
        defer { focus = keptFocus }
        return open(sets[first].name)
    }

    mutating func take(_ list: DataSetSamples) -> [Wish] {
        if awaitedCounts == list.dataSet {
            awaitedCounts = nil
            // What lacks a figure still cannot be read: it is not to be asked for again and again.
            countedSets.insert(list.dataSet)
        }
        guard list.dataSet == opened else { return [] }
        (samples, classNames) = (list.samples, list.classNames)
        refreshShownSamples()
        return askRecording() + askCounts()
    }

    mutating func take(_ picture: RecordingPicture) {
        guard picture.reference == awaited || recording == nil else { return }
        if picture.reference == awaited { awaited = nil }
        guard picture.reference.dataSet == opened else { return }
        (modelView, playhead) = (nil, 0)
        if let index = samples.firstIndex(where: { $0.index == picture.reference.index }) {
            samples[index].eventCount = picture.events.count
            samples[index].durationMicroseconds = picture.durationMicroseconds
        }
        show(picture)
        isModelViewOld = true
    }

    mutating func take(_ view: ModelView) {
        if view.reference == awaitedModelView { awaitedModelView = nil }
        if view.reference == recording?.reference { modelView = view }
    }

    mutating func take(_ check: DataSetCheck, _ shared: inout Shared) -> [Wish] {
        if awaitedCheck == check.dataSet { awaitedCheck = nil }
        checks[check.dataSet] = check
        shared.say(check.text, check.isSound ? .good : .warning)
        return [.log(check.isSound ? .info : .warning, check.text)] + check.problems.map { .log(.warning, $0) }
    }

    /// Waits no longer for what has failed.
    mutating func endAwaiting(_ request: LibraryRequest) {
        if case .check(let name) = request, name == awaitedCheck { awaitedCheck = nil }
        if case .counted(let name, _) = request, name == awaitedCounts { awaitedCounts = nil }
        if case .recording(let reference) = request, reference == awaited { awaited = nil }
        if case .modelView(let reference, _) = request, reference == awaitedModelView { awaitedModelView = nil }
        if request == .dataSets { hasAskedForDataSets = true }
    }

    /// Asks what the newest run on this data set predicts for the sample, if it has learned anything yet.
    mutating func askModelView(saysWhy: Bool, _ shared: inout Shared) -> [Wish] {
        guard let recording else {
            if saysWhy {
                shared.say(awaited == nil ? "choose a sample first" : "still reading the recording", .warning)
            }
            return []
        }
        let active =
            shared.trainedDataSet == recording.reference.dataSet
        let run =
            active && shared.run.optimizerStep > 0
            ? shared.run.run
            : shared.runs.filter { $0.dataSet == recording.reference.dataSet && $0.optimizerStep > 0 }
                .max { $0.created < $1.created }?.id
        guard let run else {
            if saysWhy { shared.say("no run on \(recording.reference.dataSet) has a checkpoint yet", .warning) }
            return []
        }
        guard awaitedModelView == nil || saysWhy else { return [] }
        (awaitedModelView, saysWhyNoModelView) = (recording.reference, saysWhy)
        return [.ask(.modelView(recording.reference, run: run))]
    }

    private mutating func maskHotPixels(_ shared: inout Shared) {
        mask(!masksHotPixels)
        shared.say(
            masksHotPixels
                ? "hot pixels masked in images and rates" : "hot pixels shown; training never masks them")
    }

    /// Whether files are being read for a check or for the list.
    var isReading: Bool { awaitedCheck != nil || awaitedCounts != nil }

    /// Reads every file of the data set that is chosen or open.
    private mutating func checkFiles(_ shared: inout Shared) -> [Wish] {
        guard let set = focus == .dataSets ? chosenDataSet : openedDataSet, set.isPresent else {
            shared.say("choose an installed data set first", .warning)
            return []
        }
        guard awaitedCheck == nil else {
            shared.say("still verifying the files of \(awaitedCheck ?? "")", .warning)
            return []
        }
        awaitedCheck = set.name
        shared.say("verifying every file of \(set.title); this may take a while")
        return [.ask(.check(dataSet: set.name))]
    }

    // MARK: Playing

    private mutating func togglePlaying(_ shared: inout Shared) {
        guard recording != nil else {
            shared.say("choose a sample first", .warning)
            return
        }
        isPlaying.toggle()
    }

    private mutating func step(by count: Int) {
        guard let frames, let current = currentSlice else { return }
        isPlaying = false
        let index = min(frames.slices.count - 1, max(0, current + count))
        // Slices of no duration would otherwise never be left.
        playhead = Double(frames.slices[index].start)
    }

    private mutating func changeSpeed(_ direction: Int) {
        let index = Self.speeds.firstIndex(of: speed) ?? 3
        speed = Self.speeds[min(Self.speeds.count - 1, max(0, index + direction))]
    }
}

extension Array where Element: Equatable {
    /// The element after this one, round and round.
    func after(_ element: Element) -> Element {
        guard let index = firstIndex(of: element) else { return element }
        return self[(index + 1) % count]
    }

    func before(_ element: Element) -> Element {
        guard let index = firstIndex(of: element) else { return element }
        return self[(index + count - 1) % count]
    }
}
