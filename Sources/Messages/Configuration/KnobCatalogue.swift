/// Every knob there is, in the order in which people look for them.
public enum KnobCatalogue {
    public static let all: [Knob] =
        slidingKnobs + lossKnobs + optimizerKnobs + scheduleKnobs + dataKnobs + networkKnobs + trainingKnobs

    public static let live: [Knob] = all.filter(\.isLive)

    private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    /// - Throws: `ConfigurationError.unknownKey` with the nearest known key.
    public static func knob(_ key: String) throws(ConfigurationError) -> Knob {
        guard let knob = byKey[key] else {
            throw .unknownKey(key, suggestion: nearest(to: key, among: all.map(\.key)))
        }
        return knob
    }

    /// The candidate with the smallest edit distance, if it is near enough to be what was meant.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let scored = candidates.map { ($0, editDistance(word, $0)) }
        guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.count / 3) else { return nil }
        return best.0
    }

    private static func editDistance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}

extension KnobCatalogue {
    static let slidingKnobs: [Knob] = [
        .catalogue(
            "sliding.strategy", "strategy", "How static inputs give way to event data over the run.",
            of: "strategies", \.sliding.strategy, live: true),
        .number(
            "sliding.exponent", "exponent", "Power of the replacement curve; larger holds static images longer.",
            0.1...20, step: 0.1, \.sliding.exponent),
        .number(
            "sliding.end", "end", "Share of the run at which every static input has been replaced.",
            0.01...1, step: 0.01, \.sliding.end),
        .curve(
            "sliding.curve", "curve", "Handles progress:probability that replace the power law, monotone from 0 to 1.",
            \.sliding.curve),
    ]

    static let lossKnobs: [Knob] = [
        .number(
            "loss.domain_coefficient", "λ domain", "Weight of the domain alignment loss (1 − linear CKA).",
            0...10, step: 0.05, \.loss.domainCoefficient),
        .flag(
            "loss.domain_alignment", "domain alignment", "Whether the domain alignment loss takes part at all.",
            \.loss.domainAlignment, live: true),
        .choice(
            "loss.time_step_weights", "time-step weights",
            "off: none; learnable: σ(coefficient) is trained; frozen: it keeps its value; fixed: the value below.",
            ["off", "learnable", "frozen", "fixed"], \.loss.timeStepWeights, live: true),
        .number(
            "loss.fixed_time_step_weight", "fixed weight", "Weight of every time step when the weights are fixed.",
            0...1, step: 0.05, \.loss.fixedTimeStepWeight),
        .flag(
            "loss.temporal_efficient_training", "TET",
            "Take the loss at each time step (temporal efficient training) instead of at the mean output.",
            \.loss.temporalEfficientTraining, live: true),
        .number(
            "loss.regularization_weight", "TET λ",
            "Share of TET's second term, which pulls the outputs towards the threshold.",
            0...1, step: 0.001, \.loss.regularizationWeight),
        .number(
            "loss.image_weight", "image weight", "Weight of the static stream's loss.", 0...10, step: 0.05,
            \.loss.imageWeight),
        .number(
            "loss.event_weight", "event weight", "Weight of the event stream's loss.", 0...10, step: 0.05,
            \.loss.eventWeight),
        .number(
            "loss.label_smoothing", "label smoothing", "Share of the target spread evenly over all classes.",
            0...0.9, step: 0.01, \.loss.labelSmoothing),
        .choice(
            "loss.kind", "criterion", "What is taken of the outputs and the class.",
            ["cross-entropy", "mse", "mix"], \.loss.kind, live: false),
        .flag(
            "loss.reference_fixed_weight_term", "reference: fixed weights",
            "As the reference: TET's second term keeps the learnable weights although the weights are fixed.",
            \.loss.referenceFixedWeightTerm, live: false),
        .flag(
            "loss.reference_drops_domain_loss", "reference: no sliding, no alignment",
            "As the reference: the hard switch at half drops the domain alignment loss.",
            \.loss.referenceDropsDomainLoss, live: false),
    ]

