import Configuration
import Network
import Tensors

/// A full connection from the static stream's aligned feature at one time step to one number; its parameters are those that
/// the network adopted of a loss.
struct MixupHead {
    /// Of the whole run: a network that has them keeps them, whatever strategy it is trained by later.
    static let areWanted = Setting.flag(
        "loss.mixup_heads", "MAG and MRP",
        "Whether the run has heads for modality guidance (MAG) and mix-ratio perception (MRP) of time-step-mixup.",
        default: false, live: false)

    private let (weight, bias): (Parameter, Parameter)
    private let (feature, context): (Tensor, LossContext)
    private let width: Int

    /// Weights that begin at zero, with nothing drawn; none unless the run is to have them.
    static func parameters(_ name: String, _ network: SpikingNetwork, _ settings: RunConfiguration) -> [Parameter] {
        guard settings[areWanted], network.hasTwoStreams else { return [] }
        let width = network.alignedFeatureCount
        guard width > 0 else { return [] }
        return [Parameter(name: "\(name).weight", shape: [1, width]), Parameter(name: "\(name).bias", shape: [1])]
    }

    /// `nil` where the network has none of that name.
    init?(_ name: String, _ context: LossContext) {
        let parameters = context.network.lossParameters
        guard let weight = parameters.first(where: { $0.name == "\(name).weight" }),
            let bias = parameters.first(where: { $0.name == "\(name).bias" }),
            let feature = context.batch.domainFeature
        else { return nil }
        (self.weight, self.bias, self.feature, self.context) = (weight, bias, feature, context)
        width = weight.value.count
    }

    func output(timeStep: Int, sample: Int) -> Double {
        let row = row(timeStep, sample)
        var sum: Float = 0
        for place in 0..<width { sum += weight.value.pointer[place] * feature.pointer[row + place] }
        return Double(sum + bias.value.pointer[0])
    }

    /// - Parameter slopes: of each output, [T, B].
    func addGradients(_ slopes: [Double]) {
        let batch = slopes.count / context.timeStepCount
        for (index, slope) in slopes.enumerated() {
            let row = row(index / batch, index % batch)
            for place in 0..<width { weight.gradient.pointer[place] += Float(slope) * feature.pointer[row + place] }
            bias.gradient.pointer[0] += Float(slope)
        }
        context.addFeatureGradient { gradient in
            // Nothing of the event stream.
            gradient.fill(0)
            for (index, slope) in slopes.enumerated() {
                let row = row(index / batch, index % batch)
                for place in 0..<width { gradient.pointer[row + place] = Float(slope) * weight.value.pointer[place] }
            }
        }
    }

    /// The static stream comes first in the feature, [2T, B, width].
    private func row(_ timeStep: Int, _ sample: Int) -> Int {
        (timeStep * context.batch.batchSize + sample) * width
    }
}
