/// What an engine can do, as it says itself: the first message to whoever listens. Presets, command line, journal,
/// screens, plots, exports and the man page read this and nothing else.
public struct EngineDescription: Sendable, Hashable, Codable {
    /// Of this program.
    public static let programVersion = "0.1.0"
    /// Of the form of descriptions; a reader of an older one leaves out what it does not know.
    public static let currentVersion = 1

    public var version = EngineDescription.currentVersion
    /// Name and version of the program, as `saccade 1.2`.
    public var engine: String
    /// In the order in which people look for them.
    public var knobs: [Knob]
    public var series: [SeriesDescription]
    /// In the order in which they are drawn and reached.
    public var panels: [PanelDescription]
    /// Names for knobs that take one, by the name of the catalogue.
    public var catalogues: [String: [String]]
    /// Other names that are taken for those of a catalogue, the reference's for example: own names by other names, by the
    /// name of the catalogue. Older engines do not say any.
    public var otherNames: [String: [String: String]]?

    public init(
        engine: String, knobs: [Knob], series: [SeriesDescription], panels: [PanelDescription],
        catalogues: [String: [String]], otherNames: [String: [String: String]]? = nil
    ) {
        (self.engine, self.knobs, self.series) = (engine, knobs, series)
        (self.panels, self.catalogues, self.otherNames) = (panels, catalogues, otherNames)
    }
}

// MARK: Knobs

extension EngineDescription {
    public var liveKnobs: [Knob] { knobs.filter(\.isLive) }

    /// In the order of the knobs.
    public var sections: [String] {
        knobs.reduce(into: []) { if !$0.contains($1.section) { $0.append($1.section) } }
    }

    /// By its key or an older one.
    public func knownKnob(_ key: String) -> Knob? {
        knobs.first { $0.key == key } ?? knobs.first { $0.aliases.contains(key) }
    }

    /// - Throws: `ConfigurationError.unknownKey` with the nearest known key.
    public func knob(_ key: String) throws(ConfigurationError) -> Knob {
        guard let knob = knownKnob(key) else {
            throw .unknownKey(key, suggestion: NearestWord.nearest(to: key, among: knobs.map(\.key)))
        }
        return knob
    }

    /// What people call it; the key itself for one that this engine does not know.
    public func title(of key: String) -> String { knownKnob(key)?.title ?? key }

    // MARK: Configurations

    /// - Throws: `ConfigurationError.unknownKey`.
    public func value(
        of key: String, in configuration: RunConfiguration
    ) throws(ConfigurationError) -> KnobValue {
        try knob(key).value(in: configuration)
    }

    /// As text; empty for a key that this engine does not know.
    public func text(of key: String, in configuration: RunConfiguration) -> String {
        knownKnob(key)?.value(in: configuration).description ?? configuration.stored(key)?.description ?? ""
    }

    public func set(
        _ key: String, to value: KnobValue, in configuration: inout RunConfiguration
    ) throws(ConfigurationError) {
        try knob(key).set(value, in: &configuration)
    }

    /// A value as people write it; for a knob that takes a name, one that there is. The knob itself knows no names, so that
    /// what another version stored stays readable.
    ///
    /// - Throws: `ConfigurationError.unknownName`, or about the value.
    public func value(of text: String, for knob: Knob) throws(ConfigurationError) -> KnobValue {
        let value = try knob.parse(text)
        guard case .catalogue(let catalogue) = knob.kind, let known = catalogues[catalogue] else { return value }
        let name = value.description
        if let own = otherNames?[catalogue]?[name] { return .text(own) }
        guard known.contains(name) else { throw .unknownName(key: knob.key, name: name, known: known) }
        return value
    }

    /// Makes changes of live knobs.
    ///
    /// - Throws: `ConfigurationError` of the first that is wrong: `notLive`, `unknownKey`, or about its value.
    public func make(_ changes: [KnobChange], in configuration: inout RunConfiguration) throws(ConfigurationError) {
        for change in changes {
            let knob = try knob(change.key)
            guard knob.isLive else { throw .notLive(key: change.key) }
            try knob.set(change.value, in: &configuration)
        }
    }

