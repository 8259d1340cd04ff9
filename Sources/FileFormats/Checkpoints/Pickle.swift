/// What a Python pickle holds, found without running anything: calls are looked up in a list of a few that make plain
/// values, and every other call refuses the file.
///
/// A pickle is a program for a small stack machine. Here its containers lie in one flat list and refer to each other by
/// number, so that neither circles nor depth can do harm, and memory stays in proportion to the pickle's own size.
///
/// Source: Python's `pickletools`, protocols 0 to 5.
struct Pickle {
    /// First byte of protocols 2 to 5.
    static let mark: UInt8 = 0x80

    enum Value: Hashable {
        case none
        case truth(Bool)
        case number(Int)
        case real(Double)
        case text(String)
        case bytes(ArraySlice<UInt8>)
        /// A class or function by its name: never called, only compared with the list.
        case global(String)
        case node(Int)
    }

    enum Node {
        case list([Value])
        case tuple([Value])
        case dictionary([(key: Value, value: Value)])
        /// What the program that wrote it keeps outside of the pickle: a tensor's numbers.
        case outside(Value)
        case tensor(TorchTensor)
        /// An instance of a harmless class; its content is of no use here.
        case record(String)
    }

    let nodes: [Node]
    let root: Value
    /// Behind its last step: files may hold several, one after the other.
    let end: Int

    /// - Throws: `.damaged` if the program is cut or makes no sense, `.unsupported` if it calls what is not on the list.
    init(_ bytes: [UInt8], from start: Int = 0, path: String) throws(FileFormatError) {
        var machine = PickleMachine(view: ByteView(bytes: bytes, path: path), from: start)
        root = try machine.run()
        (nodes, end) = (machine.nodes, machine.position)
    }

    subscript(_ value: Value) -> Node? {
        guard case .node(let index) = value else { return nil }
        return nodes[index]
    }

    /// Entries of a dictionary whose keys are text, in order.
    func entries(_ value: Value) -> [(key: String, value: Value)]? {
        guard case .dictionary(let pairs) = self[value] else { return nil }
        return pairs.compactMap { pair in
            if case .text(let key) = pair.key { (key, pair.value) } else { nil }
        }
    }
}

/// A tensor as PyTorch's pickles describe it: a view of numbers that lie elsewhere.
struct TorchTensor: Hashable {
    /// Of its numbers: `FloatStorage`, or `float32` where the storage has no type.
    let type: String
    /// Name of the storage with the numbers.
    let storage: String
    /// In numbers, not bytes.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
