import Configuration
import Messages

/// What every screen sees: the run, the lists, the status line, and the time.
struct Shared: Sendable {
    /// Seconds since the workbench opened, as told by ticks.
    var clock = 0.0
    /// Seconds since 1970, as the runner last said: for filters such as `age<2d`.
    var now = 0.0
    var secondsFromGMT = 0.0
    var run = RunState.idle
    /// The engine is in another process: the run goes on when the screen is left.
    var isAttached = false
    var progress: ProgressSnapshot?
    /// While a run is preparing.
    var preparation: Preparation?
    /// Of the run's curves: figures come with every step, progress now and then.
    var lastMetricStep = 0
    /// What the engine can do, as it has said.
    var description = EngineDescription.empty
    var presets: [PresetSummary] = []
    /// Names of data sets that are not there.
    var absentDataSets: Set<String> = []
    var runs: [RunSummary] = []
    /// Identifier of the run that others are compared with.
    var pinned: String?
    var status: Status?
    var droppedLogLines = 0
    /// Runs that wait to be trained.
    var queue: [QueueEntry] = []
    /// The run that is to be forked once its checkpoints are known.
    var awaitedFork: String?
    /// Whose settings are being read for the tuning panel.
    var awaitedForkValues: ForkPoint?
    /// The run that is to go on once its checkpoints are known.
    var awaitedResume: String?
    /// The preset that is to wait in the queue once its settings have come.
    var awaitedQueuePreset: String?
    /// An analysis that goes on; what it finds is shown when it comes.
    var awaitedAnalysis: AwaitedAnalysis?
    /// Runs that wait for a preset to be read.
    var awaitedSeedRuns: SeedRuns?
    /// The fork that was last asked about: should it be refused, it is asked about again.
    var askedFork: ForkPoint?
    /// What is to be trained as soon as it has its place in the queue.
    var awaitedTrainNow: QueuedJob?
    /// Runs that are to be shown once the list has them: one to be opened, several to be compared.
    var awaitedRuns: [String] = []
    /// What runs would take, as far as it was asked.
    var costs: [ComparisonSide: String] = [:]
    var awaitedCost: ComparisonSide?
    /// Share of one processor core that the terminal's own thread took lately; `nil` before it was measured.
    var screenShare: Double?
    var themes: [ThemeSummary] = []
    /// The theme chosen here; `nil` leaves it to the command line and the environment.
    var theme: String?
    /// What was shown before the list of themes tried others.
    var themeBefore: String?
    /// What is wrong with theme files, as it was last said.
    var themeProblems: [String] = []
    /// The theme that is shown.
    var shownTheme = ""

    struct Status: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case info, good, warning, bad }
        var text: String
        var kind: Kind
        /// When it goes away; errors stay until something replaces them.
        var until: Double?
    }

    mutating func say(_ text: String, _ kind: Status.Kind = .info) {
        status = Status(text: text, kind: kind, until: kind == .bad ? nil : clock + 8)
    }

    /// Steps that the run has made, as the latest of what the engine has said.
    var optimizerStep: Int {
        guard run.isActive else { return run.optimizerStep }
        return max(run.optimizerStep, progress?.optimizerStep ?? 0, lastMetricStep)
    }

    /// Largest norm of a gradient in the run that goes on; 0: it is not clipped.
    var clipNorm: Double { Double(description.text(of: KnownKnob.clipNorm, in: run.configuration)) ?? 0 }

    /// The data set of the run that goes on.
    var trainedDataSet: String? {
        run.isActive ? description.text(of: KnownKnob.dataSet, in: run.configuration) : nil
    }

    /// What a run was forked from, if it was.
    func parent(of run: String?) -> String? { runs.first { $0.id == run }?.parent }

    /// The run that others are compared with, if there is one and it can be read.
    var pinnedRun: RunSummary? {
        pinned.flatMap { id in runs.first { $0.id == id } }.flatMap { $0.problem == nil ? $0 : nil }
    }

    func runName(_ id: String) -> String { runs.first { $0.id == id }?.name ?? id }

    /// What the run that the engine is at is called now: it may have been renamed since it began.
    var activeName: String? { run.run.flatMap { id in runs.first { $0.id == id }?.name } ?? run.name ?? run.run }

    /// What there is to wait for before a run has figures.
    var waitingText: String {
        guard let preparation else {
            return run.phase == .preparing ? "preparing data" : "waiting for the first metrics"
        }
        return preparation.text
    }

    /// Whether somebody waits for the details of this run.
    func awaits(_ run: String) -> Bool { awaitedFork == run || awaitedResume == run || awaitedForkValues?.run == run }

    /// Takes what waits, and says which of it has just turned out not to be able to begin.
    mutating func take(queue: [QueueEntry]) {
        for entry in queue {
            guard let problem = entry.problem, let known = self.queue.first(where: { $0.number == entry.number }),
                known.problem != problem
            else { continue }
            say("✗ \(entry.title) could not start; kept in queue: \(problem)", .bad)
        }
        self.queue = queue
    }
}

/// What a screen wants of the root: an effect for the runner, or something about the screen as a whole.
enum Wish: Sendable {
    case effect(WorkbenchEffect)
    case dialog(Dialog)
    case show(WorkbenchLayout.Screen)
    case log(LogLine.Level, String)
    case askFork(ForkPoint)
    /// The tuning panel for it, with the settings at its checkpoint.
    case changeFork(ForkPoint)
    /// A preset beside the settings as shown.
    case comparePreset(String)
    /// The runs screen with this run, or with these compared.
    case openRun(String)
    case compareRuns([String])

    static func send(_ command: TuningCommand) -> Wish { .effect(.send(command)) }
    static func ask(_ request: LibraryRequest) -> Wish { .effect(.ask(request)) }
}

extension Preparation {
    /// What is done, how much of it, and how long the rest takes.
    var text: String {
        let left = secondsLeft < 1 ? "" : ", \(Figures.duration(secondsLeft)) left"
        return "\(title): \(done) of \(all)\(left)"
    }
}
