import Messages
import Terminal

/// What a button or a list entry of a dialog does.
enum Intent: Sendable, Hashable {
    case nothing
    case action(Action)
    /// The same where it has its meaning: goes there first.
    case actionAt(Context, Action)
    case openRun(String)
    case loadPreset(String)
    case tune(String)
    /// By its key in the engine's description.
    case showPanel(String)
    case startPage
    case openDataSet(String)
    case quit(stopping: Bool)
    /// Leaves the run that this process trains to a process of its own.
    case leaveTraining
    case stopRun
    /// Begins a run with the settings shown in the tuning panel.
    /// Once with each seed; without any with that of the settings.
    case beginWithSettings(seeds: [Int] = [])
    case beginWithPreset(String, seeds: [Int] = [])
    case askSeeds
    case resume(String)
    case savePreset(name: String, replacing: Bool)
    case deletePreset(String)
    case deleteRun(String)
    case theme(String)
    case command(TuningCommand)
    /// Puts it into the queue and trains it from there at once.
    case trainNow(QueuedJob)
    case askFork(ForkPoint)
    /// Asks what the fork is to be called, or what it is to change, and then comes back to the question.
    case nameFork(ForkPoint)
    case askForkSeeds(ForkPoint)
    case changeFork(ForkPoint)
    /// Leaves, and shows the run that another process trains.
    case attach(String)
    case saveSchedule(run: String, preset: String, replacing: Bool)
    case export(ExportChoice)
    /// Looks into a run's network.
    case analyze(String, run: String)
    case cancelAnalysis
    case exportAnalysis(AnalysisView)
    /// Shows or hides a column of the comparison, by its key.
    case toggleColumn(String)
    /// A file, or the name of one that is known.
    case openStudy(String)
    case askStudyFile
    case order(StudyOrder)
    /// Leaves a study that is being trained.
    case leaveStudy(stopping: Bool)
}

/// What a typed line is for.
enum PromptPurpose: Sendable, Hashable {
    case knob(String)
    case presetName
    case presetRename(String)
    case runName(String)
    case runTags(String)
    case runNote(String)
    case note
    case filter
    case scheduleName(run: String)
    case forkName(ForkPoint)
    case forkSeeds(ForkPoint)
    case seeds
    case studyFile
    case studySeeds

    /// Where Escape leads.
    var wayBack: Intent {
        switch self {
        case .forkName(let point), .forkSeeds(let point): .askFork(point)
        default: .nothing
        }
    }
}

/// Something in front of the screens that takes all keys until it is answered.
enum Dialog: Sendable, Hashable {
    case question(Question)
    case prompt(Prompt)
    case chooser(Chooser)
    case help(scroll: Int)
    case analysis(AnalysisView)
}

extension Dialog {
    /// Whether letters are text in it.
    var takesText: Bool {
        switch self {
        case .prompt: true
        case .chooser(let chooser): chooser.filters
        case .question, .help, .analysis: false
        }
    }

    /// Questions must be answered on any terminal; lists of keys have no room where the screens have none.
    func isSeenOnTiny(_ size: Size) -> Bool {
        if case .question = self { size.width >= 30 && size.height >= 8 } else { false }
    }
}

/// A question with buttons; the one that changes nothing has the focus.
struct Question: Sendable, Hashable {
    struct Choice: Sendable, Hashable {
        var title: String
        var intent: Intent
    }

    var title: String
    var text: String
    var choices: [Choice]
    var focused: Int

    /// The first choice is the harmless one and has the focus.
    init(_ title: String, _ text: String, cancel: String = "Cancel", _ choices: [Choice]) {
        (self.title, self.text) = (title, text)
        self.choices = [Choice(title: cancel, intent: .nothing)] + choices
        focused = 0
    }
}

/// A line to be typed.
struct Prompt: Sendable, Hashable {
    var purpose: PromptPurpose
    var title: String
    /// What is expected.
    var hint: String
    var field: TextField
    /// Ways in which it may go on, below the hint.
    var choices: [String] = []
    /// Why the last try was refused.
    var problem: String?
    /// What stood there before anything was typed.
    let original: String

    /// - Parameter isReplaced: the text is rather replaced than added to: it is selected.
    init(_ purpose: PromptPurpose, title: String, hint: String, text: String = "", isReplaced: Bool = false) {
        (self.purpose, self.title, self.hint, original) = (purpose, title, hint, text)
        field = TextField(text, isSelected: isReplaced)
    }
}

/// A list to choose from; typing filters it.
struct Chooser: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var title: String
        var note: String
        var intent: Intent
        var isPossible = true
        /// Words that are not shown, by which it is found too.
        var words = ""
        /// The run that it begins, for what that would take.
        var costs: ComparisonSide?
    }

    let title: String
    let entries: [Entry]
    /// Whether letters filter it. Where they do not, every key that it does not take goes to the screen and closes it.
    var filters = true
    /// Below the list; `nil` leaves no room for it.
    var footnote: String?
    private(set) var field = TextField()
    var cursor = ListCursor()
    /// What matches the typed text, the best first. Kept: it is asked for with every drawing.
    private(set) var shown: [Entry]

    init(title: String, entries: [Entry]) { (self.title, self.entries, shown) = (title, entries, entries) }

    var chosen: Entry? { cursor.index(in: shown.count).map { shown[$0] } }

    /// Takes an editing key; `false` if it is not one.
    mutating func take(_ key: KeyPress) -> Bool {
        let before = field.text
        guard field.take(key) else { return false }
        if field.text != before {
            cursor.select(0)
            shown = matches
        }
        return true
    }

    private var matches: [Entry] {
        guard !field.text.allSatisfy(\.isWhitespace) else { return entries }
        let scored = entries.enumerated().compactMap { index, entry in
            FuzzyMatch.score(field.text, title: entry.title, note: entry.note + " " + entry.words).map {
                (entry, $0, index)
            }
        }
        // Of what fits equally well the shorter was meant rather.
        return scored.sorted { ($1.1, $0.0.title.count, $0.2) < ($0.1, $1.0.title.count, $1.2) }.map(\.0)
    }
}