    static let optimizerKnobs: [Knob] = [
        .number(
            "optimizer.learning_rate_scale", "lr scale", "Factor on the schedule's learning rate.",
            0.001...1000, step: 0.1, scale: .logarithmic, \.optimizer.learningRateScale),
        .number(
            "optimizer.weight_decay", "weight decay", "Decoupled decay of weights with two or more dimensions.",
            0...1, step: 0.005, \.optimizer.weightDecay),
        .number(
            "optimizer.clip_norm", "gradient clip", "Largest norm of the whole gradient; 0 does not clip.",
            0...1000, step: 0.5, \.optimizer.clipNorm),
        .number(
            "optimizer.learning_rate", "learning rate", "Peak learning rate of the schedule.",
            1e-7...1, step: 0.1, scale: .logarithmic, \.optimizer.learningRate, live: false),
        .flag(
            "optimizer.reference_batch_scaling", "reference: lr × batch / 1024",
            "As the reference: the learning rate is scaled by batch size / 1024.",
            \.optimizer.referenceBatchScaling, live: false),
    ]

    static let scheduleKnobs: [Knob] = [
        .choice(
            "schedule.kind", "schedule", "How the learning rate moves over the epochs.",
            ["cosine", "step", "constant"], \.schedule.kind, live: false),
        .integer(
            "schedule.warm_up_epochs", "warm-up", "Epochs in which the learning rate rises to its peak.",
            0...10_000, \.schedule.warmUpEpochs),
        .number(
            "schedule.warm_up_learning_rate", "warm-up lr", "Learning rate of the first warm-up epoch.",
            0...1, step: 1e-6, \.schedule.warmUpLearningRate, live: false),
        .number(
            "schedule.minimum_learning_rate", "minimum lr", "Where the cosine ends.",
            0...1, step: 1e-5, \.schedule.minimumLearningRate, live: false),
        .integer(
            "schedule.decay_epochs", "decay every", "Epochs between two drops of the step schedule.",
            1...100_000, \.schedule.decayEpochs),
        .number(
            "schedule.decay_factor", "decay factor", "Factor of each drop of the step schedule.",
            0.0001...1, step: 0.05, \.schedule.decayFactor, live: false),
    ]

