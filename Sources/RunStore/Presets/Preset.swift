import Configuration
import Foundation
import Messages

/// A named configuration with a sentence about it.
public struct Preset: Sendable, Hashable {
    /// File name without its ending.
    public var name: String
    public var note: String
    public var configuration: RunConfiguration
    /// Ships with the program.
    public var isBuiltIn: Bool
    public var file: URL

    public init(name: String, note: String, configuration: RunConfiguration, isBuiltIn: Bool, file: URL) {
        (self.name, self.note, self.configuration) = (name, note, configuration)
        (self.isBuiltIn, self.file) = (isBuiltIn, file)
    }
}
