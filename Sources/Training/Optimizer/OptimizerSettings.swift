import Configuration

/// How weights are moved, whatever the optimizer.
public struct OptimizerSettings: SettingGroup {
    public static let shared = OptimizerSettings()

    public let kind = Setting.name(
        "optimizer.kind", "optimizer", "Rule that updates the weights from their gradients.", of: "optimizers",
        default: AdamWKind().name, live: false)
    public let learningRateScale = Setting.number(
        "optimizer.learning_rate_scale", "lr scale", "Multiplies the learning rate of the schedule.", 0.001...1000,
        step: 0.1,
        scale: .logarithmic, default: 1.0)
    public let weightDecay = Setting.number(
        "optimizer.weight_decay", "weight decay",
        "Decay of weights with two or more dimensions, per step and learning rate.", 0...1,
        step: 0.005, default: 0.01)
    public let clipNorm = Setting.number(
        KnownKnob.clipNorm, "gradient clip", "Maximum norm of the whole gradient; 0 turns clipping off.", 0...1000,
        step: 0.5, default: 0.0)
    public let learningRate = Setting.number(
        "optimizer.learning_rate", "learning rate", "Peak learning rate of the schedule.", 1e-7...1, step: 0.1,
        scale: .logarithmic, default: 5e-3, live: false)
    public let referenceBatchScaling = Setting.flag(
        "optimizer.reference_batch_scaling", "reference: lr × batch / 1024",
        "As in the reference: the learning rate is scaled by batch size / 1024.", default: false, live: false)
}