    static let dataKnobs: [Knob] = [
        .catalogue("data.set", "data set", "Which data set is trained on.", of: "data sets", \.data.set, live: false),
        .text("data.folder", "folder", "Folder of the recordings; empty: its usual place.", \.data.folder, live: false),
        .text(
            "data.image_folder", "image folder", "Folder of the static images; empty: its usual place.",
            \.data.imageFolder, live: false),
        .text(
            "data.sensor", "sensor",
            "The camera's size, as 128x128; empty: as the data set or its files say, or their largest extent.",
            \.data.sensor, live: false),
        .text(
            "data.columns", "columns",
            "Which column of a table of events is which, as x,y,t,p; auto: by names and by what the numbers can be.",
            \.data.columns, live: false),
        .choice(
            "data.time_unit", "unit of time",
            "What a table's times are; auto: as the file says, else what makes a usual recording.",
            ["auto", "s", "ms", "us", "ns"], \.data.timeUnit, live: false),
        .integer("data.time_steps", "T", "Time steps a recording is cut into.", 1...64, \.data.timeStepCount),
        .integer("data.size", "size", "Side of the square network input in pixels.", 4...256, \.data.size),
        .catalogue(
            "data.slicing", "slicing", "How events become time steps.", of: "slicings", \.data.slicing, live: false),
        .choice(
            "data.values", "frame values",
            "counts: events; frequency: rates scaled to 1 by time step and polarity, as N-Omniglot's are published.",
            ["counts", "frequency"], \.data.values, live: false),
        .choice(
            "data.resize", "frame resize",
            "corners: bilinear between four pixels, as the reference; antialiased: each pixel counts when frames shrink.",
            ["corners", "antialiased"], \.data.resize, live: false),
        .integer(
            "data.recordings_per_class", "recordings a class", "Labelled training recordings a class; 0 takes all.",
            0...1_000_000, \.data.recordingsPerClass),
        .number(
            "data.validation_share", "validation share", "Share of the training recordings set aside for validation.",
            0...0.9, step: 0.05, \.data.validationShare, live: false),
        .number(
            "data.training_share", "training share",
            "Share of the training recordings of each class that are used; the test recordings stay the same.",
            0.001...1, step: 0.05, \.data.trainingShare, live: false),
        .choice(
            "data.split", "split",
            "published: the data set's own test part, or the reference's rule; seeded: drawn anew from each class.",
            ["published", "seeded"], \.data.split, live: false),
        .integer(
            "data.split_seed", "split seed", "Seed of a split that is drawn anew; apart from the run's own seed.",
            0...Int(Int32.max), \.data.splitSeed),
        .number(
            "data.test_share", "test share", "Share of each class that a split drawn anew keeps for the test.",
            0.01...0.9, step: 0.05, \.data.testShare, live: false),
        .number(
            "data.image_share", "image share", "Share of the static pool of each class that may be drawn.",
            0...1, step: 0.05, \.data.imageShare),
        .choice(
            "data.image_channel", "image channel",
            "value: V of HSV; luma: weighted grey; blue: what the reference takes with --no-use-hsv.",
            ["value", "luma", "blue"], \.data.imageChannel, live: false),
        .choice(
            "data.image_normalization", "image numbers",
            "none: 0…1; mnist: less 0.1307, over 0.3081, as the reference's images of MNIST.",
            ["none", "mnist"], \.data.imageNormalization, live: false),
        .choice(
            "data.sampling", "sampling",
            "shuffled: each recording once an epoch; weighted: drawn with replacement, each class equally often.",
            ["shuffled", "weighted"], \.data.sampling, live: false),
        .choice(
            "data.pairing", "pairing",
            "name: images of the class of that name; position: the n-th class with the n-th, a control.",
            ["name", "position"], \.data.pairing, live: false),
        .flag(
            "data.crop", "random crop", "Shift training frames by up to a twelfth of the size.", \.data.crop, live: true
        ),
        .flag("data.flip", "random flip", "Mirror training frames left to right.", \.data.flip, live: true),
        .number(
            "data.rotation", "random rotation", "Largest turn of training frames either way, in degrees.",
            0...180, step: 5, \.data.rotation),
        .number(
            "data.drop_time", "drop time", "Largest share of the time steps of a training recording that is emptied.",
            0...0.9, step: 0.05, \.data.dropTime),
        .number(
            "data.drop_area", "drop area", "Largest side of an emptied rectangle, as a share of the sensor's.",
            0...0.9, step: 0.05, \.data.dropArea),
        .number(
            "data.drop_events", "drop events", "Largest share of the events of a training recording that is dropped.",
            0...0.9, step: 0.05, \.data.dropEvents),
        .number(
            "data.noise", "event noise", "Events added to a training recording for each pixel of the sensor.",
            0...10, step: 0.05, \.data.noise),
        .number(
            "data.noise_snr", "noise dB",
            "Signal-to-noise ratio of Gaussian noise on training frames, in decibels; 0 adds none.",
            0...60, step: 1, \.data.signalToNoise),
        .catalogue(
            "data.mix", "mix recordings",
            "Mix a second recording into training samples, its label too: as a sum, a rectangle, or a region in time.",
            of: "mixings", \.data.mix, live: true),
        .number(
            "data.mix_share", "mixed samples", "Share of the training samples that are mixed.",
            0...1, step: 0.05, \.data.mixShare),
        .number(
            "data.mix_alpha", "mix α", "Shares come from Beta(α, α): 1 is uniform, less leaves most to one recording.",
            0.05...10, step: 0.05, \.data.mixAlpha),
        .flag(
            "data.reference_background_images", "reference: images behind the test",
            "As the reference: images behind test recordings may be drawn.", \.data.referenceBackgroundImages,
            live: false),
        .flag(
            "data.reference_moving_test", "reference: moving test part",
            "As the reference on CEP-DVS: the test recordings follow the training share, and move with it.",
            \.data.referenceMovingTest, live: false),
        .flag(
            "data.reference_image_pool", "reference: image indices",
            "As the reference: the images that its indices give (N-Caltech101, CEP-DVS, CIFAR10-DVS), often wrong ones.",
            \.data.referenceImagePool, live: false),
        .flag(
            "data.reference_channel_first", "reference: channel before resize",
            "As the reference on CEP-DVS: the channel is taken before a picture is resized, and nothing is rounded.",
            \.data.referenceChannelFirst, live: false),
    ]

    static let networkKnobs: [Knob] = [
        .catalogue("network.model", "network", "Which network is trained.", of: "models", \.network.model, live: false),
        .choice(
            "network.neuron", "neuron",
            "leaky (LIF); integrate (IF); parametric (PLIF): each layer's τ is trained; biased: LIF with 0.1 added.",
            ["leaky", "integrate", "parametric", "biased"], \.network.neuron, live: false),
        .catalogue(
            "network.surrogate", "surrogate", "Derivative that stands in for the spike's.", of: "surrogates",
            \.network.surrogate, live: false),
        .number(
            "network.threshold", "threshold", "Membrane potential above which a neuron fires.",
            0.01...10, step: 0.05, \.network.threshold, live: false),
        .flag(
            "network.learnable_threshold", "learnable threshold",
            "Train a threshold for each layer, beginning at the one above.", \.network.learnableThreshold, live: false),
        .number(
            "network.membrane_time_constant", "τ", "Membrane time constant in time steps; 2 halves every step.",
            1...100, step: 0.1, \.network.membraneTimeConstant, live: false),
        .number(
            "network.dropout", "dropout", "Share of the features dropped before the heads, drawn at each time step.",
            0...0.95, step: 0.05, \.network.dropout, live: false),
    ]

