import Configuration
import Terminal

/// One line of the table of keys.
struct Binding: Sendable, Hashable {
    let context: Context
    let keys: [KeyPress]
    let action: Action
    let title: String
    /// Whether it stands in the footer.
    let isInFooter: Bool
    /// Whether it stands in the palette; moving about does not.
    let isInPalette: Bool

    init(
        _ context: Context, _ keys: [KeyPress], _ action: Action, _ title: String, footer: Bool = false,
        palette: Bool = true
    ) {
        (self.context, self.keys, self.action, self.title) = (context, keys, action, title)
        (isInFooter, isInPalette) = (footer, palette)
    }

    var keyTitle: String { keys.prefix(2).map(\.title).joined(separator: " ") }
}

/// The only table of keys: dispatch, help, footer and palette read it.
enum BindingTable {
    static let all: [Binding] = everywhere + data + train + runs + log

    /// What a key does in a place; the place's own meaning first, then those of the places around it.
    static func action(for key: KeyPress, in context: Context) -> Action? {
        for place in [context] + context.parents {
            guard let action = byKey[Slot(context: place, key: key)] else { continue }
            return meaningless[context]?.contains(action) == true ? nil : action
        }
        return nil
    }

    /// What can be done in a place, the special first.
    static func bindings(in context: Context) -> [Binding] {
        ([context] + context.parents).flatMap { bindings(of: $0, seenIn: context) }
    }

    /// Those that stand at one place in the table, as far as they mean something in another.
    static func bindings(of place: Context, seenIn context: Context) -> [Binding] {
        all.filter { $0.context == place && meaningless[context]?.contains($0.action) != true }
    }

    /// What is said everywhere and has no meaning in a place: the log is a single panel.
    private static let meaningless: [Context: Set<Action>] = [
        .log: [.nextPanel, .previousPanel, .zoom, .enter, .left, .right, .farLeft, .farRight]
    ]

    private struct Slot: Hashable {
        var context: Context
        var key: KeyPress
    }

    private static let byKey = Dictionary(
        all.flatMap { binding in
            binding.keys.map { (Slot(context: binding.context, key: $0), binding.action) }
        }, uniquingKeysWith: { first, _ in first })

    private static func key(_ character: Character) -> KeyPress { .character(character) }

    static let everywhere: [Binding] = [
        Binding(.everywhere, [key("1")], .showData, "show the data"),
        Binding(.everywhere, [key("2")], .showTrain, "show training"),
        Binding(.everywhere, [key("3")], .showRuns, "show runs and presets"),
        Binding(.everywhere, [key("4")], .showLog, "show the log"),
        Binding(.everywhere, [.tab], .nextPanel, "next panel", footer: true, palette: false),
        Binding(.everywhere, [.backTab], .previousPanel, "previous panel", palette: false),
        Binding(.everywhere, [.up, key("k")], .up, "up", palette: false),
        Binding(.everywhere, [.down, key("j")], .down, "down", palette: false),
        Binding(.everywhere, [.left, key("h")], .left, "left; nudge down", palette: false),
        Binding(.everywhere, [.right, key("l")], .right, "right; nudge up", palette: false),
        Binding(.everywhere, [key("H")], .farLeft, "ten times as far left", palette: false),
        Binding(.everywhere, [key("L")], .farRight, "ten times as far right", palette: false),
        Binding(.everywhere, [key("g"), .home], .top, "first", palette: false),
        Binding(.everywhere, [key("G"), .end], .bottom, "last", palette: false),
        Binding(.everywhere, [.pageUp, .control("b")], .pageUp, "page up", palette: false),
        Binding(.everywhere, [.pageDown, .control("f")], .pageDown, "page down", palette: false),
        Binding(.everywhere, [.enter], .enter, "open, apply", palette: false),
        Binding(.everywhere, [.escape], .back, "back", palette: false),
        Binding(.everywhere, [key("z")], .zoom, "zoom the panel", footer: true),
        Binding(.everywhere, [key("/")], .filter, "filter", footer: true),
        Binding(.everywhere, [key("n")], .nextMatch, "next match", palette: false),
        Binding(.everywhere, [key("N")], .previousMatch, "previous match", palette: false),
        Binding(.everywhere, [key("?")], .help, "help", footer: true),
        Binding(.everywhere, [key(":"), .control("p")], .palette, "palette", footer: true, palette: false),
        Binding(.everywhere, [key("X")], .export, "export what is on the screen…"),
        Binding(.everywhere, [key("T")], .theme, "choose a theme…"),
        Binding(.everywhere, [key("q")], .quit, "up, then quit"),
        Binding(.everywhere, [.control("z")], .suspend, "suspend the program"),
        Binding(.everywhere, [.control("l")], .repaint, "draw the screen anew"),
    ]

