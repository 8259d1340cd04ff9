/// An object's header: the messages that say what a group or an array is.
struct Hdf5Header {
    struct Message {
        let type: Int
        /// Where its content lies in the file.
        let start: Int
        let size: Int
    }

    private(set) var messages: [Message] = []

    /// More are in no file of plain arrays.
    private static let largestCount = 4096

    init(_ file: Hdf5File, at start: Int) throws(FileFormatError) {
        let view = file.view
        var blocks: [(start: Int, size: Int)]
        var visited = Set<Int>()
        if try view.number(UInt8.self, at: start, "an object header") == 1 {
            let size = try view.size(UInt32.self, at: start + 8, "the header's size")
            blocks = [(start + 16, size)]
            while let block = blocks.popLast() {
                guard visited.insert(block.start).inserted else { continue }
                try view.check(block.start, block.size, "an object header")
                var offset = block.start
                while offset + 8 <= block.start + block.size {
                    let type = Int(try view.number(UInt16.self, at: offset, "a message's type"))
                    let size = Int(try view.number(UInt16.self, at: offset + 2, "a message's size"))
                    try add(type, offset + 8, size, file, end: block.start + block.size, &blocks)
                    offset += 8 + size
                }
            }
        } else {
            guard try view.text(at: start, count: 4, "an object header") == "OHDR" else {
                throw view.damaged(at: start, found: "no object header", expected: "version 1, or OHDR")
            }
            let flags = try view.number(UInt8.self, at: start + 5, "the header's flags")
            var offset = start + 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
            let size: Int =
                switch flags & 3 {
                case 0: Int(try view.number(UInt8.self, at: offset, "the header's size"))
                case 1: Int(try view.number(UInt16.self, at: offset, "the header's size"))
                case 2: Int(try view.number(UInt32.self, at: offset, "the header's size"))
                default: try view.size(UInt64.self, at: offset, "the header's size")
                }
            offset += 1 << Int(flags & 3)
            blocks = [(offset, size)]
            let head = flags & 4 != 0 ? 6 : 4
            var isFirst = true
            while var block = blocks.popLast() {
                guard visited.insert(block.start).inserted else { continue }
                if !isFirst {
                    // Continuations carry a mark before, and a checksum behind their messages.
                    guard try view.text(at: block.start, count: 4, "a continued header") == "OCHK", block.size >= 8
                    else {
                        throw view.damaged(at: block.start, found: "no continued header", expected: "OCHK")
                    }
                    block = (block.start + 4, block.size - 8)
                }
                isFirst = false
                try view.check(block.start, block.size, "an object header")
                var offset = block.start
                while offset + head <= block.start + block.size {
                    let type = Int(try view.number(UInt8.self, at: offset, "a message's type"))
                    let size = Int(try view.number(UInt16.self, at: offset + 1, "a message's size"))
                    try add(type, offset + head, size, file, end: block.start + block.size, &blocks)
                    offset += head + size
                }
            }
        }
    }

    private mutating func add(
        _ type: Int, _ start: Int, _ size: Int, _ file: Hdf5File, end: Int, _ blocks: inout [(start: Int, size: Int)]
    ) throws(FileFormatError) {
        guard size <= end - start, messages.count < Self.largestCount else {
            throw file.view.damaged(
                at: start, found: "a message of \(size) bytes", expected: "at most \(max(0, end - start))")
        }
        if type == 0x10 {
            guard let next = try file.address(at: start, "the place of a continued header") else { return }
            blocks.append((next, try file.view.size(UInt64.self, at: start + 8, "the size of a continued header")))
        } else {
            messages.append(Message(type: type, start: start, size: size))
        }
    }

    func message(_ type: Int) -> Message? { messages.first { $0.type == type } }
}

