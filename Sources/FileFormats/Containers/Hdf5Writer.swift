/// Writes numbers as HDF5 of the oldest kind, which every program reads: a group of lists here, any tree in
/// `Hdf5Writer+Tree.swift`.
struct Hdf5Writer {
    /// A list, and how its numbers are described: signed or not.
    struct List {
        let name: String
        let type: NumberType
        let bytes: [UInt8]
        /// Told in an attribute.
        var unit: String?
        var count: Int { bytes.count / type.width }
    }

    /// The superblock is 96 bytes long; it is filled in when the root's place is known.
    private(set) var bytes = [UInt8](repeating: 0, count: 96)

    /// - Parameters:
    ///   - numbers: the group's attributes.
    ///   - packing: how chunks are packed; `nil` puts each list in one piece.
    ///   - chunkLength: numbers a chunk.
    static func encode(
        group: String, numbers: [(name: String, number: Int)] = [], lists: [List], packing: Hdf5Packing?,
        chunkLength: Int
    ) -> [UInt8] {
        var writer = Hdf5Writer()
        let arrays = lists.map { ($0.name, writer.array($0, packing, chunkLength: chunkLength)) }
        let inner = writer.group(arrays, numbers.map { Self.attribute($0.name, $0.number) })
        writer.finish(root: writer.group([(group, inner.header)]))
        return writer.bytes
    }

    /// Fills in the superblock.
    mutating func finish(root: (header: Int, tree: Int, heap: Int)) {
        var block = Hdf5File.mark + [0, 0, 0, 0, 0, 8, 8, 0]
        // Half the members of a group's leaf, and of a node.
        for number in [16, 16] as [UInt16] { block.append(littleEndian: number) }
        block.append(littleEndian: UInt32(0))
        for address in [0, Hdf5File.undefined, UInt64(bytes.count), Hdf5File.undefined] {
            block.append(littleEndian: address)
        }
        // The root: no name, its header, and that its tree and heap are told here too.
        for number in [0, root.header] { block.append(littleEndian: UInt64(number)) }
        for number in [1, 0] as [UInt32] { block.append(littleEndian: number) }
        for number in [root.tree, root.heap] { block.append(littleEndian: UInt64(number)) }
        bytes.replaceSubrange(0..<96, with: block)
    }

    mutating func place(_ content: [UInt8]) -> Int {
        bytes.pad(to: 8)
        let start = bytes.count
        bytes += content
        return start
    }

    static func message(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
        var content = content
        content.pad(to: 8)
        var bytes: [UInt8] = []
        bytes.append(littleEndian: type)
        bytes.append(littleEndian: UInt16(content.count))
        return bytes + [0, 0, 0, 0] + content
    }

    mutating func header(_ messages: [[UInt8]]) -> Int {
        let content = messages.flatMap { $0 }
        var header: [UInt8] = [1, 0]
        header.append(littleEndian: UInt16(messages.count))
        header.append(littleEndian: UInt32(1))
        header.append(littleEndian: UInt32(content.count))
        return place(header + [0, 0, 0, 0] + content)
    }

    /// One whole number of 64 bits.
    private static func attribute(_ name: String, _ number: Int) -> [UInt8] {
        var (type, value): ([UInt8], [UInt8]) = ([0x10, 8, 0, 0], [])
        type.append(littleEndian: UInt32(8))
        for number in [0, 64] as [UInt16] { type.append(littleEndian: number) }
        value.append(littleEndian: Int64(number))
        return attribute(name, type: type, value)
    }

    private static func attribute(_ name: String, _ text: String) -> [UInt8] {
        var type: [UInt8] = [0x13, 0, 0, 0]
        type.append(littleEndian: UInt32(text.utf8.count))
        return attribute(name, type: type, Array(text.utf8))
    }

    /// Of one value; its parts begin at multiples of 8.
    private static func attribute(_ name: String, type: [UInt8], _ value: [UInt8]) -> [UInt8] {
        let parts = [Array(name.utf8) + [0], type, [1, 0, 0, 0, 0, 0, 0, 0]]
        var content: [UInt8] = [1, 0]
        for part in parts { content.append(littleEndian: UInt16(part.count)) }
        for part in parts {
            content += part
            content.pad(to: 8)
        }
        return message(0x0C, content + value)
    }

    /// Members of a leaf of a group's tree, and leaves of the tree.
    private static let fullLeaf = 32
    /// Members that a group can have.
    static let fullGroup = fullLeaf * fullLeaf

