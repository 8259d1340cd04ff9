import Plotting

/// What an analysis of a trained network has found: text, tables and pictures, to be shown or written to files.
public struct AnalysisReport: Sendable, Hashable, Codable {
    /// Rows of text under headings.
    public struct Table: Sendable, Hashable, Codable {
        /// For a file: `by-class`.
        public var name: String
        public var title: String
        public var columns: [String]
        public var rows: [[String]]

        public init(name: String, title: String, columns: [String], rows: [[String]]) {
            (self.name, self.title, self.columns, self.rows) = (name, title, columns, rows)
        }
    }

    public struct Picture: Sendable, Hashable, Codable {
        /// For a file: `confusion`.
        public var name: String
        public var figure: Figure
        /// Points; `nil`: the figure's usual size.
        public var size: Figure.Size?

        public init(name: String, figure: Figure, size: Figure.Size? = nil) {
            (self.name, self.figure, self.size) = (name, figure, size)
        }
    }

    /// As it is asked for: `grad-cam`.
    public var analysis: String
    public var title: String
    /// What was found, a sentence each.
    public var findings: [String] = []
    /// How it was made, and what a careful reader should know.
    public var notes: [String] = []
    public var tables: [Table] = []
    public var pictures: [Picture] = []

    public init(analysis: String, title: String) { (self.analysis, self.title) = (analysis, title) }
}

/// An analysis that there is.
public struct AnalysisSummary: Sendable, Hashable, Codable {
    public var name: String
    public var title: String
    public var summary: String

    public init(name: String, title: String, summary: String) {
        (self.name, self.title, self.summary) = (name, title, summary)
    }
}

/// What to look at, and how closely. Every analysis takes what concerns it.
public struct AnalysisOptions: Sendable, Hashable, Codable {
    /// Recordings: `training`, `validation` or `test`; `nil`: as the analysis usually does.
    public var split: String?
    /// At most so many recordings, from all over the split; `nil`: as the analysis usually does.
    public var recordings: Int?
    /// Recordings that are shown one by one, 1…24.
    public var examples = 4
    /// A layer of neurons by its title; `nil`: the last with an extent in space.
    public var layer: String?
    /// Another run, to compare with.
    public var reference: String?
    /// Points along each side of a loss landscape, odd, 3…201.
    public var gridSize = 21
    /// How far a loss landscape reaches in each direction, in lengths of the filters.
    public var reach = 1.0
    /// Of t-SNE, 2…200: about how many neighbors a point has.
    public var perplexity = 30.0
    /// Of what is drawn at random.
    public var seed = 0

    public init() {}
}
