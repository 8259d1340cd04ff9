import Configuration
import Messages

/// The settings of a run under the names that the reference's command line has for them, sorted, as PyYAML writes them:
/// `python main_transfer.py --config args.yaml` takes them as defaults.
///
/// Settings that were changed and have no name there are listed in comments: what the file says is not more than it is.
struct ReferenceArguments {
    private let detail: RunDetail
    private let description: EngineDescription

    init(_ detail: RunDetail, described description: EngineDescription) {
        (self.detail, self.description) = (detail, description)
    }

    /// What the reference calls data sets, networks, neurons and surrogates.
    private static let dataSets: [String: (source: String, target: String, classes: Int)] = [
        "ncaltech101": ("CALTECH101", "NCALTECH101", 101), "cep-dvs": ("RGBCEPDVS", "CEPDVS", 20),
        "nomniglot": ("omni", "nomni", 1623), "nmnist": ("mnist", "nmnist", 10),
        "cifar10-dvs": ("cifar10", "dvsc10", 10),
        "es-imagenet": ("imnet", "esimnet", 1000),
    ]
    private static let models = [
        "vgg": "Transfer_VGG_SNN", "resnet18": "Transfer_ResNet18", "resnet34": "Transfer_ResNet34",
        "scnn": "Transfer_SCNN", "nmnist": "Transfer_NMNIST_SNN", "vgg-single": "VGG_SNN",
        "resnet18-single": "resnet18",
        "resnet34-single": "resnet34", "scnn-single": "SCNN", "nmnist-single": "NMNIST_SNN",
    ]
    private static let neurons = [
        "leaky": "LIFNode", "integrate": "IFNode", "parametric": "PLIFNode", "biased": "BiasLIFNode",
    ]
    private static let surrogates = [
        "quadratic-gate": "QGateGrad", "gate": "GateGrad", "atan": "AtanGrad", "sigmoid": "SigmoidGrad",
        "relu": "ReLUGrad", "stdp": "STDPGrad", "act-fun": "ActFunGrad", "back-ei-gate": "BackEIGateGrad",
        "ei": "EIGrad",
    ]
    private static let criteria = ["cross-entropy": "ce", "mse": "mse", "mix": "mix"]

    /// Settings that say the same there under another name, number for number.
    private static let numbers = [
        "data.time_steps": "step", "data.size": "event_size", "data.image_share": "rgbdata_ratio",
        "data.training_share": "traindata_ratio", "data.noise_snr": "snr", "data.mix_alpha": "cutmix_beta",
        "data.mix_share": "cutmix_prob", "training.batch_size": "batch_size", "training.epochs": "epochs",
        "training.seed": "seed", "network.threshold": "threshold", "network.membrane_time_constant": "tau",
        "loss.domain_coefficient": "domain_loss_coefficient", "loss.label_smoothing": "smoothing",
        "optimizer.weight_decay": "weight_decay", "optimizer.momentum": "momentum",
        "schedule.warm_up_epochs": "warmup_epochs", "schedule.warm_up_learning_rate": "warmup_lr",
        "schedule.minimum_learning_rate": "min_lr", "schedule.decay_epochs": "decay_epochs",
        "schedule.decay_factor": "decay_rate", "sliding.exponent": "pow",
    ]
    private static let flags = [
        "loss.domain_alignment": "domain_loss", "loss.temporal_efficient_training": "TET_loss",
        "network.learnable_threshold": "requires_thres_grad",
    ]
    /// Settings that `derived` and `named` read.
    private static let others: Set<String> = [
        "data.set", "data.image_channel", "data.mix", "data.flip", "data.rotation", "network.model", "network.neuron",
        "network.surrogate", "loss.kind", "loss.time_step_weights", "loss.fixed_time_step_weight", "sliding.strategy",
        "optimizer.kind", "optimizer.learning_rate", "optimizer.reference_batch_scaling", "optimizer.clip_norm",
        "schedule.kind",
    ]

