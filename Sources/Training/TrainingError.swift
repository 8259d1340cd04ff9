import Communication
import Network

/// Why training cannot begin or go on.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    case notFinite(what: String, value: Double, optimizerStep: Int)
    case unknownName(key: String, name: String, known: [String])
    case sizeTooSmall(size: Int, model: String, smallest: Int)
    case singleStream(model: String, strategy: String, single: [String])
    case neuron(NeuronError)
    case damagedCheckpoint(path: String, problem: String)
    /// Ranks cannot go on together; no weight was moved in this step.
    case ranks(CommunicationError)
    case doesNotFit(needed: Int, available: Int, batchSize: Int, fittingBatchSize: Int?)

    public var description: String {
        switch self {
        case .notFinite(let what, let value, let optimizerStep):
            "the \(what) became \(value) at optimizer step \(optimizerStep); the weights were not updated"
        case .unknownName(let key, let name, let known):
            "\(key) names '\(name)', which does not exist: expected one of \(known.joined(separator: ", "))"
        case .sizeTooSmall(let size, let model, let smallest):
            "data.size is \(size), but the network '\(model)' needs at least \(smallest)"
        case .singleStream(let model, let strategy, _):
            "the network '\(model)' has a single stream, but sliding.strategy '\(strategy)' trains on images and events "
                + "together"
        case .neuron(let error): error.problem
        case .ranks(let error): error.description
        case .damagedCheckpoint(let path, let problem):
            "the checkpoint \(path) cannot be read: \(problem)"
        case .doesNotFit(let needed, let available, let batchSize, _):
            "a step at batch size \(batchSize) needs \(needed >> 20) MiB, but only \(available >> 20) MiB are free"
        }
    }

    public var isDamagedCheckpoint: Bool {
        if case .damagedCheckpoint = self { true } else { false }
    }

    /// What to do about it.
    public var advice: String {
        switch self {
        case .notFinite:
            "resume with a lower learning rate or gradient clipping: `saccade train --resume RUN --set "
                + "optimizer.learning_rate_scale=0.1`, or change it on the Train screen before the run continues"
        case .unknownName: "choose one of these names"
        case .sizeTooSmall(_, _, let smallest): "set data.size to \(smallest) or more"
        case .singleStream(let model, _, let single):
            "set sliding.strategy to \(single.joined(separator: " or ")), or network.model to "
                + "\(model.replacing("-single", with: ""))"
        case .neuron(let error): error.advice
        case .ranks(let error): error.advice
        case .damagedCheckpoint:
            "restore the file from a backup, or resume: the run continues from the latest readable checkpoint"
        case .doesNotFit(_, _, _, let fitting):
            if let fitting, fitting > 0 {
                "set training.batch_size to \(fitting) or less, or training.memory to low (--low-memory), or close other programs"
            } else {
                "set training.memory to low (--low-memory), or choose a smaller network, data.size or data.time_steps"
            }
        }
    }
}
