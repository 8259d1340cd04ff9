import Configuration
import Messages
import Terminal

extension DataState {
    func draw(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, settings: NetworkInput
    ) {
        if isZoomed { return draw(focus, &canvas, rect, look, shared, settings) }
        let isWide = rect.width >= 110
        let (lists, rest) = rect.split(left: isWide ? 32 : 28)
        drawLists(&canvas, lists, look, settings)
        if focus == .dataSets, let set = chosenDataSet, !set.isPresent { return drawAbsent(set, &canvas, rest, look) }
        let isTall = rect.height >= 30
        let (above, model) = rest.split(bottom: isTall ? 6 : 0)
        let (pictures, below) = above.split(bottom: isTall ? 8 : 6)
        if showsPair, isWide {
            let (pair, events) = pictures.split(left: pictures.width / 2)
            drawPair(&canvas, pair, look)
            drawEvents(&canvas, events, look)
        } else if showsPair, pictures.width >= 40 {
            let (events, pair) = pictures.split(right: pictures.width / 3)
            drawEvents(&canvas, events, look)
            drawPair(&canvas, pair, look)
        } else {
            draw(focus == .pair ? .pair : .events, &canvas, pictures, look, shared, settings)
        }
        // Where not everything fits, the panel that has the focus takes the place of the rates.
        draw(!isTall && focus == .model ? .model : .rates, &canvas, below, look, shared, settings)
        if isTall { drawModelView(&canvas, model, look, shared) }
    }

    private func draw(
        _ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared,
        _ settings: NetworkInput
    ) {
        switch panel {
        case .dataSets: drawDataSets(&canvas, rect, look)
        case .classes: drawClasses(&canvas, rect, look)
        case .samples: drawSamples(&canvas, rect, look)
        case .events: drawEvents(&canvas, rect, look)
        case .pair: drawPair(&canvas, rect, look)
        case .rates: drawRates(&canvas, rect, look)
        case .model: drawModelView(&canvas, rect, look, shared)
        case .info: drawInfo(&canvas, rect, look, settings)
        }
    }

    /// What to do about a data set that is not on this machine.
    private func drawAbsent(_ set: DataSetSummary, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let inner = look.panel(&canvas, rect, "\(set.title) is not installed", isFocused: false).inset()
        let (facts, advice) = inner.split(top: 3)
        look.hint(
            &canvas, facts, absentCounts(set) + (set.license.isEmpty ? "" : ", license " + set.license))
        look.hint(&canvas, advice, "How to get it: " + set.location, role: .warning)
    }

    /// `8,709 recordings, 101 classes (not installed)`: as published, for nothing of it is here to be counted.
    func absentCounts(_ set: DataSetSummary) -> String {
        let recordings = set.publishedCount.map { "\(Figures.count($0)) recordings" }
        let classes = set.publishedClassCount.map { "\(Figures.count($0)) classes" }
        let counts = [recordings, classes].compactMap { $0 }.joined(separator: ", ")
        return counts.isEmpty ? "not installed" : counts + " (not installed)"
    }

    // MARK: Lists

    private func drawLists(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ settings: NetworkInput) {
        let isTall = rect.height >= 30
        let setRows = Row(min(8, max(4, dataSets.count + 2)))
        let (sets, belowSets) = rect.split(top: isTall ? setRows : 5)
        let (classes, belowClasses) = belowSets.split(top: isTall ? 7 : 5)
        drawDataSets(&canvas, sets, look)
        drawClasses(&canvas, classes, look)
        guard isTall else {
            return focus == .info
                ? drawInfo(&canvas, belowClasses, look, settings) : drawSamples(&canvas, belowClasses, look)
        }
        let (samples, info) = belowClasses.split(bottom: 11)
        drawSamples(&canvas, samples, look)
        drawInfo(&canvas, info, look, settings)
    }

    private func drawDataSets(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .data(.dataSets))
        let inner = look.panel(
            &canvas, rect, "Data sets" + filterNote(dataSetCursor), isFocused: focus == .dataSets)
        let shown = shownDataSets
        guard !shown.isEmpty else {
            return look.hint(
                &canvas, inner,
                hasAskedForDataSets ? (dataSets.isEmpty ? "No data sets." : "No match.") : "Searching…")
        }
        let width = inner.width.value - 1
        look.list(&canvas, inner, cursor: dataSetCursor, count: shown.count, isFocused: focus == .dataSets) { index in
            let set = shown[index]
            let detail =
                set.isPresent
                ? "\(set.classCount)cls \(Figures.count(set.recordingCount))" + (set.isSimulated ? " sim" : "")
                : "absent"
            let name = Figures.left(set.shortTitle, max(4, width - detail.count - 1))
            return (name + " " + detail, set.isPresent ? .text : .muted)
        }
    }

    private func drawClasses(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .data(.classes))
        let shown = shownClasses
        let inner = look.panel(
            &canvas, rect, "Classes" + openedNote + filterNote(classCursor), isFocused: focus == .classes)
        look.list(&canvas, inner, cursor: classCursor, count: shown.count + 1, isFocused: focus == .classes) { row in
            row == 0 ? ("all \(classNames.count) classes", .text) : (className(shown[row - 1]), .text)
        }
    }

    private func drawSamples(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .data(.samples))
        let order =
            sampleOrder == .listed && !isReversed ? "" : "  by \(sampleOrder.rawValue) \(isReversed ? "▲" : "▼")"
        let isReadable = (try? SampleFilter(sampleCursor.filter)) != nil
        let title =
            "Samples" + openedNote + order + filterNote(sampleCursor) + (isReadable ? "" : " (invalid filter)")
        let inner = look.panel(
            &canvas, rect, title, note: awaitedCounts == nil ? "" : "counting…", isFocused: focus == .samples)
        guard !shownSamples.isEmpty else {
            let text =
                opened == nil
                ? "Press Enter on a data set to open it."
                : samples.isEmpty
                    ? "No samples."
                    : "No match. Filter with words, class:3, split:test, events>4k, time<0.5, -word."
            return look.hint(&canvas, inner, text)
        }
        let width = inner.width.value - 1
        look.list(
            &canvas, inner, cursor: sampleCursor, count: shownSamples.count, isFocused: focus == .samples
        ) { row in
            let sample = samples[shownSamples[row]]
            let events = Figures.right(sample.eventCount.map { Figures.count($0) } ?? "·", 6)
            let seconds = sample.durationMicroseconds.map { Figures.text(Double($0) / 1e6) + "s" } ?? "·"
            let detail = events + " " + Figures.right(seconds, 6)
            let label = className(sample.classIndex)
            let labelWidth = max(0, min(8, label.count, width - detail.count - 7))
            let name = Figures.left(sample.name, max(4, width - detail.count - labelWidth - 2))
            return (name + " " + Figures.left(label, labelWidth) + " " + detail, .text)
        }
    }

    /// Whose classes, samples and figures these are, where the cursor is on another data set.
    var openedNote: String {
        guard let openedDataSet, openedDataSet.name != chosenDataSet?.name else { return "" }
        return "  " + openedDataSet.shortTitle
    }

    private func filterNote(_ cursor: ListCursor) -> String { cursor.filter.isEmpty ? "" : "  /\(cursor.filter)" }
}