    mutating func group(
        _ members: [(name: String, header: Int)], _ attributes: [[UInt8]] = []
    ) -> (header: Int, tree: Int, heap: Int) {
        precondition(members.count <= Self.fullGroup, "a group of \(members.count) members")
        // Names in order of their bytes; the first 8 bytes of the heap are the empty name.
        let members = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var names = [UInt8](repeating: 0, count: 8)
        var leaves: [(bytes: [UInt8], last: Int)] = []
        for first in stride(from: 0, to: max(1, members.count), by: Self.fullLeaf) {
            let own = members[first..<min(first + Self.fullLeaf, members.count)]
            var leaf = Array("SNOD".utf8) + [1, 0]
            leaf.append(littleEndian: UInt16(own.count))
            var last = 0
            for member in own {
                last = names.count
                leaf.append(littleEndian: UInt64(names.count))
                leaf.append(littleEndian: UInt64(member.header))
                leaf += [UInt8](repeating: 0, count: 24)
                names += Array(member.name.utf8) + [0]
                names.pad(to: 8)
            }
            // A leaf has room for its members, whether they are there or not.
            leaf += [UInt8](repeating: 0, count: 8 + Self.fullLeaf * 40 - leaf.count)
            leaves.append((leaf, last))
        }
        // What is left of the heap is one free block: it points nowhere (1), and says its size.
        let free = names.count
        names.append(littleEndian: UInt64(1))
        names.append(littleEndian: UInt64(16))
        let texts = place(names)
        var heap = Array("HEAP".utf8) + [0, 0, 0, 0]
        for number in [names.count, free, texts] { heap.append(littleEndian: UInt64(number)) }
        let heapPlace = place(heap)
        var tree = Array("TREE".utf8) + [0, 0]
        tree.append(littleEndian: UInt16(leaves.count))
        for number in [Hdf5File.undefined, Hdf5File.undefined, 0] { tree.append(littleEndian: number) }
        for leaf in leaves {
            for number in [place(leaf.bytes), leaf.last] { tree.append(littleEndian: UInt64(number)) }
        }
        tree += [UInt8](repeating: 0, count: 24 + 33 * 8 + 32 * 8 - tree.count)
        let treePlace = place(tree)
        var table: [UInt8] = []
        for number in [treePlace, heapPlace] { table.append(littleEndian: UInt64(number)) }
        return (header([Self.message(0x11, table)] + attributes), treePlace, heapPlace)
    }

    private mutating func array(_ list: List, _ packing: Hdf5Packing?, chunkLength: Int) -> Int {
        var space: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 0]
        space.append(littleEndian: UInt64(list.count))
        let isSigned = [.int8, .int16, .int32, .int64].contains(list.type)
        var type: [UInt8] = [0x10, isSigned ? 8 : 0, 0, 0]
        type.append(littleEndian: UInt32(list.type.width))
        for number in [0, list.type.width * 8] { type.append(littleEndian: UInt16(number)) }
        let fill: [UInt8] = [2, 2, 0, 0]
        var messages = [Self.message(1, space), Self.message(3, type), Self.message(5, fill)]
        var layout: [UInt8] = [3]
        if let packing, list.count > 0 {
            let width = list.type.width
            let steps = packing.filters(width: width, length: chunkLength * width)
            var filters: [UInt8] = [1, UInt8(steps.count), 0, 0, 0, 0, 0, 0]
            // Number, name's size, that it may be left out, count of values, values, padding.
            for (filter, values) in steps {
                for number in [filter.rawValue, 0, 1, values.count] { filters.append(littleEndian: UInt16(number)) }
                for number in values + (values.count % 2 == 1 ? [0] : []) {
                    filters.append(littleEndian: UInt32(number))
                }
            }
            messages.append(Self.message(11, filters))
            layout += [2, 2]
            layout.append(littleEndian: UInt64(chunks(list, packing, length: chunkLength)))
            for number in [chunkLength, list.type.width] { layout.append(littleEndian: UInt32(number)) }
        } else {
            layout.append(1)
            let start = list.bytes.isEmpty ? Hdf5File.undefined : UInt64(place(list.bytes))
            for number in [start, UInt64(list.bytes.count)] { layout.append(littleEndian: number) }
        }
        messages.append(Self.message(8, layout))
        if let unit = list.unit { messages.append(Self.attribute("unit", unit)) }
        return header(messages)
    }

    /// - Returns: the place of the tree of chunks: one node for every 64, and one above them if there are several.
    private mutating func chunks(_ list: List, _ packing: Hdf5Packing, length: Int) -> Int {
        var entries: [(first: Int, size: Int, mask: Int, place: Int)] = []
        for first in stride(from: 0, to: list.count, by: length) {
            let width = list.type.width
            var chunk = Array(list.bytes[first * width..<min(first + length, list.count) * width])
            chunk += [UInt8](repeating: 0, count: length * width - chunk.count)
            let (packed, mask) = packing.pack(chunk, width: width)
            entries.append((first, packed.count, mask, place(packed)))
        }
        var level: UInt8 = 0
        while true {
            let groups = stride(from: 0, to: entries.count, by: 64).map { entries[$0..<min($0 + 64, entries.count)] }
            // Whoever follows a node may look at where the next begins, so all are placed before they are filled in.
            let size = 24 + 64 * 8 + 65 * 24
            let places = groups.map { _ in place([UInt8](repeating: 0, count: size)) }
            for (index, group) in groups.enumerated() {
                var node = Array("TREE".utf8) + [1, level]
                node.append(littleEndian: UInt16(group.count))
                node.append(littleEndian: index > 0 ? UInt64(places[index - 1]) : Hdf5File.undefined)
                node.append(littleEndian: index + 1 < places.count ? UInt64(places[index + 1]) : Hdf5File.undefined)
                for entry in group {
                    for number in [entry.size, entry.mask] { node.append(littleEndian: UInt32(number)) }
                    for number in [entry.first, 0, entry.place] { node.append(littleEndian: UInt64(number)) }
                }
                // The key behind the last: where the next chunk would begin.
                for number in [0, 0] as [UInt32] { node.append(littleEndian: number) }
                let end = index + 1 < groups.count ? groups[index + 1].first?.first : nil
                for number in [end ?? (list.count + length - 1) / length * length, list.type.width] {
                    node.append(littleEndian: UInt64(number))
                }
                bytes.replaceSubrange(places[index]..<places[index] + node.count, with: node)
            }
            if places.count == 1 { return places[0] }
            entries = zip(groups, places).map { group, place in
                (group.first?.first ?? 0, group.first?.size ?? 0, 0, place)
            }
            level += 1
        }
    }
}
