import FileFormats
import Foundation
import Tensors

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

    /// What a file must hold, and what it may.
    func wantedTensors() -> [TensorFit.Wanted] {
        let added = Set(lossParameters.map(\.name))
        return parameters.map {
            TensorFit.Wanted(name: $0.name, shape: $0.referenceShape.sizes, isRequired: !added.contains($0.name))
        }
            + buffers.map { TensorFit.Wanted(name: $0.name, shape: $0.tensor.shape.sizes) }
            + normalizations.map {
                TensorFit.Wanted(name: "\($0.name).num_batches_tracked", shape: [], isRequired: false)
            }
            + constants.map { TensorFit.Wanted(name: $0.name, shape: [], isRequired: false) }
    }

    /// A counter; `model.half()` and averages of all tensors make it a number with fractions.
    private static func count(_ name: String, in file: any NamedTensors) throws -> Int64? {
        if let whole = try? file.integers(name).first { return Int64(whole) }
        return try file.floats(name).first.flatMap { $0.isFinite && abs($0) < 1e15 ? Int64($0.rounded()) : nil }
    }

    /// Takes the numbers of a file that `stateEntries` or the reference wrote, wherever in the file they are (`TensorFit`).
    ///
    /// Nothing is changed if anything is wrong. Thresholds and sharpness must be this network's own.
    ///
    /// - Parameter prefix: what stands before each name; then the file may hold anything else. `nil` finds it.
    /// - Returns: what a careful reader would want to know, such as numbers that were converted.
    /// - Throws: `NetworkStateError` or `FileFormatError`.
    @discardableResult
    public func loadState(from file: any NamedTensors, prefix: String? = nil) throws -> [String] {
        let wanted = wantedTensors()
        let fit = TensorFit(wanted, in: file)
        func place(_ name: String) -> String? {
            guard let prefix else { return fit.names[name] }
            return file.contains(prefix + name) ? prefix + name : nil
        }
        let missing = wanted.filter { $0.isRequired && place($0.name) == nil }.map(\.name)
        guard missing.isEmpty else {
            throw NetworkStateError.missing(
                names: missing, wanted: wanted.count { $0.isRequired }, path: file.path,
                nearest: fit.nearestNames(NetworkStateError.listed, in: file),
                advice: Self.settings(for: file)
                    ?? (missing.count * 2 < wanted.count
                        ? "the others are present: save the complete state_dict of the network"
                        : Self.advice(for: file)))
        }
        var loads: [() -> Void] = []
        for constant in constants {
            guard let name = place(constant.name), let found = try file.floats(name).first else { continue }
            guard found == constant.value else {
                throw NetworkStateError.otherConstant(
                    name: name, path: file.path, found: found, expected: constant.value)
            }
        }
        var notes = fit.notes
        func values(_ name: String, _ shape: [Int]) throws -> [Float] {
            let name = place(name) ?? name
            let found = try file.shape(of: name)
            guard found == shape else {
                throw NetworkStateError.wrongShape(name: name, path: file.path, found: found, expected: shape)
            }
            let numbers = try file.floats(name)
            if !numbers.allSatisfy(\.isFinite) { notes.append("tensor '\(name)' holds NaN or infinite values") }
            return numbers
        }
        let added = Set(lossParameters.map(\.name))
        for parameter in parameters {
            if added.contains(parameter.name), place(parameter.name) == nil { continue }
            let values = try values(parameter.name, parameter.referenceShape.sizes)
            loads.append { parameter.load(referenceOrder: values, into: parameter.value) }
        }
        for buffer in buffers {
            let values = try values(buffer.name, buffer.tensor.shape.sizes)
            loads.append { buffer.tensor.copy(from: Tensor(buffer.tensor.shape, values)) }
        }
        for normalization in normalizations {
            guard let name = place("\(normalization.name).num_batches_tracked"),
                let count = try Self.count(name, in: file)
            else { continue }
            loads.append { normalization.batchCount = count }
        }
        guard prefix != nil || fit.unexpected.isEmpty else {
            throw NetworkStateError.unexpected(
                names: fit.unexpected, path: file.path, advice: Self.advice(for: file))
        }
        for load in loads { load() }
        return notes
    }
}
