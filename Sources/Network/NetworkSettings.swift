import Configuration

/// Which network is trained, and how its neurons behave.
public struct NetworkSettings: SettingGroup {
    public static let shared = NetworkSettings()

    public let model = Setting.name(
        "network.model", "network", "Network to train.", of: "models", default: "mini", live: false)
    public let neuron = Setting.name(
        "network.neuron", "neuron",
        "leaky (LIF); integrate (IF); parametric (PLIF): τ of each layer is learned; biased: LIF with a bias.",
        of: "neurons", default: LeakyNeuron().name, live: false)
    public let surrogate = Setting.name(
        "network.surrogate", "surrogate", "Surrogate gradient: derivative used in place of that of the spike.",
        of: "surrogates",
        default: "quadratic-gate", live: false)
    public let threshold = Setting.number(
        "network.threshold", "threshold", "Membrane potential above which a neuron fires.", 0.01...10, step: 0.05,
        default: 0.5, live: false)
    public let learnableThreshold = Setting.flag(
        "network.learnable_threshold", "learnable threshold",
        "Learn the threshold of each layer, starting from network.threshold.", default: false, live: false)
    public let membraneTimeConstant = Setting.number(
        "network.membrane_time_constant", "τ",
        "Membrane time constant in time steps; with 2 the potential halves at every step.", 1...100,
        step: 0.1, default: 2.0, live: false)
    public let dropout = Setting.number(
        "network.dropout", "dropout",
        "Fraction of the features dropped before the heads, drawn anew at each time step.",
        0...0.95, step: 0.05, default: 0.0, live: false)
    public let separateInput = Setting.flag(
        "network.separate_input", "separate input layers",
        "The first convolution has weights of its own for images and for event frames, as in R2ETL; normalization stays shared.",
        default: false, live: false)
    public let bottleneck = Setting.integer(
        "network.bottleneck", "bottleneck",
        "Neurons of a full connection before the heads, whose membrane potentials are aligned; 0: none. R2ETL has 256.",
        0...65_536, default: 0)
}
