import Foundation
import Kernels

/// How a neuron integrates its input current I into its membrane potential.
public enum NeuronDynamics: Sendable, Hashable {
    /// u = m + (I − m) / τ: the leaky integrate-and-fire neuron of the paper.
    case leaky(membraneTimeConstant: Float)
    /// u = m + I.
    case integrate
    /// u = m + (I − m) σ(w), w trainable, begins at −ln(τ − 1).
    case parametric(weight: Float)
    /// u = m + (I − m) / τ + bias.
    case biased(membraneTimeConstant: Float, bias: Float)
    /// u = memory · m + gain · I + bias: any other neuron whose potential follows its input linearly.
    case linear(memory: Float, gain: Float, bias: Float)
}

extension NeuronDynamics {
    /// σ(w) of the parametric neuron.
    static func gain(ofWeight weight: Float) -> Float { 1 / (1 + exp(-weight)) }

    /// What the kernels need.
    func kernelParameters(threshold: Float, firing: FiringRule) -> neuron_parameters {
        var parameters = neuron_parameters()
        parameters.threshold = threshold
        parameters.firingOffset = firing.offset
        parameters.equalityFires = firing.equalityFires ? 1 : 0
        parameters.isSigned = firing.isSigned ? 1 : 0
        parameters.timeConstant = 1
        switch self {
        case .leaky(let timeConstant):
            parameters.dynamics = Int32(NEURON_LEAKY.rawValue)
            parameters.timeConstant = timeConstant
        case .integrate:
            parameters.dynamics = Int32(NEURON_INTEGRATE.rawValue)
        case .parametric(let weight):
            parameters.dynamics = Int32(NEURON_PARAMETRIC.rawValue)
            parameters.gain = Self.gain(ofWeight: weight)
        case .biased(let timeConstant, let bias):
            parameters.dynamics = Int32(NEURON_BIASED.rawValue)
            parameters.timeConstant = timeConstant
            parameters.bias = bias
        case .linear(let memory, let gain, let bias):
            parameters.dynamics = Int32(NEURON_LINEAR.rawValue)
            (parameters.memory, parameters.gain, parameters.bias) = (memory, gain, bias)
        }
        return parameters
    }
}
