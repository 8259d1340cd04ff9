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
    static let all: [Binding] = everywhere + data + train + runs + log + study

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
        Binding(.everywhere, [key("1")], .showData, "show Data"),
        Binding(.everywhere, [key("2")], .showTrain, "show Train"),
        Binding(.everywhere, [key("3")], .showRuns, "show Runs"),
        Binding(.everywhere, [key("4")], .showLog, "show Log"),
        Binding(.everywhere, [key("5")], .showStudy, "show Study"),
        Binding(.everywhere, [.tab], .nextPanel, "next panel", footer: true, palette: false),
        Binding(.everywhere, [.backTab], .previousPanel, "previous panel", palette: false),
        Binding(.everywhere, [.up, key("k")], .up, "up", palette: false),
        Binding(.everywhere, [.down, key("j")], .down, "down", palette: false),
        Binding(.everywhere, [.left, key("h")], .left, "left; decrease a little", palette: false),
        Binding(.everywhere, [.right, key("l")], .right, "right; increase a little", palette: false),
        Binding(.everywhere, [key("H")], .farLeft, "left by ten; decrease by ten steps", palette: false),
        Binding(.everywhere, [key("L")], .farRight, "right by ten; increase by ten steps", palette: false),
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
        Binding(.everywhere, [key("X")], .export, "export plots, lists or the screen…"),
        Binding(.everywhere, [key("T")], .theme, "choose a theme…"),
        Binding(.everywhere, [key("q")], .quit, "back, then quit"),
        Binding(.everywhere, [.control("z")], .suspend, "suspend the program"),
        Binding(.everywhere, [.control("l")], .repaint, "redraw the screen"),
    ]

    static let data: [Binding] = [
        Binding(.data, [.enter], .enter, "open", footer: true, palette: false),
        Binding(.data, [key(" ")], .togglePlaying, "play or pause", footer: true),
        Binding(.data, [key(".")], .stepForward, "step forward", footer: true),
        Binding(.data, [key(",")], .stepBackward, "step back", footer: true),
        Binding(.data, [key("]")], .faster, "play faster", footer: true),
        Binding(.data, [key("[")], .slower, "play slower", footer: true),
        Binding(.data, [key("m")], .eventMode, "next event display mode", footer: true),
        Binding(.data, [key("c")], .eventSlicing, "slice by time, count or time window", footer: true),
        Binding(.data, [key("+")], .moreBins, "finer slices"),
        Binding(.data, [key("-")], .fewerBins, "coarser slices"),
        Binding(.data, [key("b")], .glyphs, "half blocks, sextants or characters", footer: true),
        Binding(.events, [key("x")], .pixel, "inspect a pixel; arrows move it", footer: true),
        Binding(.data, [key("o")], .sortSamples, "sort by the next column", footer: true),
        Binding(.data, [key("O")], .reverseSamples, "reverse the order of samples"),
        Binding(.data, [key("p")], .togglePair, "show or hide the static pair"),
        Binding(.data, [key("w")], .maskHotPixels, "mask or show hot pixels"),
        Binding(.data, [key("V")], .checkFiles, "verify every file of the data set"),
        Binding(.data, [key("v")], .askModelView, "predict with latest checkpoint"),
    ]

    static let train: [Binding] = [
        Binding(.train, [key("b")], .begin, "begin a run…", footer: true),
        Binding(.train, [key(" ")], .pauseOrProceed, "pause or resume", footer: true),
        Binding(.train, [key(".")], .oneStep, "one optimizer step, then pause", footer: true),
        Binding(.train, [key("S")], .stop, "stop the run…", footer: true),
        Binding(.train, [key("c")], .checkpoint, "write a checkpoint now"),
        Binding(.train, [key("i")], .note, "add a note at this step…"),
        Binding(.train, [key("u")], .undo, "undo the last edit", footer: true),
        Binding(.train, [key("U")], .redo, "redo the undone edit"),
        Binding(.train, [key("p")], .savePreset, "save as a preset…", footer: true),
        Binding(.train, [key("y")], .logarithmic, "logarithmic loss axis", footer: true),
        Binding(.train, [key("s")], .smoothing, "change curve smoothing", footer: true),
        Binding(.train, [key("f")], .fork, "fork from a checkpoint…", footer: true),
        Binding(.train, [key("x")], .crosshair, "crosshair: read all curves at one step", footer: true),
        Binding(.train, [key("o")], .overlay, "overlay other runs", footer: true),
        Binding(.plots, [key("+")], .zoomIn, "zoom in: half as many steps", footer: true),
        Binding(.plots, [key("-")], .zoomOut, "zoom out: twice as many steps", footer: true),
        Binding(.plots, [key("0")], .wholeRun, "zoom to fit the whole run", footer: true),
        Binding(.curve, [key("+")], .addHandle, "add a handle", footer: true),
        Binding(.curve, [key("-"), .delete], .removeHandle, "remove the handle", footer: true),
        Binding(.curve, [key("0")], .powerLaw, "reset to the power law", footer: true),
        Binding(.curve, [key("=")], .typeValue, "type the handles as text…"),
        Binding(.curve, [key("r"), .backspace], .unstage, "discard the staged curve", footer: true),
        Binding(.curve, [key("a")], .boundary, "apply at the next step or epoch"),
        Binding(.tuning, [.enter], .enter, "apply", footer: true, palette: false),
        Binding(.tuning, [key("=")], .typeValue, "type an exact value…", footer: true),
        Binding(.tuning, [key("r"), .backspace], .unstage, "discard this staged edit"),
        Binding(.tuning, [key("a")], .boundary, "apply at the next step or epoch", footer: true),
    ]

    static let runs: [Binding] = [
        Binding(.runList, [.enter], .enter, "open", footer: true, palette: false),
        Binding(.presets, [.enter], .enter, "load", footer: true, palette: false),
        Binding(.runList, [key(" ")], .mark, "mark for plots and comparison", footer: true),
        Binding(.runList, [key("d")], .compare, "compare marked runs; again: last two side by side", footer: true),
        Binding(.runList, [key("A")], .markAll, "mark or unmark all listed runs"),
        Binding(.runList, [key("o")], .sortRuns, "sort by the next column", footer: true),
        Binding(.runList, [key("O")], .reverseRuns, "reverse the sort order"),
        Binding(.runDetail, [key(" ")], .playBack, "play back or pause the run", footer: true),
        Binding(.runDetail, [key(".")], .nextEdit, "go to the next edit", footer: true),
        Binding(.runDetail, [key(",")], .previousEdit, "go to the previous edit", footer: true),
        Binding(.runTable, [.enter], .enter, "open the run", footer: true, palette: false),
        Binding(.runTable, [key("b")], .groupRuns, "group by the next setting", footer: true),
        Binding(.runTable, [key("o")], .sortRuns, "sort by the next column", footer: true),
        Binding(.runTable, [key("O")], .reverseRuns, "reverse the sort order", footer: true),
        Binding(.runTable, [key("c")], .chooseColumns, "choose the columns…", footer: true),
        Binding(.runTable, [key(" ")], .mark, "remove the run from the comparison", footer: true),
        Binding(.runTable, [key("d")], .compare, "last two marked runs side by side", footer: true),
        Binding(.runTable, [key("p")], .pin, "pin as the reference run, or unpin", footer: true),
        Binding(.oneRun, [key("p")], .pin, "pin as the reference run, or unpin", footer: true),
        Binding(.oneRun, [key("R")], .resume, "resume the run…", footer: true),
        Binding(.oneRun, [key("f")], .fork, "fork from a checkpoint…", footer: true),
        Binding(.oneRun, [key("v")], .analyze, "look into the network…", footer: true),
        Binding(.oneRun, [key("t")], .tag, "edit tags…", footer: true),
        Binding(.oneRun, [key("i")], .runNote, "edit note…", footer: true),
        Binding(.oneRun, [key("r")], .rename, "rename the run…", footer: true),
        Binding(.oneRun, [key("e")], .saveSchedule, "save its edits as a schedule…", footer: true),
        Binding(.oneRun, [key("w")], .enqueueRun, "add to queue", footer: true),
        Binding(.oneRun, [key("B")], .reproduce, "reproduce the run: train it again, bit for bit…"),
        Binding(.oneRun, [key("D")], .delete, "delete the run…", footer: true),
        Binding(.queue, [key("[")], .earlier, "move up in the queue", footer: true),
        Binding(.queue, [key("]")], .later, "move down in the queue", footer: true),
        Binding(.queue, [key("D")], .delete, "remove from the queue…", footer: true),
        Binding(.presets, [key("s")], .savePreset, "save the settings as a preset…", footer: true),
        Binding(.presets, [key("d")], .comparePreset, "compare with current settings", footer: true),
        Binding(.presets, [key("w")], .enqueueRun, "add a run with this preset to the queue", footer: true),
        Binding(.presets, [key("r")], .rename, "rename the preset…", footer: true),
        Binding(.presets, [key("D")], .delete, "delete the preset…", footer: true),
        Binding(.runs, [key("x")], .crosshair, "crosshair: read all curves at one step"),
        Binding(.runs, [key("+")], .zoomIn, "zoom in: half as many steps"),
        Binding(.runs, [key("-")], .zoomOut, "zoom out: twice as many steps"),
        Binding(.runs, [key("0")], .wholeRun, "zoom to fit the whole run"),
        Binding(.runs, [key("a")], .showEveryKnob, "show all settings or only changed ones"),
        Binding(.runs, [key("y")], .logarithmic, "logarithmic loss axis"),
    ]

    static let log: [Binding] = [
        Binding(.log, [key("e")], .logLevel, "minimum level shown", footer: true)
    ]

    static let study: [Binding] = [
        Binding(.study, [key(" ")], .trainStudy, "train what is missing, or pause", footer: true),
        Binding(.study, [.enter], .enter, "open", footer: true, palette: false),
        Binding(.study, [key("S")], .stop, "stop the run or the row's runs…", footer: true),
        Binding(.study, [key("r")], .release, "let stopped runs be trained again", footer: true),
        Binding(.study, [key("t")], .putFirst, "train the run or the row's runs first", footer: true),
        Binding(.study, [key("+")], .addSeeds, "add seeds…", footer: true),
        Binding(.study, [key("p")], .compareArm, "compare other arms with this one", footer: true),
        Binding(.study, [key("d")], .compare, "compare the row's runs", footer: true),
        Binding(.study, [key("f")], .fork, "fork the run from a checkpoint…", footer: true),
        Binding(.study, [key("a")], .showEveryFact, "whole protocol, or its most important lines", footer: true),
        Binding(.study, [key("o")], .openStudy, "open a study…", footer: true),
    ]
}
