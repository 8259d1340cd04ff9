import ArgumentParser
import Configuration
import Data
import Messages
import Network
import RunStore
import Training

/// A preset, and what the command line changes about it.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Preset to start from: a name or a YAML file.", valueName: "name|file"))
    var preset: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Change a setting; may be repeated. `presets show --keys` lists all.", valueName: "key=value"))
    var assignments: [String] = []

    @Option(help: ArgumentHelp("Folder of the recordings (data.folder).", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Folder of the static images (data.image_folder).", valueName: "dir"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "Size of the camera's sensor in pixels, for data sets whose files do not say (data.sensor).",
            valueName: "WxH"))
    var sensor: String?

    @Option(
        help: ArgumentHelp("Order of the columns in tables of events, as x,y,t,p (data.columns).", valueName: "order")
    )
    var columns: String?

    @Option(help: ArgumentHelp("Time unit of tables of events: s, ms, us or ns (data.time_unit).", valueName: "unit"))
    var unit: String?

    @Option(help: "Random seed of the run (training.seed).")
    var seed: Int?

    @Option(help: "Epochs: passes over the training recordings (training.epochs).")
    var epochs: Int?

    @Flag(help: "Use only plain float32 convolutions (training.kernels=exact).")
    var exactKernels = false

    @Flag(help: "Recompute activations in the backward pass to save memory (training.memory=low).")
    var lowMemory = false

    /// Whether the command line says anything about the configuration.
    var isGiven: Bool { isGivenBesidesAssignments || !assignments.isEmpty }

    /// The same without `--set`.
    var isGivenBesidesAssignments: Bool {
        preset != nil || data != nil || images != nil || sensor != nil || columns != nil || unit != nil || seed != nil
            || epochs != nil || exactKernels || lowMemory
    }

    /// The same as words of a command line that is given elsewhere.
    ///
    /// - Parameter preset: where it is found there.
    func words(preset: String?) -> [String] {
        func option(_ name: String, _ value: String?) -> [String] { value.map { ["--\(name)=\($0)"] } ?? [] }
        return option("preset", preset) + assignments.flatMap { ["--set", $0] } + option("data", data)
            + option("images", images) + option("sensor", sensor) + option("columns", columns) + option("unit", unit)
            + option("seed", seed.map(String.init)) + option("epochs", epochs.map(String.init))
            + (exactKernels ? ["--exact-kernels"] : []) + (lowMemory ? ["--low-memory"] : [])
    }

    /// What `--set` says, as changes of a run.
    ///
    /// - Throws: `ConfigurationError`.
    func changes(described description: EngineDescription = .shipped) throws -> [KnobChange] {
        try Self.changes(assignments, described: description)
    }

    /// The same of any words `key=value`.
    static func changes(
        _ assignments: [String], described description: EngineDescription = .shipped
    ) throws -> [KnobChange] {
        try assignments.map { assignment in
            var scratch = RunConfiguration()
            try description.assign(assignment, to: &scratch)
            let key = String(assignment.prefix { $0 != "=" })
            let knob = try description.knob(key)
            return KnobChange(key: knob.key, value: knob.value(in: scratch))
        }
    }

    /// What the preset is called; `nil` without one.
    ///
    /// - Throws: `PresetError`.
    func presetName(_ presets: PresetStore) throws -> String? { try preset.map { try presets.load($0).name } }

    /// - Throws: `PresetError` or `ConfigurationError`.
    func configuration(_ presets: PresetStore) throws -> RunConfiguration {
        var configuration = try preset.map { try presets.load($0).configuration } ?? RunConfiguration()
        let description = presets.description
        for assignment in assignments { try description.assign(assignment, to: &configuration) }
        func set(_ key: String, _ value: KnobValue) throws {
            try description.set(key, to: value, in: &configuration)
        }
        if let data { configuration.data.folder = data }
        if let sensor { configuration.data.sensor = sensor }
        if let images { configuration.data.imageFolder = images }
        if let columns { configuration.data.columns = columns }
        if let unit { try set(DataSettings.shared.timeUnit.key, .text(unit)) }
        if let seed { try set(KnownKnob.seed, .integer(seed)) }
        if let epochs { try set(KnownKnob.epochs, .integer(epochs)) }
        if exactKernels { configuration.training.kernels = KernelPolicy.exact.rawValue }
        if lowMemory { configuration.training.memory = MemoryUse.low.rawValue }
        return configuration
    }
}
