import Configuration
import Foundation
import Network
import Tensors

/// What a trained teacher makes of the batch, as a target: with outputs averaged over time,
///
///     KL(softmax(teacher / τt) ‖ softmax(student / τs)), averaged over samples, without a factor τ²
///
/// Temperatures of their own for teacher and student keep accuracy with fewer spikes (2106.07172; our reading of its
/// abstract). Phased, the weight goes out as events take the images' place, as in cross knowledge distillation (2507.09269;
/// our reading: the teacher there is no spiking network).
public struct Distillation: LossTerm {
    public static let weight = Setting.number(
        "loss.distillation_weight", "distillation weight",
        "Weight of the distance from what the teacher answers; 0 is off. Our reading: no factor τ² beside it.", 0...100,
        step: 0.1, default: 0)
    public static let teacher = Setting.text(
        "loss.distillation_teacher", "teacher",
        "Who teaches: a run, whose best checkpoint is taken, or a model file. It must have this run's T, size and classes.",
        live: false)
    public static let input = Setting.choice(
        "loss.distillation_input", "teacher sees",
        "events: the batch's recordings; images: its photographs, as in cross knowledge distillation.",
        TeacherInput.allCases.map(\.rawValue), default: TeacherInput.events.rawValue, live: false)
    public static let student = Setting.choice(
        "loss.distillation_stream", "student",
        "Which stream learns from the teacher: event, or image, which sliding moves to events.", ["event", "image"],
        default: "event", live: true)
    public static let teacherTemperature = Setting.number(
        "loss.distillation_teacher_temperature", "τ teacher",
        "Divides the teacher's outputs: larger is softer. Our reading of separate temperatures.", 0.1...100, step: 0.5,
        default: 4)
    public static let studentTemperature = Setting.number(
        "loss.distillation_student_temperature", "τ student",
        "Divides the student's outputs; apart from the teacher's it changes how much the student spikes. Our reading.",
        0.1...100, step: 0.5, default: 4)
    public static let phase = Setting.choice(
        "loss.distillation_phase", "distillation phase",
        "constant; phased: the weight times 1 − P, so that it goes out as events take the images' place (our reading of CKD).",
        ["constant", "phased"], default: "constant", live: true)
    public static let distance = MetricSeries("loss.distillation")
    public static let weightNow = MetricSeries("loss.distillation_weight")

    public init() {}

    public var name: String { "distillation" }
    public var summary: String { "the distance from a trained teacher's answers, each with its own temperature" }
    public var isAddition: Bool { true }
    public var knobs: [Knob] {
        [
            Self.weight.knob, Self.teacher.knob, Self.input.knob, Self.student.knob, Self.teacherTemperature.knob,
            Self.studentTemperature.knob, Self.phase.knob,
        ]
    }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.distance, "distillation loss", short: "teacher", higherIsBetter: false, panel: "loss",
                column: .init("distillation_loss", .mean)),
            SeriesDescription(
                Self.weightNow, "weight of the distillation", short: "λ teacher",
                column: .init("distillation_weight", .last)),
        ]
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? { Evaluator() }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let settings = context.settings
            guard settings[Distillation.weight] > 0, let teacher = context.inputs.teacherLogits else {
                return LossTermValue(weighted: 0, points: [])
            }
            let isPhased = settings[Distillation.phase] == "phased"
            let weight =
                settings[Distillation.weight] * (isPhased ? 1 - context.inputs.replacementProbability : 1)
            let stream = settings[Distillation.student] == "image" ? 0 : context.batch.streamCount - 1
            let logits = context.batch.logits[stream]
            let value = Distillation.value(
                of: logits.meanOverTime(), from: teacher,
                temperatures: (
                    teacher: settings[Distillation.teacherTemperature],
                    student: settings[Distillation.studentTemperature]
                ), weight: weight / Double(context.timeStepCount), gradient: context.logitGradient(stream: stream))
            return LossTermValue(
                weighted: weight * value, points: [(Distillation.distance, value), (Distillation.weightNow, weight)])
        }
    }

    /// - Parameters:
    ///   - student: outputs averaged over time, [B, K].
    ///   - teacher: the same.
    ///   - weight: of the slopes that are added to every time step of `gradient` [T, B, K].
    static func value(
        of student: Tensor, from teacher: Tensor, temperatures: (teacher: Double, student: Double), weight: Double,
        gradient: Tensor
    ) -> Double {
        let (batch, classes) = (student.shape[0], student.shape[1])
        var sum = 0.0
        for sample in 0..<batch {
            let wanted = logShares(teacher.pointer + sample * classes, classes, temperatures.teacher)
            let found = logShares(student.pointer + sample * classes, classes, temperatures.student)
            for k in 0..<classes {
                sum += exp(wanted[k]) * (wanted[k] - found[k])
                let slope = weight * (exp(found[k]) - exp(wanted[k])) / (temperatures.student * Double(batch))
                for t in 0..<gradient.shape[0] {
                    gradient.pointer[(t * batch + sample) * classes + k] += Float(slope)
                }
            }
        }
        return sum / Double(batch)
    }

    /// log softmax(outputs / temperature)
    private static func logShares(_ outputs: UnsafePointer<Float>, _ count: Int, _ temperature: Double) -> [Double] {
        let scaled = (0..<count).map { Double(outputs[$0]) / temperature }
        let largest = scaled.max() ?? 0
        let total = largest + log(scaled.reduce(0) { $0 + exp($1 - largest) })
        return scaled.map { $0 - total }
    }
}

/// What of the batch a teacher sees.
public enum TeacherInput: String, Sendable, Hashable, CaseIterable {
    case events
    case images
}
