import Configuration

/// What the loss is made of.
public struct LossSettings: SettingGroup {
    public static let shared = LossSettings()
    static let timeStepWeightings = ["off", "learnable", "frozen", "fixed"]
    static let kinds = ["cross-entropy", "mse", "mix", "blend"]

    public let timeStepWeights = Setting.choice(
        "loss.time_step_weights", "time-step weights",
        "off: none; learnable: σ(coefficient) is trained; frozen: it keeps its value; fixed: the value below.",
        timeStepWeightings, default: "learnable", live: true)
    public let fixedTimeStepWeight = Setting.number(
        "loss.fixed_time_step_weight", "fixed weight", "Weight of every time step when the weights are fixed.", 0...1,
        step: 0.05, default: 0.3)
    public let temporalEfficientTraining = Setting.flag(
        "loss.temporal_efficient_training", "TET",
        "Take the loss at each time step (temporal efficient training) instead of at the mean output.", default: true,
        live: true)
    public let regularizationWeight = Setting.number(
        "loss.regularization_weight", "TET λ",
        "Share of TET's second term, which pulls the outputs towards the threshold.", 0...1, step: 0.001, default: 1e-3)
    public let labelSmoothing = Setting.number(
        "loss.label_smoothing", "label smoothing", "Share of the target spread evenly over all classes.", 0...0.9,
        step: 0.01, default: 0.0)
    public let kind = Setting.choice(
        "loss.kind", "criterion",
        "What is taken of the outputs and the class; mix: 0.1 cross entropy + mse; blend: shares of both, as TRT has it.",
        kinds, default: "cross-entropy", live: false)
    public let squaredErrorShare = Setting.number(
        "loss.squared_error_share", "blend η", "Share of the mean squared error in the criterion blend; TRT's η.",
        0...1,
        step: 0.01, default: 0.05)
    public let referenceFixedWeightTerm = Setting.flag(
        "loss.reference_fixed_weight_term", "reference: fixed weights",
        "As the reference: TET's second term keeps the learnable weights although the weights are fixed.",
        default: false, live: false)
    public let referenceDropsDomainLoss = Setting.flag(
        "loss.reference_drops_domain_loss", "reference: no sliding, no alignment",
        "As the reference: the hard switch at half drops the domain alignment loss.", default: false, live: false)
}
