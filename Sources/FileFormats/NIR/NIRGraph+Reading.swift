extension NIRGraph {
    /// What every graph is, and nothing within it.
    static let graphType = "NIRGraph"

    /// - Throws: `FileFormatError`.
    public init(contentsOf path: String) throws(FileFormatError) {
        let bytes = try FileBytes.read(path)
        try UnfetchedFile.refuse(bytes, path: path, expected: "a NIR graph, an HDF5 file")
        try self.init(bytes, path: path)
    }

    /// Nodes in the order of their names. Of a graph within the graph only name and type are read.
    ///
    /// - Throws: `FileFormatError`.
    public init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        let root = try Hdf5Tree(bytes, path: path)
        let graph = try root.group("node")
        let type = try graph.text("type")
        guard type == Self.graphType else { throw graph.mismatch("type", "'\(type)'", "'\(Self.graphType)'") }
        let nodes = try graph.group("nodes")
        self.init()
        for name in nodes.members.keys.sorted() { self.nodes.append(try Self.node(name, try nodes.group(name))) }
        guard case .texts(let shape, let names) = try graph.member("edges") else {
            // Of no edges numpy does not know that they are texts.
            guard case .numbers(let shape, _) = try graph.member("edges"), shape.reduce(1, *) == 0 else {
                throw graph.mismatch("edges", "something else", "pairs of names")
            }
            return
        }
        guard shape.count == 2, shape[1] == 2 else {
            throw graph.mismatch("edges", "an array of shape \(shape)", "pairs of names, (E, 2)")
        }
        for index in 0..<shape[0] { edges.append(Edge(names[2 * index], names[2 * index + 1])) }
        guard graph.members["metadata"] != nil, let metadata = try? graph.group("metadata") else { return }
        for case (let key, .texts(_, let texts)) in metadata.members where texts.count == 1 {
            self.metadata[key] = texts[0]
        }
    }

    private static func node(_ name: String, _ group: Hdf5Tree) throws(FileFormatError) -> Node {
        var node = Node(name, try group.text("type"))
        for (key, member) in group.members where key != "type" && key != "metadata" {
            switch member {
            case .group: continue
            case .texts(_, let texts): if texts.count == 1 { node.fields[key] = Field(shape: [], .text(texts[0])) }
            case .numbers(let shape, let column):
                if column.type.isFloating {
                    node.fields[key] = Field(shape: shape, .floats(column.doubles().map { Float($0) }))
                } else {
                    let (numbers, bad) = column.integers()
                    guard bad == nil else { throw group.mismatch(key, "a number above 2⁶³", "smaller ones") }
                    node.fields[key] = Field(shape: shape, .integers(numbers))
                }
            case .other(let error): throw error
            }
        }
        return node
    }
}
