import Configuration
import FileFormats
import Network
import Training

/// An optimizer: every weight moves by the sign of its gradient, larger by a factor where the sign stays.
struct SignDescentKind: OptimizerKind {
    let name = "sign-descent"
    let summary = "moves by the sign of the gradient"
    var knobs: [Knob] { [SignDescent.growth.knob] }

    func make(_ parameters: [Parameter]) -> any Optimizer { SignDescent(parameters) }
}

final class SignDescent: Optimizer {
    static let growth = Setting.number(
        "optimizer.sign_growth", "sign growth", "Factor on moves whose sign is that of the last.", 1...4, step: 0.1,
        default: 1)

    private let parameters: [Parameter]
    private var signs: [[Float]]

    init(_ parameters: [Parameter]) {
        self.parameters = parameters
        signs = parameters.map { [Float](repeating: 0, count: $0.value.count) }
    }

    var byteCount: Int { signs.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } }

    func update(_ step: OptimizerUpdate, isSkipped: (Parameter) -> Bool) {
        let (rate, growth) = (Float(step.learningRate) / 100, Float(step.settings[Self.growth]))
        for (place, parameter) in parameters.enumerated() where !isSkipped(parameter) {
            for index in 0..<parameter.value.count {
                let gradient = parameter.gradient.pointer[index]
                let sign: Float = gradient > 0 ? 1 : gradient < 0 ? -1 : 0
                parameter.value.pointer[index] -= rate * sign * (sign == signs[place][index] ? growth : 1)
                signs[place][index] = sign
            }
        }
    }

    func stateEntries() -> [SafetensorsWriter.Entry] {
        zip(parameters, signs).map { ("sign.\($0.name)", [$1.count], .float32($1)) }
    }

    func loadState(from file: SafetensorsFile) throws {
        for (place, parameter) in parameters.enumerated() { signs[place] = try file.floats("sign.\(parameter.name)") }
    }
}
