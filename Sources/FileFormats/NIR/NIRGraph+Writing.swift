extension NIRGraph {
    /// The version of the library whose layout is written.
    private static let version = "1.0"

    /// The same graph gives the same bytes.
    ///
    /// - Precondition: names of nodes differ, and every shape has as many elements as there are numbers.
    /// - Throws: `.unsuitable` for more nodes than a group of this kind of HDF5 holds.
    public func encoded() throws(FileFormatError) -> [UInt8] {
        typealias Entry = Hdf5Writer.Entry
        var graph = [
            Entry("type", .text(Self.graphType)),
            Entry("edges", .texts(shape: [edges.count, 2], edges.flatMap { [$0.source, $0.target] })),
            Entry("nodes", .group(nodes.map { Entry($0.name, Self.member(of: $0)) })),
        ]
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { Entry($0.key, .text($0.value)) }
            graph.append(Entry("metadata", .group(texts)))
        }
        return try Hdf5Writer.encode([Entry("version", .text(Self.version)), Entry("node", .group(graph))])
    }

    private static func member(of node: Node) -> Hdf5Writer.Member {
        .group(
            [Hdf5Writer.Entry("type", .text(node.type))]
                + node.fields.sorted { $0.key < $1.key }.map { Hdf5Writer.Entry($0.key, member(of: $0.value)) })
    }

    private static func member(of field: Field) -> Hdf5Writer.Member {
        switch field.values {
        case .text(let text): .text(text)
        case .integers(let numbers):
            .numbers(
                .int64, shape: field.shape, numbers.map(\.littleEndian).withUnsafeBytes { Array($0) }, isPacked: false)
        case .floats(let numbers):
            .numbers(
                .float32, shape: field.shape,
                numbers.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }, isPacked: false)
        case .repeated(let number):
            .numbers(
                .float32, shape: field.shape,
                [UInt32](repeating: number.bitPattern.littleEndian, count: field.count).withUnsafeBytes { Array($0) },
                isPacked: true)
        }
    }
}