    static let data: [Binding] = [
        Binding(.data, [.enter], .enter, "open", footer: true, palette: false),
        Binding(.data, [key(" ")], .togglePlaying, "play or pause", footer: true),
        Binding(.data, [key(".")], .stepForward, "step forward", footer: true),
        Binding(.data, [key(",")], .stepBackward, "step back", footer: true),
        Binding(.data, [key("]")], .faster, "play faster", footer: true),
        Binding(.data, [key("[")], .slower, "play slower", footer: true),
        Binding(.data, [key("m")], .eventMode, "next way to show events", footer: true),
        Binding(.data, [key("c")], .eventSlicing, "slice by time, count or window", footer: true),
        Binding(.data, [key("+")], .moreBins, "finer slices"),
        Binding(.data, [key("-")], .fewerBins, "coarser slices"),
        Binding(.data, [key("b")], .glyphs, "half blocks, sextants or characters", footer: true),
        Binding(.events, [key("x")], .pixel, "read a pixel; the arrows move it", footer: true),
        Binding(.data, [key("o")], .sortSamples, "sort by the next column", footer: true),
        Binding(.data, [key("O")], .reverseSamples, "sort samples the other way round"),
        Binding(.data, [key("p")], .togglePair, "show or hide the static pair"),
        Binding(.data, [key("w")], .maskHotPixels, "leave hot pixels out, or show them"),
        Binding(.data, [key("V")], .checkFiles, "read every file of the data set"),
        Binding(.data, [key("v")], .askModelView, "predict with latest checkpoint"),
    ]

    static let train: [Binding] = [
        Binding(.train, [key("b")], .begin, "begin a run…", footer: true),
        Binding(.train, [key(" ")], .pauseOrProceed, "pause or go on", footer: true),
        Binding(.train, [key(".")], .oneStep, "one optimizer step, then pause", footer: true),
        Binding(.train, [key("S")], .stop, "stop the run…", footer: true),
        Binding(.train, [key("c")], .checkpoint, "write a checkpoint now"),
        Binding(.train, [key("i")], .note, "leave a note at this step…"),
        Binding(.train, [key("u")], .undo, "undo the last edit", footer: true),
        Binding(.train, [key("U")], .redo, "redo it"),
        Binding(.train, [key("p")], .savePreset, "save as a preset…", footer: true),
        Binding(.train, [key("y")], .logarithmic, "logarithmic loss axis", footer: true),
        Binding(.train, [key("s")], .smoothing, "smooth the curves", footer: true),
        Binding(.train, [key("f")], .fork, "fork from a checkpoint…", footer: true),
        Binding(.train, [key("x")], .crosshair, "crosshair that reads every curve", footer: true),
        Binding(.train, [key("o")], .overlay, "other runs beneath the curves", footer: true),
        Binding(.plots, [key("+")], .zoomIn, "show half as many steps", footer: true),
        Binding(.plots, [key("-")], .zoomOut, "show twice as many steps", footer: true),
        Binding(.plots, [key("0")], .wholeRun, "show the whole run", footer: true),
        Binding(.curve, [key("+")], .addHandle, "add a handle", footer: true),
        Binding(.curve, [key("-"), .delete], .removeHandle, "take the handle away", footer: true),
        Binding(.curve, [key("0")], .powerLaw, "back to the power law", footer: true),
        Binding(.curve, [key("=")], .typeValue, "type the handles…"),
        Binding(.curve, [key("r"), .backspace], .unstage, "take the staged curve back", footer: true),
        Binding(.curve, [key("a")], .boundary, "apply at the next step or epoch"),
        Binding(.tuning, [.enter], .enter, "apply", footer: true, palette: false),
        Binding(.tuning, [key("=")], .typeValue, "type an exact value…", footer: true),
        Binding(.tuning, [key("r"), .backspace], .unstage, "take this staged edit back"),
        Binding(.tuning, [key("a")], .boundary, "apply at the next step or epoch", footer: true),
    ]