    static let trainingKnobs: [Knob] = [
        .integer("training.epochs", "epochs", "Passes over the training recordings.", 1...100_000, \.training.epochs),
        .integer("training.batch_size", "batch", "Recordings an optimizer step.", 2...4096, \.training.batchSize),
        .integer("training.seed", "seed", "Seed of every draw in the run.", 0...Int(Int32.max), \.training.seed),
        .integer(
            "training.validate_every_epochs", "validate every", "Epochs between two validations.",
            1...100_000, \.training.validateEveryEpochs),
        .integer(
            "training.checkpoint_every_epochs", "checkpoint every", "Epochs between two checkpoints.",
            1...100_000, \.training.checkpointEveryEpochs),
        .choice(
            "training.selection", "selection",
            "Which epoch is tested: best on validation, the last, or the reference's best on test (labelled so).",
            ["validation", "last", "reference-best-test"], \.training.selection, live: false),
        .choice(
            "training.kernels", "kernels",
            "Convolutions by what is fastest for shape and density, or by the plain float32 sums only (exact).",
            ["fast", "exact"], \.training.kernels, live: false),
        .choice(
            "training.memory", "memory",
            "Low makes convolutions again in the backward pass instead of keeping them: less memory, a forward pass more.",
            ["normal", "low"], \.training.memory, live: false),
        .edits(
            "training.edits", "edits", "Edits that the engine makes by itself at these shares of the run.",
            \.training.edits),
    ]
}

extension Knob {
    typealias Path<Value> = WritableKeyPath<RunConfiguration, Value> & Sendable

    static func number(
        _ key: String, _ title: String, _ help: String, _ range: ClosedRange<Double>, step: Double,
        scale: Scale = .linear, _ path: Path<Double>, live: Bool = true
    ) -> Knob {
        Knob(
            key: key, title: title, help: help, kind: .number(range: range, step: step, scale: scale), isLive: live,
            read: { .number($0[keyPath: path]) },
            write: {
                guard case .number(let value) = $1 else { return false }
                $0[keyPath: path] = value
                return true
            })
    }

    static func integer(
        _ key: String, _ title: String, _ help: String, _ range: ClosedRange<Int>, _ path: Path<Int>
    ) -> Knob {
        Knob(
            key: key, title: title, help: help, kind: .integer(range: range), isLive: false,
            read: { .integer($0[keyPath: path]) },
            write: {
                guard case .integer(let value) = $1 else { return false }
                $0[keyPath: path] = value
                return true
            })
    }

    static func flag(_ key: String, _ title: String, _ help: String, _ path: Path<Bool>, live: Bool) -> Knob {
        Knob(
            key: key, title: title, help: help, kind: .flag, isLive: live,
            read: { .flag($0[keyPath: path]) },
            write: {
                guard case .flag(let value) = $1 else { return false }
                $0[keyPath: path] = value
                return true
            })
    }

    static func choice(
        _ key: String, _ title: String, _ help: String, _ choices: [String], _ path: Path<String>, live: Bool
    ) -> Knob { named(key, title, help, .choice(choices), path, live) }

    static func catalogue(
        _ key: String, _ title: String, _ help: String, of catalogue: String, _ path: Path<String>, live: Bool
    ) -> Knob { named(key, title, help, .catalogue(catalogue), path, live) }

    static func text(_ key: String, _ title: String, _ help: String, _ path: Path<String>, live: Bool) -> Knob {
        named(key, title, help, .text, path, live)
    }

    static func curve(_ key: String, _ title: String, _ help: String, _ path: Path<String>) -> Knob {
        named(key, title, help, .curve, path, true)
    }

    static func edits(_ key: String, _ title: String, _ help: String, _ path: Path<String>) -> Knob {
        named(key, title, help, .edits, path, false)
    }

    private static func named(
        _ key: String, _ title: String, _ help: String, _ kind: Kind, _ path: Path<String>, _ live: Bool
    ) -> Knob {
        Knob(
            key: key, title: title, help: help, kind: kind, isLive: live,
            read: { .text($0[keyPath: path]) },
            write: {
                guard case .text(let value) = $1 else { return false }
                $0[keyPath: path] = value
                return true
            })
    }
}
