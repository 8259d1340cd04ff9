import Configuration

/// Which network is trained, and how its neurons behave.
public struct NetworkSettings: SettingGroup {
    public static let shared = NetworkSettings()

    public let model = Setting.name(
        "network.model", "network", "Which network is trained.", of: "models", default: "mini", live: false)
    public let neuron = Setting.name(
        "network.neuron", "neuron",
        "leaky (LIF); integrate (IF); parametric (PLIF): each layer's τ is trained; biased: LIF with a bias.",
        of: "neurons", default: LeakyNeuron().name, live: false)
    public let surrogate = Setting.name(
        "network.surrogate", "surrogate", "Derivative that stands in for the spike's.", of: "surrogates",
        default: "quadratic-gate", live: false)
    public let threshold = Setting.number(
        "network.threshold", "threshold", "Membrane potential above which a neuron fires.", 0.01...10, step: 0.05,
        default: 0.5, live: false)
    public let learnableThreshold = Setting.flag(
        "network.learnable_threshold", "learnable threshold",
        "Train a threshold for each layer, beginning at the one above.", default: false, live: false)
    public let membraneTimeConstant = Setting.number(
        "network.membrane_time_constant", "τ", "Membrane time constant in time steps; 2 halves every step.", 1...100,
        step: 0.1, default: 2.0, live: false)
    public let dropout = Setting.number(
        "network.dropout", "dropout", "Share of the features dropped before the heads, drawn at each time step.",
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