    /// A configuration as edited so far, with what only a restart can change as the run was started with.
    public func keepingRestartKnobs(
        of started: RunConfiguration, in edited: RunConfiguration
    ) -> RunConfiguration {
        var result = edited
        for knob in knobs where !knob.isLive {
            result.store(knob.value(in: started), of: knob.key, default: knob.defaultValue)
        }
        return result
    }

    /// Puts a value that was stored into a configuration: of a key that is gone it is kept, and so is a value of a range that
    /// was wider once.
    ///
    /// - Throws: `ConfigurationError.wrongType` for a value that the knob never took.
    public func restore(
        _ key: String, to value: KnobValue, in configuration: inout RunConfiguration
    ) throws(ConfigurationError) {
        guard let knob = knownKnob(key) else { return configuration.store(value, of: key, default: nil) }
        do throws(ConfigurationError) {
            configuration.store(try knob.checked(value), of: knob.key, default: knob.defaultValue)
        } catch {
            guard case .outOfRange = error else { throw error }
            configuration.store(value, of: knob.key, default: nil)
        }
    }

    /// Takes `key=value`, as it follows `--set`.
    public func assign(
        _ assignment: String, to configuration: inout RunConfiguration
    ) throws(ConfigurationError) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw .malformedAssignment(assignment)
        }
        let knob = try knob(String(assignment[..<equals]))
        let value = try value(of: String(assignment[assignment.index(after: equals)...]), for: knob)
        try knob.set(value, in: &configuration)
        if knob.kind == .edits { try checkEdits(of: configuration) }
    }

    /// The knobs in which two configurations differ, in the order of the knobs; then keys that this engine does not know.
    public func differences(
        from left: RunConfiguration, to right: RunConfiguration
    ) -> [KnobDifference] {
        let known = knobs.compactMap { knob -> KnobDifference? in
            let (old, new) = (knob.value(in: left), knob.value(in: right))
            return old == new ? nil : KnobDifference(key: knob.key, old: old, new: new)
        }
        let others = unknownKeys(in: left).union(unknownKeys(in: right)).sorted().compactMap { key -> KnobDifference? in
            let (old, new) = (left.stored(key), right.stored(key))
            return old == new ? nil : KnobDifference(key: key, old: old ?? .text(""), new: new ?? .text(""))
        }
        return known + others
    }

    /// Keys that no knob of this engine has: of a run or preset from another version.
    public func unknownKeys(in configuration: RunConfiguration) -> Set<String> {
        configuration.storedKeys.filter { key in !knobs.contains { $0.key == key } }
    }

    /// - Throws: `ConfigurationError` for a key that does not exist or a value that does not fit.
    public func check(_ configuration: RunConfiguration) throws(ConfigurationError) {
        for key in configuration.storedKeys.sorted() {
            let knob = try knob(key)
            if let value = configuration.stored(key) { _ = try knob.checked(value) }
        }
        try checkEdits(of: configuration)
    }

    // MARK: On disk

    /// Every knob's value, and whatever else stands in the configuration.
    func table(of configuration: RunConfiguration) -> [String: KnobValue] {
        // A run of an external trainer has not the settings of this engine.
        let isForeign =
            configuration.stored(KnownKnob.externalTrainer) != nil && knownKnob(KnownKnob.externalTrainer) == nil
        let own = isForeign ? knobs.filter { KnownKnob.ofEveryRun.contains($0.key) } : knobs
        var table = Dictionary(own.map { ($0.key, $0.value(in: configuration)) }) { first, _ in first }
        for key in unknownKeys(in: configuration) { table[key] = configuration.stored(key) }
        return table
    }

    /// Older keys become today's; a value out of a range that was wider once is kept, and so is an unknown key.
    ///
    /// - Throws: `ConfigurationError.wrongType` for a value that the knob never took.
    func configuration(of table: [String: KnobValue]) throws(ConfigurationError) -> RunConfiguration {
        var configuration = RunConfiguration()
        for (key, value) in table {
            // Today's key goes before an older one, where a table has both.
            if let knob = knownKnob(key), knob.key != key, table[knob.key] != nil { continue }
            try restore(key, to: value, in: &configuration)
        }
        return configuration
    }
}

extension EngineDescription {
    /// Of no engine: nothing can be set, measured or shown.
    public static let empty = EngineDescription(engine: "", knobs: [], series: [], panels: [], catalogues: [:])
}
