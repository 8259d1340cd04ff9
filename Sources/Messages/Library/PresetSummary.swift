import Configuration

public struct PresetSummary: Sendable, Hashable, Codable {
    public var name: String
    public var note: String
    /// Ships with the program: it cannot be renamed or deleted.
    public var isBuiltIn: Bool
    public var path: String
    /// What is wrong with the file, if it cannot be read; with its line.
    public var problem: String?
    /// When the file was last written.
    public var modified: TimeOfDay?
    /// Edits that the preset makes by itself.
    public var editCount: Int
    /// Runs of the history that were begun with it.
    public var useCount: Int
    /// Name of the data set that it trains on, where it can be read.
    public var dataSet: String?

    public init(
        name: String, note: String, isBuiltIn: Bool, path: String, problem: String?, modified: TimeOfDay? = nil,
        editCount: Int = 0, useCount: Int = 0, dataSet: String? = nil
    ) {
        self.dataSet = dataSet
        (self.name, self.note, self.isBuiltIn, self.path, self.problem) = (name, note, isBuiltIn, path, problem)
        (self.modified, self.editCount, self.useCount) = (modified, editCount, useCount)
    }
}

/// What a preset file says.
public struct PresetContent: Sendable, Hashable {
    public var name: String
    public var configuration: RunConfiguration

    public init(name: String, configuration: RunConfiguration) {
        (self.name, self.configuration) = (name, configuration)
    }
}
