/// Runs a pickle's program. See `Pickle`.
struct PickleMachine {
    private(set) var nodes: [Pickle.Node] = []
    private let view: ByteView
    private(set) var position: Int
    private var stack: [Pickle.Value] = []
    private var marks: [Int] = []
    private var memo: [Int: Pickle.Value] = [:]

    init(view: ByteView, from start: Int = 0) { (self.view, position) = (view, start) }

    mutating func run() throws(FileFormatError) -> Pickle.Value {
        while true {
            let start = position
            let code = try take(UInt8.self)
            if code == UInt8(ascii: ".") { return try pop() }
            try step(code, at: start)
        }
    }

    // MARK: Reading

    private mutating func take<Number: FixedWidthInteger>(_: Number.Type) throws(FileFormatError) -> Number {
        let number = try view.number(Number.self, at: position, "the next pickle opcode")
        position += MemoryLayout<Number>.size
        return number
    }

    private mutating func take(count: Int) throws(FileFormatError) -> ArraySlice<UInt8> {
        let slice = try view.slice(at: position, count: count, "the pickle's content")
        position += count
        return slice
    }

    private mutating func take(count: UInt64) throws(FileFormatError) -> ArraySlice<UInt8> {
        try take(count: Int(clamping: count))
    }

    private mutating func line() throws(FileFormatError) -> String {
        guard let end = view.bytes[min(position, view.count)...].firstIndex(of: 10) else {
            throw view.damaged(at: position, found: "a line without an end", expected: "a line feed")
        }
        defer { position = end + 1 }
        return String(decoding: view.bytes[position..<end], as: UTF8.self)
    }

    // MARK: Stack

    private func wrong(_ expected: String) -> FileFormatError {
        view.damaged(at: max(0, position - 1), found: "an invalid pickle", expected: expected)
    }

