import FileFormats
import Tensors

extension SpikingNetwork {
    /// Takes of a file what fits this network by name and shape, and leaves the rest as it is: to begin with the weights of
    /// another network, whose heads may be for other classes.
    ///
    /// - Returns: how many of the network's parameters were taken, and the names of those that were not.
    /// - Throws: `NetworkStateError.missing` if nothing fits, `FileFormatError`.
    public func takeFitting(from file: any NamedTensors) throws -> (taken: Int, left: [String]) {
        let wanted = wantedTensors()
        let fit = TensorFit(wanted, in: file)
        var loads: [() -> Void] = []
        var left: [String] = []
        for parameter in parameters {
            guard let name = fit.names[parameter.name], try file.shape(of: name) == parameter.referenceShape.sizes
            else {
                left.append(parameter.name)
                continue
            }
            let values = try file.floats(name)
            loads.append { parameter.load(referenceOrder: values, into: parameter.value) }
        }
        let taken = loads.count
        guard taken > 0 else {
            throw NetworkStateError.missing(
                names: left, wanted: wanted.count { $0.isRequired }, path: file.path,
                nearest: fit.nearestNames(NetworkStateError.listed, in: file), advice: Self.advice(for: file))
        }
        for buffer in buffers {
            guard let name = fit.names[buffer.name], try file.shape(of: name) == buffer.tensor.shape.sizes else {
                continue
            }
            let values = try file.floats(name)
            loads.append { buffer.tensor.copy(from: Tensor(buffer.tensor.shape, values)) }
        }
        for load in loads { load() }
        return (taken, left)
    }
}