    static let runs: [Binding] = [
        Binding(.runList, [.enter], .enter, "open", footer: true, palette: false),
        Binding(.presets, [.enter], .enter, "load", footer: true, palette: false),
        Binding(.runList, [key(" ")], .mark, "mark: draw in the plots, compare", footer: true),
        Binding(.runList, [key("d")], .compare, "compare the marked runs; again: the last two", footer: true),
        Binding(.runList, [key("A")], .markAll, "mark all runs of the list, or none"),
        Binding(.runList, [key("o")], .sortRuns, "sort by the next column", footer: true),
        Binding(.runList, [key("O")], .reverseRuns, "sort the other way round"),
        Binding(.runDetail, [key(" ")], .playBack, "play the run back, or stop", footer: true),
        Binding(.runDetail, [key(".")], .nextEdit, "to the next edit", footer: true),
        Binding(.runDetail, [key(",")], .previousEdit, "to the edit before", footer: true),
        Binding(.runTable, [.enter], .enter, "open the run", footer: true, palette: false),
        Binding(.runTable, [key("b")], .groupRuns, "group by the next setting", footer: true),
        Binding(.runTable, [key("o")], .sortRuns, "sort by the next column", footer: true),
        Binding(.runTable, [key("O")], .reverseRuns, "sort the other way round", footer: true),
        Binding(.runTable, [key("c")], .chooseColumns, "choose the columns…", footer: true),
        Binding(.runTable, [key(" ")], .mark, "take the run out of the comparison", footer: true),
        Binding(.runTable, [key("d")], .compare, "the last two marked side by side", footer: true),
        Binding(.runTable, [key("p")], .pin, "pin as the reference run, or unpin", footer: true),
        Binding(.oneRun, [key("p")], .pin, "pin as the reference run, or unpin", footer: true),
        Binding(.oneRun, [key("R")], .resume, "resume the run…", footer: true),
        Binding(.oneRun, [key("f")], .fork, "fork from a checkpoint…", footer: true),
        Binding(.oneRun, [key("t")], .tag, "tags…", footer: true),
        Binding(.oneRun, [key("i")], .runNote, "note…", footer: true),
        Binding(.oneRun, [key("r")], .rename, "rename the run…", footer: true),
        Binding(.oneRun, [key("e")], .saveSchedule, "save its edits as a schedule…", footer: true),
        Binding(.oneRun, [key("w")], .enqueueRun, "add to queue", footer: true),
        Binding(.oneRun, [key("B")], .reproduce, "reproduce it: train it again, bit for bit…"),
        Binding(.oneRun, [key("D")], .delete, "delete the run…", footer: true),
        Binding(.queue, [key("[")], .earlier, "earlier in the queue", footer: true),
        Binding(.queue, [key("]")], .later, "later in the queue", footer: true),
        Binding(.queue, [key("D")], .delete, "take it from the queue…", footer: true),
        Binding(.presets, [key("s")], .savePreset, "save the settings as a preset…", footer: true),
        Binding(.presets, [key("d")], .comparePreset, "compare with current settings", footer: true),
        Binding(.presets, [key("w")], .enqueueRun, "add a run with it to the queue", footer: true),
        Binding(.presets, [key("r")], .rename, "rename the preset…", footer: true),
        Binding(.presets, [key("D")], .delete, "delete the preset…", footer: true),
        Binding(.runs, [key("x")], .crosshair, "crosshair that reads every curve"),
        Binding(.runs, [key("+")], .zoomIn, "show half as many steps"),
        Binding(.runs, [key("-")], .zoomOut, "show twice as many steps"),
        Binding(.runs, [key("0")], .wholeRun, "show the whole run"),
        Binding(.runs, [key("a")], .showEveryKnob, "show all knobs or only changes"),
        Binding(.runs, [key("y")], .logarithmic, "logarithmic loss axis"),
    ]

    static let log: [Binding] = [
        Binding(.log, [key("e")], .logLevel, "least level shown", footer: true)
    ]
}