    private mutating func pop() throws(FileFormatError) -> Pickle.Value {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw wrong("a value on the stack") }
        return value
    }

    /// Everything above the last mark.
    private mutating func popToMark() throws(FileFormatError) -> [Pickle.Value] {
        guard let mark = marks.popLast() else { throw wrong("a mark on the stack") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    private mutating func push(_ node: Pickle.Node) {
        nodes.append(node)
        stack.append(.node(nodes.count - 1))
    }

    private func node(_ value: Pickle.Value) -> Pickle.Node? {
        guard case .node(let index) = value else { return nil }
        return nodes[index]
    }

    private func tuple(_ value: Pickle.Value) -> [Pickle.Value]? {
        guard case .tuple(let values) = node(value) else { return nil }
        return values
    }

    // MARK: Steps

    private mutating func step(_ code: UInt8, at start: Int) throws(FileFormatError) {
        switch code {
        case 0x80:
            let version = try take(UInt8.self)
            guard version <= 5 else {
                throw view.damaged(at: start, found: "pickle protocol \(version)", expected: "at most 5")
            }
        case 0x95: _ = try take(UInt64.self)
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"):
            let value = try pop()
            stack += [value, value]
        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.truth(true))
        case 0x89: stack.append(.truth(false))
        case UInt8(ascii: "J"): stack.append(.number(Int(try take(Int32.self))))
        case UInt8(ascii: "K"): stack.append(.number(Int(try take(UInt8.self))))
        case UInt8(ascii: "M"): stack.append(.number(Int(try take(UInt16.self))))
        case 0x8A: stack.append(Self.long(try take(count: Int(try take(UInt8.self)))))
        case 0x8B: stack.append(Self.long(try take(count: UInt64(try take(UInt32.self)))))
        case UInt8(ascii: "I"), UInt8(ascii: "L"):
            let text = try line()
            if text == "01" || text == "00" {
                stack.append(.truth(text == "01"))
            } else {
                stack.append(Int(text.hasSuffix("L") ? String(text.dropLast()) : text).map { .number($0) } ?? .none)
            }
        case UInt8(ascii: "F"): stack.append(.real(Double(try line()) ?? .nan))
        case UInt8(ascii: "G"):
            stack.append(.real(Double(bitPattern: UInt64(bigEndian: try take(UInt64.self)))))
        case UInt8(ascii: "V"): stack.append(.text(try line()))
        case UInt8(ascii: "S"): stack.append(.text(String(try line().dropFirst().dropLast())))
        case 0x8C: try pushText(UInt64(try take(UInt8.self)))
        case UInt8(ascii: "X"): try pushText(UInt64(try take(UInt32.self)))
        case 0x8D: try pushText(try take(UInt64.self))
        case UInt8(ascii: "U"): try pushText(UInt64(try take(UInt8.self)))
        case UInt8(ascii: "T"): try pushText(UInt64(try take(UInt32.self)))
        case UInt8(ascii: "C"): stack.append(.bytes(try take(count: UInt64(try take(UInt8.self)))))
        case UInt8(ascii: "B"): stack.append(.bytes(try take(count: UInt64(try take(UInt32.self)))))
        case 0x8E, 0x96: stack.append(.bytes(try take(count: try take(UInt64.self))))
        case UInt8(ascii: "]"), 0x8F: push(.list([]))
        case UInt8(ascii: "}"): push(.dictionary([]))
        case UInt8(ascii: ")"): push(.tuple([]))
        case UInt8(ascii: "l"), 0x91: push(.list(try popToMark()))
        case UInt8(ascii: "t"): push(.tuple(try popToMark()))
        case 0x85, 0x86, 0x87:
            var values: [Pickle.Value] = []
            for _ in 0..<Int(code - 0x84) { values.append(try pop()) }
            push(.tuple(values.reversed()))
        case UInt8(ascii: "d"):
            let values = try popToMark()
            push(.dictionary([]))
            try setItems(values)
        case UInt8(ascii: "a"): try append([try pop()])
        case UInt8(ascii: "e"), 0x90: try append(try popToMark())
        case UInt8(ascii: "s"):
            let value = try pop()
            try setItems([try pop(), value])
        case UInt8(ascii: "u"): try setItems(try popToMark())
        default: try objectStep(code, at: start)
        }
    }

    /// Steps that remember, and those that make objects.
    private mutating func objectStep(_ code: UInt8, at start: Int) throws(FileFormatError) {
        switch code {
        case UInt8(ascii: "p"): memo[Int(try line()) ?? -1] = stack.last
        case UInt8(ascii: "q"): memo[Int(try take(UInt8.self))] = stack.last
        case UInt8(ascii: "r"): memo[Int(try take(UInt32.self))] = stack.last
        case 0x94: memo[memo.count] = stack.last
        case UInt8(ascii: "g"): try recall(Int(try line()) ?? -1)
        case UInt8(ascii: "h"): try recall(Int(try take(UInt8.self)))
        case UInt8(ascii: "j"): try recall(Int(try take(UInt32.self)))
        case UInt8(ascii: "c"): pushGlobal(module: try line(), name: try line())
        case 0x93:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else { throw wrong("two names") }
            pushGlobal(module: module, name: name)
        case UInt8(ascii: "Q"): push(.outside(try pop()))
        case UInt8(ascii: "P"): push(.outside(.text(try line())))
        case UInt8(ascii: "R"), 0x81:
            let arguments = try pop()
            try call(try pop(), tuple(arguments) ?? [], at: start)
        case 0x92:
            _ = try pop()
            let arguments = try pop()
            try call(try pop(), tuple(arguments) ?? [], at: start)
        case UInt8(ascii: "b"):
            // State of an object that was made: only dictionaries take it, and none of ours needs it.
            _ = try pop()
            guard stack.count > (marks.last ?? 0) else { throw wrong("an object on the stack") }
        default:
            throw .unsupported(
                path: view.path, offset: start, found: "pickle opcode 0x\(String(code, radix: 16))",
                expected: "opcodes for plain values", advice: "save only the state_dict, or use safetensors")
        }
    }

    private mutating func pushText(_ count: UInt64) throws(FileFormatError) {
        stack.append(.text(String(decoding: try take(count: count), as: UTF8.self)))
    }

    private mutating func recall(_ index: Int) throws(FileFormatError) {
        guard let value = memo[index] else { throw wrong("a memo entry \(index)") }
        stack.append(value)
    }

    /// Changes the container on top of the stack.
    private mutating func append(_ values: [Pickle.Value]) throws(FileFormatError) {
        guard case .node(let index) = stack.last else { throw wrong("a list") }
        switch nodes[index] {
        case .list(var list):
            // Taken out first, or every addition would copy the list.
            nodes[index] = .list([])
            list += values
            nodes[index] = .list(list)
        case .record: break
        default: throw wrong("a list")
        }
    }

    private mutating func setItems(_ values: [Pickle.Value]) throws(FileFormatError) {
        guard case .node(let index) = stack.last, values.count % 2 == 0 else { throw wrong("a dictionary") }
        switch nodes[index] {
        case .dictionary(var pairs):
            nodes[index] = .dictionary([])
            for place in stride(from: 0, to: values.count, by: 2) { pairs.append((values[place], values[place + 1])) }
            nodes[index] = .dictionary(pairs)
        case .record: break
        default: throw wrong("a dictionary")
        }
    }

    /// Little-endian, with a sign; what is beyond 64 bits is no number of use here.
    private static func long(_ bytes: ArraySlice<UInt8>) -> Pickle.Value {
        guard bytes.count <= 8, let last = bytes.last else { return bytes.isEmpty ? .number(0) : .none }
        var word: UInt64 = last >= 0x80 ? .max : 0
        for byte in bytes.reversed() { word = word << 8 | UInt64(byte) }
        return .number(Int(truncatingIfNeeded: word))
    }

    // MARK: Calls

    /// Protocols before 3 give modules their names of Python 2.
    private static let moduleNames = ["__builtin__": "builtins", "copy_reg": "copyreg"]

    private mutating func pushGlobal(module: String, name: String) {
        stack.append(.global("\(Self.moduleNames[module] ?? module).\(name)"))
    }

    private mutating func call(
        _ function: Pickle.Value, _ arguments: [Pickle.Value], at start: Int
    ) throws(FileFormatError) {
        guard case .global(let name) = function else { throw wrong("a function's name") }
        switch PickleCalls.effect(of: name) {
        case .dictionary: push(.dictionary(pairs(arguments.first)))
        case .argument:
            guard let first = arguments.first else { throw wrong("the arguments of \(name)") }
            stack.append(first)
        case .tensor: push(.tensor(try tensor(arguments)))
        case .tensorOfType:
            guard arguments.count >= 7, case .global(let type) = arguments[6] else { throw wrong("a tensor's type") }
            push(.tensor(try tensor(arguments, type: type)))
        case .subclass:
            // Another function and what it is called with. Not itself once more, or it could go on without end.
            guard arguments.count >= 3, case .global(let inner) = arguments[0],
                PickleCalls.effect(of: inner) != .subclass
            else { throw wrong("a function and its arguments") }
            try call(arguments[0], tuple(arguments[2]) ?? [], at: start)
        case .record: push(.record(name))
        case nil:
            throw .unsupported(
                path: view.path, offset: start, found: "a call of \(name)", expected: "tensors and plain values",
                advice: "code in a pickle is never executed; save only the state_dict, or use safetensors")
        }
    }

    /// Python 2 makes dictionaries of a list of pairs.
    private func pairs(_ value: Pickle.Value?) -> [(key: Pickle.Value, value: Pickle.Value)] {
        guard let value, case .list(let items) = node(value) else { return [] }
        return items.compactMap { item in
            let pair: [Pickle.Value]
            switch node(item) {
            case .list(let values), .tuple(let values): pair = values
            default: return nil
            }
            return pair.count == 2 ? (pair[0], pair[1]) : nil
        }
    }

    /// - Parameter type: where the storage does not say it.
    private func tensor(_ arguments: [Pickle.Value], type: String? = nil) throws(FileFormatError) -> TorchTensor {
        guard arguments.count >= 4, case .outside(let reference) = node(arguments[0]),
            let storage = Pickle.Storage(tuple(reference)), case .number(let offset) = arguments[1],
            let sizes = tuple(arguments[2]), let strides = tuple(arguments[3]), sizes.count == strides.count
        else { throw wrong("a tensor: its numbers, offset, shape and strides") }
        func numbers(_ values: [Pickle.Value]) throws(FileFormatError) -> [Int] {
            var numbers: [Int] = []
            for value in values {
                guard case .number(let number) = value, 0..<1 << 40 ~= number else { throw wrong("sizes of a tensor") }
                numbers.append(number)
            }
            return numbers
        }
        var start = offset
        // Files of before version 0.4 cut pieces out of a storage: key, first number, how many.
        if let piece = storage.piece.flatMap(tuple), piece.count == 3, case .number(let first) = piece[1] {
            start = first.addingReportingOverflow(offset).partialValue
        }
        guard 0..<1 << 40 ~= offset, 0..<1 << 40 ~= start else { throw wrong("a tensor's offset") }
        return TorchTensor(
            type: type ?? storage.type, storage: storage.key, offset: start, shape: try numbers(sizes),
            strides: try numbers(strides))
    }
}
