import Configuration
import FileFormats
import Foundation
import Network
import RunStore
import Training

/// Where weights of another run come from: what `training.start_from` and `loss.distillation_teacher` name.
struct WeightSource {
    var file: URL
    /// What they were trained with; `nil` where a file does not tell it.
    var configuration: RunConfiguration?

    /// - Parameter reference: a run, whose best checkpoint is meant, a checkpoint's folder, or a file that holds tensors.
    /// - Throws: `RunStoreError` for a run that does not exist, `EngineRefusal` for one without a checkpoint,
    ///   `FileFormatError`.
    init(_ reference: String, in store: RunStore) throws {
        let folder = URL(fileURLWithPath: reference).appendingPathComponent(Checkpoint.modelFile)
        let isFolder = FileManager.default.fileExists(atPath: folder.path)
        guard isFolder || TensorFile.isNamed(reference) else {
            let run = try store.identifier(of: reference)
            guard let checkpoint = try store.bestCheckpoint(run: run) ?? store.latestCheckpoint(run: run) else {
                throw EngineRefusal("the run \(run) has no checkpoint: it ended before its first")
            }
            let folder = URL(fileURLWithPath: checkpoint.path)
            file = folder.appendingPathComponent(Checkpoint.modelFile)
            configuration = try Checkpoint.read(folder, described: store.description).configuration
            return
        }
        file = isFolder ? folder : URL(fileURLWithPath: reference)
        configuration = (try TensorFile.open(file.path) as? SafetensorsFile).flatMap {
            Checkpoint.configuration(of: $0, described: store.description)
        }
    }

    /// Before a run is entered into the history: that what it names is there and goes with it.
    static func check(_ configuration: RunConfiguration, in store: RunStore) throws {
        let start = configuration.training.startFrom
        if !start.isEmpty { _ = try WeightSource(start, in: store) }
        if configuration[Distillation.weight] > 0, configuration[Distillation.teacher].isEmpty {
            throw EngineRefusal(
                "\(Distillation.weight.key) is \(configuration[Distillation.weight]), but no teacher is named: set "
                    + "\(Distillation.teacher.key) to a run or a model file")
        }
        _ = try teacherSettings(of: configuration, in: store)
    }

    /// Puts the weights that a run names into its new network.
    ///
    /// - Returns: what was taken, for people; `nil` where it names none.
    static func start(
        _ network: SpikingNetwork, of configuration: RunConfiguration, in store: RunStore
    ) throws -> String? {
        let reference = configuration.training.startFrom
        guard !reference.isEmpty else { return nil }
        let source = try WeightSource(reference, in: store)
        let (taken, left) = try network.takeFitting(from: TensorFile.open(source.file.path))
        let rest = left.isEmpty ? "" : "; drawn anew: \(left.joined(separator: ", "))"
        return "\(taken) of \(taken + left.count) parameters begin as in \(source.file.path)\(rest)"
    }

    /// Where the teacher is that a run names; `nil` where it names none.
    ///
    /// - Throws: `EngineRefusal` if it does not go with the run.
    static func teacher(of configuration: RunConfiguration, in store: RunStore) throws -> TeacherSource? {
        try teacherSettings(of: configuration, in: store).map { source, settings in
            TeacherSource(path: source.file.path, configuration: settings)
        }
    }

    private static func teacherSettings(
        of configuration: RunConfiguration, in store: RunStore
    ) throws -> (WeightSource, RunConfiguration)? {
        let reference = configuration[Distillation.teacher]
        guard !reference.isEmpty else { return nil }
        let source = try WeightSource(reference, in: store)
        let own = source.configuration ?? configuration
        for (key, found, wanted) in [
            ("data.time_steps", own.data.timeStepCount, configuration.data.timeStepCount),
            ("data.size", own.data.size, configuration.data.size),
        ] where found != wanted {
            throw EngineRefusal(
                "the teacher \(reference) was trained with \(key) \(found), but this run has \(wanted): it must be the same"
            )
        }
        guard own.data.set == configuration.data.set else {
            throw EngineRefusal(
                "the teacher \(reference) was trained on the data set '\(own.data.set)', but this run is on "
                    + "'\(configuration.data.set)': its answers would be about other classes")
        }
        return (source, own)
    }
}

/// A trained network that another is to learn from.
struct TeacherSource: Sendable, Codable {
    /// Of its weights.
    var path: String
    var configuration: RunConfiguration

    /// - Throws: what is wrong with its weights.
    func teacher(
        of student: RunConfiguration, _ catalogue: TrainingCatalogue, classCount: Int, batchSize: Int
    ) throws -> Teacher {
        let network = try catalogue.makeNetwork(configuration, classCount: classCount)
        try network.loadState(from: TensorFile.open(path))
        return Teacher(
            network, sees: TeacherInput(rawValue: student[Distillation.input]) ?? .events, batchSize: batchSize,
            options: try student.traceOptions())
    }
}
