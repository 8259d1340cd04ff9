/// Why a checkpoint does not fit a network.
public enum NetworkStateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Some of the network's tensors are not there. `nearest` are the names in the file that differ least from the first of
    /// them; `advice` says what would fit.
    case missing(names: [String], wanted: Int, path: String, nearest: [String], advice: String)
    case wrongShape(name: String, path: String, found: [Int], expected: [Int])
    case otherConstant(name: String, path: String, found: Float, expected: Float)
    /// All is there, and more than the network takes.
    case unexpected(names: [String], path: String, advice: String)

    /// How many names are listed.
    static let listed = 3

    public var description: String {
        switch self {
        case .missing(let names, let wanted, let path, let nearest, let advice):
            "\(path) lacks \(names.count) of the \(wanted) tensors of this network: \(Self.list(names)); "
                + (nearest.isEmpty
                    ? "it has no others" : "similar names in it are \(nearest.joined(separator: ", "))")
                + "; \(advice)"
        case .wrongShape(let name, let path, let found, let expected):
            "tensor '\(name)' in \(path) has shape \(found), but this network needs \(expected): check network.model, "
                + "data.size, data.time_steps and the number of classes"
        case .otherConstant(let name, let path, let found, let expected):
            "'\(name)' in \(path) is \(found), but this network has \(expected): set network.threshold, "
                + "network.learnable_threshold and network.surrogate as in the run that wrote it"
        case .unexpected(let names, let path, let advice):
            "\(path) holds \(names.count) tensors that this network lacks: \(Self.list(names)); \(advice)"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(listed).joined(separator: ", ")
            + (names.count > listed ? " and \(names.count - listed) more" : "")
    }
}
