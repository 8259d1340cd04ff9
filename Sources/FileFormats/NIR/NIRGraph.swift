import Files

/// A network as the Neuromorphic Intermediate Representation tells it: nodes with numbers, and edges between them (Pedersen
/// et al., Nature Communications 2024; github.com/neuromorphs/NIR). What the numbers mean is not known here.
///
/// ```
/// /version                     the library's
/// /node/type                   NIRGraph
/// /node/edges                  (E, 2) names
/// /node/nodes/NAME/type        Conv2d, LIF, …
/// /node/nodes/NAME/FIELD       numbers: weight, tau, …
/// /node/metadata/KEY           texts, optional
/// ```
public struct NIRGraph: Sendable, Hashable {
    public struct Node: Sendable, Hashable {
        public var name: String
        /// As the library calls it: `Conv2d`.
        public var type: String
        public var fields: [String: Field]

        public init(_ name: String, _ type: String, _ fields: [String: Field] = [:]) {
            (self.name, self.type, self.fields) = (name, type, fields)
        }
    }

    public struct Field: Sendable, Hashable {
        public enum Values: Sendable, Hashable {
            case floats([Float])
            case integers([Int64])
            case text(String)
            /// As many times the same number: kept packed in a file.
            case repeated(Float)
        }

        /// Outermost size first; empty for a single number or text.
        public var shape: [Int]
        public var values: Values

        public init(shape: [Int], _ values: Values) { (self.shape, self.values) = (shape, values) }

        /// A list of whole numbers.
        public static func integers(_ numbers: [Int]) -> Field {
            Field(shape: [numbers.count], .integers(numbers.map(Int64.init)))
        }

        /// One whole number.
        public static func integer(_ number: Int) -> Field { Field(shape: [], .integers([Int64(number)])) }

        public var count: Int { shape.reduce(1, *) }
    }

    public struct Edge: Sendable, Hashable {
        public var source: String
        public var target: String

        public init(_ source: String, _ target: String) { (self.source, self.target) = (source, target) }
    }

    public var nodes: [Node]
    public var edges: [Edge]
    /// What else the file says of itself; read from texts only.
    public var metadata: [String: String]

    public init(nodes: [Node] = [], edges: [Edge] = [], metadata: [String: String] = [:]) {
        (self.nodes, self.edges, self.metadata) = (nodes, edges, metadata)
    }

    /// Endings of names that are taken for such files.
    public static let endings = [".nir"]

    /// Whether a path means such a file: by its ending, whether it is there or not, or because an HDF5 file lies there.
    public static func isNamed(_ path: String) -> Bool {
        let name = path.lowercased()
        if endings.contains(where: { name.hasSuffix($0) }) { return true }
        guard RegularFile.otherKind(of: path) == nil, let prefix = try? FileBytes.prefix(path, count: 8) else {
            return false
        }
        return prefix == Hdf5File.mark
    }
}
