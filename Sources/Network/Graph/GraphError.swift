/// Why a graph of NIR cannot be run here, or a network not be told as one.
public enum GraphError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A node of a type without a counterpart here.
    case notTaken(path: String, node: String, type: String, taken: [String])
    /// A field of a node is not there, or says what cannot be done.
    case field(path: String, node: String, type: String, field: String, found: String, expected: String)
    /// What arrives at a node does not fit it.
    case arrival(path: String, node: String, type: String, found: String, expected: String)
    /// The edges are not those of a network that is computed from its input to its output.
    case edges(path: String, found: String, expected: String)
    /// A layer of a network of this program has no counterpart in NIR.
    case notTold(layer: String, found: String, advice: String)

    public var description: String {
        switch self {
        case .notTaken(let path, let node, let type, let taken):
            "\(path): node '\(node)' is of type \(type), which has no counterpart here; taken are "
                + "\(taken.joined(separator: ", ")): express it by these in the program that wrote it"
        case .field(let path, let node, let type, let field, let found, let expected):
            "\(path): node '\(node)' (\(type)): its \(field) is \(found), expected \(expected); write the graph again"
        case .arrival(let path, let node, let type, let found, let expected):
            "\(path): node '\(node)' (\(type)) gets \(found), expected \(expected); check the edges that lead to it"
        case .edges(let path, let found, let expected):
            "\(path): \(found), expected \(expected); write the graph again"
        case .notTold(let layer, let found, let advice):
            "layer '\(layer)' has no counterpart in NIR: \(found); \(advice)"
        }
    }
}
