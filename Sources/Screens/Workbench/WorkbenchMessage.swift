import Messages
import Terminal

/// Everything that can happen to the workbench. Time comes in as a message too, so that the state stays pure.
public enum WorkbenchMessage: Sendable {
    case size(Size)
    case key(KeyPress)
    /// So many seconds have passed.
    case tick(Double)
    /// What the clock says: seconds since 1970, and how far local time is ahead of Greenwich.
    case now(Double, secondsFromGMT: Int = 0)
    /// Share of one processor core that the screens have taken since this was last said.
    case screenShare(Double)
    case reports(ReportSubscription.Batch)
    case reply(LibraryReply)
    /// How far the library is with something that takes long.
    case reading(Preparation)
    case answer(TuningCommand, CommandAnswer)
    /// Lines that something printed while the screen was open.
    case printed([String])
    /// The themes there are, which one is shown, and what is wrong with files that could not be read.
    case themes([ThemeSummary], shown: String, problems: [String])
    /// Theme files were written or removed; for the runner, who reads them.
    case themeFilesChanged
    /// Somebody has written the history of runs, or a process that trained has died.
    case historyChanged
    /// What is known of the open study has changed, though nobody has written the history.
    case studyChanged
    /// Preset files were written or removed.
    case presetFilesChanged
    /// A file that was asked for has been written, or could not be.
    case exported(Result<String, ExportFailure>)
}

/// A theme as a list shows it.
public struct ThemeSummary: Sendable, Hashable {
    public var name: String
    public var note: String

    public init(name: String, note: String) { (self.name, self.note) = (name, note) }
}

public struct ExportFailure: Error, Sendable, Hashable {
    public var text: String
    public init(_ text: String) { self.text = text }
}

/// What the workbench wants done; carried out by the runner.
public enum WorkbenchEffect: Sendable, Hashable {
    case send(TuningCommand)
    case ask(LibraryRequest)
    /// Asks again for what is shown because it may have changed: when there is time for it.
    case refresh(LibraryRequest)
    /// Leaves, to come back as a viewer of this run, which another process trains.
    case attach(String)
    /// Stops the run with a checkpoint and leaves; a process of its own goes on with it.
    case leaveTraining
    /// Leaves; with a checkpoint first if `stopping`.
    case quit(stopping: Bool)
    case suspend
    case repaint
    /// The terminal's bell.
    case ring
    /// The layout has changed: to be kept for the next time.
    case savedLayout(WorkbenchLayout)
    /// Ends the analysis that is going on.
    case cancelAnalysis
    /// Shows the screens in another theme.
    case theme(String)
    /// Writes a file.
    case export(Export)
}

/// What is remembered between two visits.
public struct WorkbenchLayout: Sendable, Hashable, Codable {
    public var screen = Screen.train
    public var isLossLogarithmic = true
    var smoothing = Smoothing.off
    var eventMode = EventMode.polarity
    var slicing = EventSlicing.time(bins: 12)
    var showsPair = true
    var glyphs = HeatmapGlyphs.halfBlocks
    /// The theme that was chosen on the screen; `nil` if none was.
    public var theme: String?
    /// The run that others are compared with.
    public var pinnedRun: String?
    /// How the table of compared runs is shown.
    var table = RunTableLayout()

    public init() {}

    /// What an older program has not kept is as usual.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
            try values.decodeIfPresent(Value.self, forKey: key) ?? usual
        }
        screen = try value(.screen, screen)
        isLossLogarithmic = try value(.isLossLogarithmic, isLossLogarithmic)
        smoothing = try value(.smoothing, smoothing)
        eventMode = try value(.eventMode, eventMode)
        slicing = try value(.slicing, slicing)
        showsPair = try value(.showsPair, showsPair)
        glyphs = try value(.glyphs, glyphs)
        theme = try values.decodeIfPresent(String.self, forKey: .theme)
        pinnedRun = try values.decodeIfPresent(String.self, forKey: .pinnedRun)
        table = try value(.table, table)
    }

    public enum Screen: String, Sendable, Hashable, Codable, CaseIterable {
        case data, train, runs, log, study

        public var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }
}
