import Configuration
import Foundation
import Network
import RunStore
import Training

/// Histories and presets as the program's own engine means them.
extension RunStore {
    public convenience init(
        paths: StoragePaths, access: Access = .changing, identity: ProcessIdentity = .current,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(RunStoreError) {
        try self.init(paths: paths, access: access, described: .shipped, identity: identity, now: now)
    }
}

extension PresetStore {
    public init(userFolder: URL) { self.init(userFolder: userFolder, described: .shipped) }
    public init(paths: StoragePaths) { self.init(paths: paths, described: .shipped) }
}

extension RunConfiguration {
    /// Takes `key=value` as the program's own engine means it.
    public mutating func assign(_ assignment: String) throws(ConfigurationError) {
        try EngineDescription.shipped.assign(assignment, to: &self)
    }

    public func makeNetwork(classCount: Int) throws(TrainingError) -> SpikingNetwork {
        try TrainingCatalogue.shipped.makeNetwork(self, classCount: classCount)
    }

    public mutating func set(_ key: String, to value: KnobValue) throws(ConfigurationError) {
        try EngineDescription.shipped.set(key, to: value, in: &self)
    }

    public func value(of key: String) throws(ConfigurationError) -> KnobValue {
        try EngineDescription.shipped.value(of: key, in: self)
    }

    public func differences(to other: RunConfiguration) -> [KnobDifference] {
        EngineDescription.shipped.differences(from: self, to: other)
    }
}