    private func value(_ key: String) -> KnobValue? {
        (try? description.knob(key))?.value(in: detail.configuration)
    }
    private func text(_ key: String) -> String { value(key)?.description ?? "" }
    private func number(_ key: String) -> Double? {
        switch value(key) {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
    private func flag(_ key: String) -> Bool { value(key) == .flag(true) }

    var text: String {
        var arguments: [String: String] = [:]
        for (key, name) in Self.numbers { arguments[name] = number(key).map(Self.scalar) }
        for (key, name) in Self.flags { arguments[name] = flag(key) ? "true" : "false" }
        arguments.merge(named) { $1 }
        arguments.merge(derived) { $1 }
        var lines = ["# The run \(detail.summary.id) of saccade \(detail.origin?.version ?? ""), as it was started."]
        lines += unnamed.map { "# Without a name here: \($0)" }
        for edit in detail.edits {
            let changes = edit.differences.map { "\($0.key) \($0.old) -> \($0.new)" }.joined(separator: ", ")
            lines.append("# Changed at step \(edit.optimizerStep): \(changes)")
        }
        // What others have written into the history ends no comment.
        lines = lines.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
        lines += arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return lines.map { $0 + "\n" }.joined()
    }

    private var named: [String: String] {
        let set = Self.dataSets[text("data.set")]
        var names: [String: String] = [
            "target_dataset": set?.target ?? text("data.set"), "source_dataset": set?.source ?? text("data.set"),
            "model": Self.models[text("network.model")] ?? text("network.model"),
            "node_type": Self.neurons[text("network.neuron")] ?? text("network.neuron"),
            "act_fun": Self.surrogates[text("network.surrogate")] ?? text("network.surrogate"),
            "loss_fn": Self.criteria[text("loss.kind")] ?? text("loss.kind"), "opt": text("optimizer.kind"),
            "sched": text("schedule.kind"), "eval_metric": "top1",
        ]
        if let set { names["num_classes"] = String(set.classes) }
        return names
    }

    /// What the reference says with other switches.
    private var derived: [String: String] {
        func word(_ flag: Bool) -> String { flag ? "true" : "false" }
        let weights = text("loss.time_step_weights")
        let mix = text("data.mix")
        let rate = number("optimizer.learning_rate") ?? 0
        let batchSize = number("training.batch_size") ?? 1024
        let clip = number("optimizer.clip_norm") ?? 0
        return [
            "regularization": word(weights != "off"),
            "tsregular": Self.scalar(weights == "fixed" ? number("loss.fixed_time_step_weight") ?? -1 : -1),
            "no_sliding_training": word(text("sliding.strategy") == "hard-switch"),
            "no_use_hsv": word(text("data.image_channel") == "blue"),
            "DVS_DA": word(flag("data.flip") && (number("data.rotation") ?? 0) > 0),
            "mix_up": word(mix == "mixup"), "cut_mix": word(mix == "cutmix"), "event_mix": word(mix == "eventmix"),
            // There it is multiplied by batch size / 1024.
            "lr": Self.scalar(flag("optimizer.reference_batch_scaling") ? rate : rate * 1024 / batchSize),
            "clip_grad": clip > 0 ? Self.scalar(clip) : "null",
        ]
    }

    /// Changed settings that are in none of the tables.
    private var unnamed: [String] {
        description.differences(from: RunConfiguration(), to: detail.configuration).filter {
            Self.numbers[$0.key] == nil && Self.flags[$0.key] == nil && !Self.others.contains($0.key)
        }.map { "\($0.key) = \($0.new)" }
    }

    /// Whole numbers without a point, as the reference's integers are; small ones as YAML 1.1 reads them.
    private static func scalar(_ number: Double) -> String {
        if let whole = Int(exactly: number), abs(whole) < 1_000_000_000 { return String(whole) }
        let text = "\(number)"
        // Without a point in front of the exponent it would be a text.
        guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }
}
