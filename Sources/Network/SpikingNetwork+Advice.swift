import FileFormats

extension SpikingNetwork {
    /// What can be done about a file whose names are not this network's: the settings under which one of the catalogue has
    /// exactly its names, if there is one.
    ///
    /// - Parameter isNearlyWhole: whether most of this network's tensors are there.
    static func advice(for file: any NamedTensors, isNearlyWhole: Bool = false) -> String {
        var best: (settings: String, leftOut: Int)?
        for model in ModelCatalogue.all {
            for dynamics in [NeuronDynamics.leaky(membraneTimeConstant: 2), .parametric(weight: 0)] {
                var configuration = Configuration(
                    classCount: 2, timeStepCount: max(1, timeStepCount(in: file)), size: model.smallestSize)
                configuration.neuron.dynamics = dynamics
                let network = model.assemble(configuration)
                let fit = TensorFit(network.wantedTensors(), in: file)
                // The network of one stream finds itself in the file of two, and leaves the coefficients out.
                guard fit.missing.isEmpty, fit.unexpected.isEmpty, fit.leftOut < best?.leftOut ?? .max else { continue }
                var settings = ["network.model=\(model.name)"]
                if case .parametric = dynamics {
                    settings.append("network.neuron=parametric")
                } else {
                    settings.append("another network.neuron than parametric")
                }
                if network.hasTwoStreams { settings.append("data.time_steps=\(configuration.timeStepCount)") }
                best = (settings.joined(separator: ", "), fit.leftOut)
            }
        }
        return best.map { "its names are those of \($0.settings): choose these" }
            ?? (isNearlyWhole
                ? "the others are there: save the whole state_dict of the network"
                : "no network here has such names: give its tensors the names of the network that is meant before saving it")
    }

    /// A coefficient for each time step says how many there are.
    private static func timeStepCount(in file: any NamedTensors) -> Int {
        let parts = file.names.lazy.map { $0.split(separator: ".").suffix(2) }
        let steps = parts.filter { $0.count == 2 && $0.first == "coefficient" }.compactMap {
            $0.last.flatMap { Int($0) }
        }
        return min(1024, (steps.max() ?? 0) + 1)
    }
}
