import FileFormats

extension SpikingNetwork {
    /// The settings under which a network of the catalogue has exactly the names of a file; `nil` if there is none.
    static func settings(for file: any NamedTensors) -> String? {
        for model in ModelCatalogue.all {
            for dynamics in [NeuronDynamics.leaky(membraneTimeConstant: 2), .parametric(weight: 0)] {
                var configuration = Configuration(
                    classCount: 2, timeStepCount: max(1, timeStepCount(in: file)), size: model.smallestSize)
                configuration.neuron.dynamics = dynamics
                let network = model.assemble(configuration)
                let fit = TensorFit(network.wantedTensors(), in: file)
                guard fit.missing.isEmpty, fit.unexpected.isEmpty else { continue }
                var settings = ["network.model=\(model.name)"]
                if case .parametric = dynamics {
                    settings.append("network.neuron=parametric")
                } else {
                    settings.append("a network.neuron other than parametric")
                }
                if network.hasTwoStreams { settings.append("data.time_steps=\(configuration.timeStepCount)") }
                return "its names match \(settings.joined(separator: ", ")): set these"
            }
        }
        return nil
    }

    /// What can be done about a file whose names are not this network's.
    static func advice(for file: any NamedTensors) -> String {
        if let settings = settings(for: file) { return settings }
        if let list = file.nameless {
            return
                "\(list.isEmpty ? "its tensors lie" : "the tensors of '\(list)' lie") in a list, without the names that say "
                + "where each belongs: load it in PyTorch into its network, as a moving average does with "
                + "copy_to(model.parameters()), and save model.state_dict()"
        }
        return
            "no known network has such names: rename its tensors to those of the intended network before saving it"
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
