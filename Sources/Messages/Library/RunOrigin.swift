/// The machine and the program that began a run.
public struct RunOrigin: Sendable, Hashable, Codable {
    public var host: String
    /// As the processor calls itself; empty where the system does not tell.
    public var processor: String
    /// Of the program.
    public var version: String

    public init(host: String, processor: String, version: String) {
        (self.host, self.processor, self.version) = (host, processor, version)
    }
}
