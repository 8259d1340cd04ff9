import Testing
import Training

/// Settings under which a term that is added to the method's own takes part.
struct AdditionCase: Sendable, CustomTestStringConvertible {
    var term: String
    var assignments: [String]
    var streams = 2

    var testDescription: String { "\(term) \(assignments.joined(separator: " "))" }
}

enum AdditionCases {
    static let all = [
        AdditionCase(term: "spike-rate", assignments: ["loss.spike_rate_weight=30", "loss.spike_rate_target=0.05"]),
        AdditionCase(
            term: "spike-rate",
            assignments: [
                "loss.spike_rate_weight=30", "loss.spike_rate_target=0.9", "loss.spike_rate_side=both",
                "loss.time_step_weights=off",
            ], streams: 1),
        AdditionCase(
            term: "temporal-regularization",
            assignments: ["loss.temporal_decay_weight=0.01", "loss.kind=blend", "loss.squared_error_share=0.3"]),
        AdditionCase(term: "first-layer-alignment", assignments: ["loss.first_layer_weight=3"]),
        AdditionCase(
            term: "modality-guidance",
            assignments: ["loss.mixup_heads=true", "loss.modality_weight=3", "loss.mix_ratio_weight=0"]),
        AdditionCase(
            term: "mix-ratio-perception",
            assignments: [
                "loss.mixup_heads=true", "loss.modality_weight=0", "loss.mix_ratio_weight=5",
                "loss.domain_alignment=false",
            ]),
        AdditionCase(
            term: "distillation",
            assignments: [
                "loss.distillation_weight=4", "loss.distillation_teacher_temperature=2",
                "loss.distillation_student_temperature=0.5",
            ]),
        AdditionCase(
            term: "distillation",
            assignments: [
                "loss.distillation_weight=4", "loss.distillation_stream=image", "loss.distillation_phase=phased",
            ]),
        // Two of them pull at the same spikes.
        AdditionCase(
            term: "spike-rate",
            assignments: ["loss.spike_rate_weight=30", "loss.first_layer_weight=3", "loss.time_step_weights=off"]),
    ]
}
