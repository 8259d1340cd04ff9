import FileFormats
import Foundation
import Tensors

/// Why a checkpoint does not fit a network.
public enum NetworkStateError: Error, Sendable, Hashable, CustomStringConvertible {
    case missing(name: String, path: String)
    case wrongShape(name: String, path: String, found: [Int], expected: [Int])
    case otherConstant(name: String, path: String, found: Float, expected: Float)
    case unexpected(names: [String], path: String)

    public var description: String {
        switch self {
        case .missing(let name, let path):
            "\(path) has no tensor '\(name)': it was saved from another network; choose network.model, network.neuron "
                + "and data.time_steps as in the run that wrote it"
        case .wrongShape(let name, let path, let found, let expected):
            "tensor '\(name)' in \(path) has shape \(found), but this network needs \(expected): check network.model, "
                + "data.size, data.time_steps and the number of classes"
        case .otherConstant(let name, let path, let found, let expected):
            "'\(name)' in \(path) is \(found), but this network has \(expected): set network.threshold, "
                + "network.learnable_threshold and network.surrogate as in the run that wrote it"
        case .unexpected(let names, let path):
            "\(path) holds tensors that this network lacks: \(names.prefix(5).joined(separator: ", ")); choose "
                + "network.model, network.neuron and data.time_steps as in the run that wrote it"
        }
    }
}

extension SpikingNetwork {
    /// Every entry of the reference's checkpoint, with its names, shapes and order of numbers.
    public func stateEntries() -> [SafetensorsWriter.Entry] {
        var entries: [SafetensorsWriter.Entry] = []
        for parameter in parameters {
            entries.append(
                (
                    parameter.name, parameter.referenceShape.sizes,
                    .float32(parameter.referenceOrder(of: parameter.value))
                ))
        }
        for buffer in buffers {
            entries.append((buffer.name, buffer.tensor.shape.sizes, .float32(buffer.tensor.values)))
        }
        for normalization in normalizations {
            entries.append(("\(normalization.name).num_batches_tracked", [], .int64([normalization.batchCount])))
        }
        for constant in constants { entries.append((constant.name, [], .float32([constant.value]))) }
        return entries
    }

    /// Takes the numbers of a file that `stateEntries` or the reference wrote.
    ///
    /// Nothing is changed if anything is wrong. Thresholds and sharpness must be this network's own.
    ///
    /// - Throws: `NetworkStateError` or `FileFormatError`.
    public func loadState(from file: any NamedTensors, prefix: String = "") throws {
        var loads: [() -> Void] = []
        var known = Set<String>()
        for constant in constants {
            let name = prefix + constant.name
            known.insert(name)
            guard file.contains(name), let found = try file.floats(name).first else { continue }
            guard found == constant.value else {
                throw NetworkStateError.otherConstant(
                    name: name, path: file.path, found: found, expected: constant.value)
            }
        }
        for parameter in parameters {
            let name = prefix + parameter.name
            let values = try Self.values(of: name, shape: parameter.referenceShape.sizes, in: file)
            known.insert(name)
            loads.append { parameter.load(referenceOrder: values, into: parameter.value) }
        }
        for buffer in buffers {
            let name = prefix + buffer.name
            let values = try Self.values(of: name, shape: buffer.tensor.shape.sizes, in: file)
            known.insert(name)
            loads.append { buffer.tensor.copy(from: Tensor(buffer.tensor.shape, values)) }
        }
        for normalization in normalizations {
            let name = "\(prefix)\(normalization.name).num_batches_tracked"
            known.insert(name)
            guard file.contains(name), let count = try file.integers(name).first else { continue }
            loads.append { normalization.batchCount = Int64(count) }
        }
        let unexpected = file.names.filter { $0.hasPrefix(prefix) && !known.contains($0) }
        guard !prefix.isEmpty || unexpected.isEmpty else {
            throw NetworkStateError.unexpected(names: unexpected, path: file.path)
        }
        for load in loads { load() }
    }

    private static func values(of name: String, shape: [Int], in file: any NamedTensors) throws -> [Float] {
        guard file.contains(name) else { throw NetworkStateError.missing(name: name, path: file.path) }
        let found = try file.shape(of: name)
        guard found == shape else {
            throw NetworkStateError.wrongShape(name: name, path: file.path, found: found, expected: shape)
        }
        return try file.floats(name)
    }
}
