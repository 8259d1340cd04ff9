/// Everything that determines a run, apart from the files it reads: the same configuration on the same machine gives the
/// same bits. A table of values by key; what the keys mean stands in the engine's description.
///
/// Only values that differ from their defaults are held, so that two configurations that mean the same are equal. What is
/// written to disk names all of them (`EngineDescription.encoder`): a later default does not change an old run.
public struct RunConfiguration: Sendable, Hashable {
    private var values: [String: KnobValue] = [:]

    /// Every knob at its default.
    public init() {}

    public subscript<Value>(_ setting: Setting<Value>) -> Value {
        get { values[setting.key].flatMap(Value.init) ?? setting.defaultValue }
        set { store(newValue.knobValue, of: setting.key, default: setting.knob.defaultValue) }
    }

    /// What stands there if it differs from the default.
    public func stored(_ key: String) -> KnobValue? { values[key] }

    /// Keys of values that differ from their defaults.
    public var storedKeys: Set<String> { Set(values.keys) }

    mutating func store(_ value: KnobValue, of key: String, default defaultValue: KnobValue?) {
        values[key] = value == defaultValue ? nil : value
    }
}

extension RunConfiguration: Codable {
    /// A flat table of dotted keys. A decoder that knows the engine (`EngineDescription.decoder`) puts older keys and
    /// types right; what it does not know is kept.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.singleValueContainer().decode([String: KnobValue].self)
        if let description = decoder.userInfo[EngineDescription.userInfoKey] as? EngineDescription {
            self = try description.configuration(of: table)
        } else {
            values = table
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let description = encoder.userInfo[EngineDescription.userInfoKey] as? EngineDescription {
            try container.encode(description.table(of: self))
        } else {
            try container.encode(values)
        }
    }
}