extension Hdf5File {
    /// Members of a group by name: the places of their object headers. `nil` if the header is no group's.
    func members(of header: Hdf5Header) throws(FileFormatError) -> [String: Int]? {
        if let table = header.message(0x11) {
            guard let tree = try address(at: table.start, "a group's tree"),
                let heap = try address(at: table.start + 8, "a group's heap")
            else { return [:] }
            var members: [String: Int] = [:]
            var visited = Set<Int>()
            try collect(tree, names: try heapStart(heap), into: &members, visited: &visited)
            return members
        }
        let links = header.messages.filter { $0.type == 6 }
        if let information = header.message(2) {
            // Version, flags, then the largest creation index if flag 0 is set, then the heap of many links.
            let flags = try view.number(UInt8.self, at: information.start + 1, "a group's flags")
            let place = information.start + 2 + (flags & 1 != 0 ? 8 : 0)
            guard try address(at: place, "a group's heap of links") == nil else {
                throw unsupported(at: information.start, "a group of very many members", "one of up to eight")
            }
        }
        guard !links.isEmpty || header.message(2) != nil else { return nil }
        var members: [String: Int] = [:]
        for link in links {
            if let (name, place) = try self.link(link) { members[name] = place }
        }
        return members
    }

    /// Where a heap's texts begin.
    private func heapStart(_ heap: Int) throws(FileFormatError) -> Int {
        guard try view.text(at: heap, count: 4, "a heap") == "HEAP",
            let start = try address(at: heap + 24, "a heap's texts")
        else { throw view.damaged(at: heap, found: "no heap of names", expected: "HEAP") }
        return start
    }

    private func collect(
        _ node: Int, names: Int, into members: inout [String: Int], visited: inout Set<Int>
    ) throws(FileFormatError) {
        guard visited.insert(node).inserted, visited.count < 100_000 else {
            throw view.damaged(at: node, found: "a tree that runs in a circle", expected: "one without")
        }
        switch try view.text(at: node, count: 4, "a group's node") {
        case "TREE":
            let count = Int(try view.number(UInt16.self, at: node + 6, "a node's count"))
            guard try view.number(UInt8.self, at: node + 5, "a node's level") < 32 else {
                throw view.damaged(at: node + 5, found: "a very deep tree", expected: "at most 32 levels")
            }
            for index in 0..<count {
                if let child = try address(at: node + 32 + index * 16, "a node's child") {
                    try collect(child, names: names, into: &members, visited: &visited)
                }
            }
        case "SNOD":
            let count = Int(try view.number(UInt16.self, at: node + 6, "a node's count"))
            for index in 0..<count {
                let entry = node + 8 + index * 40
                let name = try view.size(UInt64.self, at: entry, "a name's place")
                guard name < view.count, let place = try address(at: entry + 8, "a member's place") else { continue }
                members[try view.text(endingInZeroAt: names + name, "a name")] = place
            }
        default: throw view.damaged(at: node, found: "no node of a group", expected: "TREE or SNOD")
        }
    }

    /// `nil` if the link is a soft or external one.
    private func link(_ message: Hdf5Header.Message) throws(FileFormatError) -> (String, Int)? {
        let flags = try view.number(UInt8.self, at: message.start + 1, "a link's flags")
        var offset = message.start + 2
        if flags & 8 != 0 {
            guard try view.number(UInt8.self, at: offset, "a link's kind") == 0 else { return nil }
            offset += 1
        }
        if flags & 4 != 0 { offset += 8 }
        if flags & 16 != 0 { offset += 1 }
        let size: Int
        switch flags & 3 {
        case 0: size = Int(try view.number(UInt8.self, at: offset, "a name's size"))
        case 1: size = Int(try view.number(UInt16.self, at: offset, "a name's size"))
        case 2: size = Int(try view.number(UInt32.self, at: offset, "a name's size"))
        default: size = try view.size(UInt64.self, at: offset, "a name's size")
        }
        offset += 1 << Int(flags & 3)
        let name = try view.text(at: offset, count: size, "a name")
        guard let place = try address(at: offset + size, "a member's place") else { return nil }
        return (name, place)
    }
}
