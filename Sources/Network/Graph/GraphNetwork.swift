import FileFormats

/// A network read from NIR, for evaluation only: what the nodes say, time step by time step, nothing fused or rounded
/// otherwise.
///
/// A node's input is the sum of what the edges bring. Anything that cannot be done exactly is refused by the node's name.
public struct GraphNetwork: Sendable {
    public let path: String
    /// Seconds a time step.
    public let timeStep: Double
    /// In an order in which each node stands behind those that lead to it.
    let nodes: [GraphNode]
    private let (input, output): (Int, Int)

    /// Numbers of a node at most.
    static let largestCount = 1 << 26
    /// Numbers of all nodes together at most.
    static let largestSum = 1 << 28
    /// Seconds a time step where nobody says anything: the convention of NIR's tools.
    public static let usualTimeStep = 1e-4
    /// Key of the metadata with the seconds a time step.
    public static let timeStepKey = "dt"

    /// (C, H, W) or (N).
    public var inputShape: [Int] { nodes[input].shape }
    public var outputShape: [Int] { nodes[output].shape }
    public var outputCount: Int { nodes[output].count }
    /// Names of the nodes in the order in which they are computed.
    public var names: [String] { nodes.map(\.name) }

    /// - Parameters:
    ///   - path: for messages.
    ///   - timeStep: seconds, above 0; `nil`: what the graph says, or `usualTimeStep`.
    public init(_ graph: NIRGraph, path: String, timeStep: Double? = nil) throws(GraphError) {
        let said = graph.metadata[Self.timeStepKey].flatMap { Double($0) }.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        (self.path, self.timeStep) = (path, timeStep ?? said ?? Self.usualTimeStep)
        let places = Dictionary(graph.nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var sources = [[Int]](repeating: [], count: graph.nodes.count)
        // Programs write edges twice; they mean them once.
        for edge in Set(graph.edges) {
            guard let source = places[edge.source], let target = places[edge.target] else {
                let unknown = places[edge.source] == nil ? edge.source : edge.target
                throw .edges(
                    path: path, found: "an edge leads from or to '\(unknown)', which is no node", expected: "a node")
            }
            sources[target].append(source)
        }
        var (nodes, order): ([GraphNode], [Int: Int]) = ([], [:])
        var sum = 0
        for place in try Self.sorted(graph, sources, path: path) {
            let node = graph.nodes[place]
            // Always in the same order, so that sums are the same.
            let own = sources[place].compactMap { order[$0] }.sorted()
            let reader = GraphNodeReader(
                path: path, node: node, arriving: try Self.arriving(own, nodes, node, path: path),
                timeStep: self.timeStep)
            let (operation, shape) = node.type == "Input" ? (.input, try reader.inputShape()) : try reader.read()
            let made = GraphNode(name: node.name, operation: operation, sources: own, shape: shape)
            let count = shape.reduce(1.0) { $0 * Double($1) }
            guard count <= Double(Self.largestCount), sum + made.count <= Self.largestSum else {
                throw .arrival(
                    path: path, node: node.name, type: node.type, found: "so much that it gives \(shape)",
                    expected: "at most \(Self.largestCount) numbers a node, \(Self.largestSum) in all")
            }
            sum += made.count
            order[place] = nodes.count
            nodes.append(made)
        }
        func only(_ type: String) throws(GraphError) -> Int {
            let found = graph.nodes.indices.filter { graph.nodes[$0].type == type }
            guard found.count == 1, let place = order[found[0]] else {
                throw .edges(path: path, found: "\(found.count) nodes of type \(type)", expected: "one")
            }
            return place
        }
        self.nodes = nodes
        (input, output) = (try only("Input"), try only("Output"))
    }

    /// Places of all nodes, each behind those that lead to it.
    private static func sorted(
        _ graph: NIRGraph, _ sources: [[Int]], path: String
    ) throws(GraphError) -> [Int] {
        // What cannot be done is told before what stands in the way of it.
        if let strange = graph.nodes.first(where: { !GraphNodeReader.taken.contains($0.type) }) {
            throw .notTaken(path: path, node: strange.name, type: strange.type, taken: GraphNodeReader.taken)
        }
        var targets = [[Int]](repeating: [], count: sources.count)
        for (target, own) in sources.enumerated() { for source in own { targets[source].append(target) } }
        var missing = sources.map(\.count)
        var order = missing.indices.filter { missing[$0] == 0 }
        if let lost = order.first(where: { graph.nodes[$0].type != "Input" }) {
            throw .edges(
                path: path, found: "no edge leads to node '\(graph.nodes[lost].name)'",
                expected: "one from the input on")
        }
        var next = 0
        while next < order.count {
            for target in targets[order[next]].sorted() {
                missing[target] -= 1
                if missing[target] == 0 { order.append(target) }
            }
            next += 1
        }
        if let circle = missing.firstIndex(where: { $0 > 0 }) {
            throw .edges(
                path: path, found: "the edges run in a circle, through node '\(graph.nodes[circle].name)'",
                expected: "a network without recurrent connections")
        }
        return order
    }

    private static func arriving(
        _ sources: [Int], _ nodes: [GraphNode], _ node: NIRGraph.Node, path: String
    ) throws(GraphError) -> [Int] {
        guard let first = sources.first else { return [] }
        if let other = sources.first(where: { nodes[$0].shape != nodes[first].shape }) {
            throw .arrival(
                path: path, node: node.name, type: node.type,
                found:
                    "\(nodes[first].shape) of '\(nodes[first].name)' and \(nodes[other].shape) of '\(nodes[other].name)'",
                expected: "inputs of one shape, which are added")
        }
        return nodes[first].shape
    }
}
