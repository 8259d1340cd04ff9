import Messages
import Terminal

/// A press focuses and chooses, the wheel scrolls and zooms, a drag moves sliders, handles, crosshairs and playback.
extension WorkbenchState {
    mutating func take(_ mouse: MouseEvent) -> [Wish] {
        switch mouse.kind {
        case .release:
            drag = nil
            return []
        case .drag:
            guard let drag else { return [] }
            return pull(drag, to: mouse.point)
        case .press:
            drag = nil
            return press(hits(at: mouse.point), mouse.point)
        case .wheelUp, .wheelDown: return turn(mouse.kind == .wheelUp, hits(at: mouse.point))
        }
    }

    /// Draws once more, only to learn what lies where.
    private func hits(at point: Point) -> [Hit] {
        let map = HitMap()
        var canvas = Canvas(size: size)
        _ = draw(&canvas, Look(theme: .builtIn, hits: map))
        return map.hits(at: point)
    }

    // MARK: Pressing

    private mutating func press(_ hits: [Hit], _ point: Point) -> [Wish] {
        let isChoice = hits.contains { if case .choice = $0.target { true } else { false } }
        // A page that leaves the keys to the screens leaves them the mouse too.
        if case .chooser(let chooser)? = dialogs.last, !chooser.filters, !isChoice { dialogs.removeLast() }
        if let dialog = dialogs.last { return press(hits, in: dialog) }
        var wishes: [Wish] = []
        for hit in hits {
            switch hit.target {
            case .tab(let screen): self.screen = screen
            case .data(let panel): data.focus = panel
            case .train(let panel): train.setFocus(panel)
            case .runs(let panel): runs.focus = panel
            case .study(let panel): study.focus = panel
            case .row(let index): wishes += choose(index)
            case .tableColumn(let key): runs.table.layout.sort(by: key)
            case .column(let order): runs.keepingChoices(&shared) { runs, _ in runs.sort(by: order) }
            case .action(let action): wishes += perform(action)
            case .slider, .plot, .curve, .picture, .time, .timeline:
                drag = hit
                if hit.target == .curve {
                    train.pickHandle(progress: hit.share(across: point), probability: hit.share(up: point), &shared)
                } else {
                    wishes += pull(hit, to: point)
                }
            case .choice: break
            }
        }
        return wishes
    }

    private mutating func press(_ hits: [Hit], in dialog: Dialog) -> [Wish] {
        for case .choice(let index) in hits.map(\.target) {
            switch dialog {
            case .question(var question) where question.choices.indices.contains(index):
                // Pressed once it has the focus, pressed again it is taken: no press by mistake does anything.
                guard question.focused != index else { return take(.enter, in: dialog) }
                question.focused = index
                dialogs[dialogs.count - 1] = .question(question)
            case .chooser(var chooser):
                let isChosen = chooser.cursor.index(in: chooser.shown.count) == index
                chooser.cursor.select(index)
                dialogs[dialogs.count - 1] = .chooser(chooser)
                if isChosen { return take(.enter, in: .chooser(chooser)) }
            default: break
            }
        }
        return []
    }

    /// A row of the list that has the focus.
    private mutating func choose(_ index: Int) -> [Wish] {
        switch screen {
        case .data: return data.choose(row: index, &shared)
        case .train:
            if train.kind(of: train.focus) == .tuning {
                train.tuning.cursor.select(index)
            } else {
                train.eventCursor.select(index)
            }
        case .runs: return runs.choose(row: index, &shared)
        case .log: break
        case .study: return study.choose(row: index, &shared)
        }
        return []
    }

    // MARK: Dragging

    private mutating func pull(_ hit: Hit, to point: Point) -> [Wish] {
        switch hit.target {
        case .slider(let key): train.slide(key, to: hit.share(across: point), &shared)
        case .plot(let steps):
            let step = Plot.step(at: point.column, hit.rect, steps)
            if screen == .runs { runs.view.crosshair = step } else { train.view.crosshair = step }
        case .curve:
            train.moveHandle(toProgress: hit.share(across: point), probability: hit.share(up: point), &shared)
        case .picture(let placement):
            if let pixel = placement.pixel(at: point) { data.pixel = DataState.Pixel(x: pixel.x, y: pixel.y) }
        case .time: data.scrub(to: hit.share(across: point))
        case .timeline(let steps): runs.playBack(at: Plot.step(at: point.column, hit.rect, steps))
        case .tab, .data, .train, .runs, .study, .row, .column, .tableColumn, .choice, .action: break
        }
        return []
    }

    // MARK: The wheel

    private mutating func turn(_ isUp: Bool, _ hits: [Hit]) -> [Wish] {
        if let dialog = dialogs.last { return take(isUp ? .up : .down, in: dialog) }
        for hit in hits.reversed() {
            switch hit.target {
            case .plot:
                if screen == .runs {
                    runs.view.zoom(in: isUp, last: runs.lastStep)
                } else {
                    train.view.zoom(in: isUp, last: train.history.lastStep)
                }
                return []
            case .picture, .time: return perform(isUp ? .stepBackward : .stepForward)
            case .data(let panel): data.focus = panel
            case .train(let panel): train.setFocus(panel)
            case .runs(let panel): runs.focus = panel
            case .study(let panel): study.focus = panel
            default: continue
            }
            return (0..<3).flatMap { _ in perform(isUp ? .up : .down) }
        }
        return screen == .log ? (0..<3).flatMap { _ in perform(isUp ? .up : .down) } : []
    }
}
