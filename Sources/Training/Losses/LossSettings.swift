import Configuration

/// What the loss is made of.
public struct LossSettings: SettingGroup {
    public static let shared = LossSettings()
    static let timeStepWeightings = ["off", "learnable", "frozen", "fixed"]
    static let kinds = ["cross-entropy", "mse", "mix", "blend"]

    public let timeStepWeights = Setting.choice(
        "loss.time_step_weights", "time-step weights",
        "Weights of the alignment per time step. off: none; learnable: σ(coefficient), trained; frozen: not trained further; fixed: the fixed weight.",
        timeStepWeightings, default: "learnable", live: true)
    public let fixedTimeStepWeight = Setting.number(
        "loss.fixed_time_step_weight", "fixed weight", "Weight of every time step if the time-step weights are fixed.",
        0...1,
        step: 0.05, default: 0.3)
    public let temporalEfficientTraining = Setting.flag(
        "loss.temporal_efficient_training", "TET",
        "Temporal efficient training (TET): take the loss at each time step instead of at the mean output.",
        default: true,
        live: true)
    public let regularizationWeight = Setting.number(
        "loss.regularization_weight", "TET λ",
        "Weight of TET's regularization term, which pulls the outputs towards the threshold.", 0...1, step: 0.001,
        default: 1e-3)
    public let labelSmoothing = Setting.number(
        "loss.label_smoothing", "label smoothing", "Fraction of the target spread evenly over all classes.", 0...0.9,
        step: 0.01, default: 0.0)
    public let kind = Setting.choice(
        "loss.kind", "criterion",
        "Loss between the outputs and the class label; mix: 0.1 cross entropy + MSE; blend: a weighted sum of both, as in TRT.",
        kinds, default: "cross-entropy", live: false)
    public let squaredErrorShare = Setting.number(
        "loss.squared_error_share", "blend η",
        "Fraction of the mean squared error in the criterion blend; TRT's η.", 0...1, step: 0.01, default: 0.05)
    public let referenceFixedWeightTerm = Setting.flag(
        "loss.reference_fixed_weight_term", "reference: fixed weights",
        "As in the reference: TET's regularization term keeps the learnable weights although the weights are fixed.",
        default: false, live: false)
    public let referenceDropsDomainLoss = Setting.flag(
        "loss.reference_drops_domain_loss", "reference: no sliding, no alignment",
        "As in the reference: hard-switch drops the domain alignment loss.", default: false, live: false)
}
