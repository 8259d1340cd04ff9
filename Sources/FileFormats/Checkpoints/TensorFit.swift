/// Finds a network's tensors in a file that has them under other names: in dictionaries within each other (`state_dict`,
/// `model`), behind the prefixes of wrappers (`module.`, `_orig_mod.`), or any other that all of them share.
///
///     wanted       conv1.weight                                  the network's name
///     in the file  state_dict.model.module.conv1.weight          keys and prefixes, without what wrappers add in between:
///                  ╰──── prefix ──╯        ╰── wanted ──╯
///
/// Of all prefixes that there are, the one counts under which most of the wanted tensors lie with their shapes. Where
/// several hold all of them, plain weights go before averaged ones (EMA, SWA), `state_dict` before the others of `keys`,
/// short prefixes before long ones; the note says which was taken.
public struct TensorFit: Sendable {
    public struct Wanted: Sendable {
        public var name: String
        public var shape: [Int]
        /// Counters and constants may be missing.
        public var isRequired: Bool

        public init(name: String, shape: [Int], isRequired: Bool = true) {
            (self.name, self.shape, self.isRequired) = (name, shape, isRequired)
        }
    }

    /// Name in the file by wanted name.
    public let names: [String: String]
    /// Required tensors that are not there, in the order in which they were asked for.
    public let missing: [String]
    /// Tensors of the same dictionary, behind the same prefix, that nobody asked for. Single numbers and bytes that programs
    /// keep beside the weights (best accuracy, states of random generators) are not among them.
    public let unexpected: [String]
    /// What a careful reader would want to know: which of several were taken, what is left out, what is converted.
    public let notes: [String]
    /// Without the wrappers.
    let prefix: String

    /// Keys under which programs keep the weights, the first that is there goes before.
    static let keys = ["state_dict", "model_state_dict", "model", "net", "network", "weights"]
    /// Parts of names that `DataParallel`, `torch.compile`, FSDP and checkpointing put in between.
    private static let wrappers: Set<Substring> = [
        "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
    ]
    /// What else is kept by the names of weights, and is none.
    private static let otherKinds = ["optim", "sched", "momentum", "exp_avg", "grad"]
    private static let averages = ["ema", "swa", "average", "averaged", "shadow", "teacher"]

    private struct Candidate {
        var names: [String: String] = [:]
        var required = 0
        var fitting = 0
    }

    public init(_ wanted: [Wanted], in file: any NamedTensors) {
        let byName = Dictionary(wanted.map { ($0.name, $0) }) { first, _ in first }
        let isWrapped = !wanted.contains { $0.name.split(separator: ".").contains { Self.wrappers.contains($0) } }
        var stripped: [(name: String, stripped: String)] = []
        var candidates: [String: Candidate] = [:]
        for name in file.names {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            let kept = isWrapped ? parts.filter { !Self.wrappers.contains($0) } : parts
            let whole = kept.joined(separator: ".")
            stripped.append((name, whole))
            for start in 0..<min(kept.count, Self.deepestPrefix) {
                if start > 0, Self.isOther(kept[start - 1]) { break }
                guard let wanted = byName[kept[start...].joined(separator: ".")] else { continue }
                var candidate = candidates[kept[..<start].joined(separator: ".")] ?? Candidate()
                if candidate.names[wanted.name] == nil {
                    candidate.names[wanted.name] = name
                    if wanted.isRequired {
                        candidate.required += 1
                        if (try? file.shape(of: name)) == wanted.shape { candidate.fitting += 1 }
                    }
                    candidates[kept[..<start].joined(separator: ".")] = candidate
                }
            }
        }
        let ranked = candidates.sorted { Self.goesBefore($0, $1) }
        let best = ranked.first
        let (prefix, names) = (best?.key ?? "", best?.value.names ?? [:])
        (self.prefix, self.names) = (prefix, names)
        missing = wanted.filter { $0.isRequired && names[$0.name] == nil }.map(\.name)

        let container = names.values.min().map(file.container) ?? ""
        let alternatives = ranked.filter { $0.value.fitting == best?.value.fitting }
        let taken = Set(alternatives.flatMap { $0.value.names.values })
        let beginning = prefix.isEmpty ? "" : prefix + "."
        let roots = Set(wanted.map { $0.name.prefix { $0 != "." } })
        var unexpected: [String] = []
        var outside = 0
        for (name, whole) in stripped where !taken.contains(name) && file.container(of: name) == container {
            let rest = whole.dropFirst(beginning.count)
            if !whole.hasPrefix(beginning) {
                outside += 1
            } else if Self.isBeside(rest, name, file) {
                continue
            } else if case let root = rest.prefix(while: { $0 != "." }), !roots.contains(root), Self.isOfTraining(root)
            {
                outside += 1
            } else {
                unexpected.append(name)
            }
        }
        self.unexpected = best == nil ? [] : unexpected

        var notes: [String] = []
        if missing.isEmpty, alternatives.count > 1 {
            let others = alternatives.dropFirst().prefix(3).map { "'\($0.key)'" }.joined(separator: ", ")
            notes.append("the weights under '\(prefix)' are used, not those under \(others)")
        }
        if outside > 0 {
            notes.append(
                "\(outside) \(outside == 1 ? "tensor" : "tensors") besides \(prefix.isEmpty ? "the network's" : "'\(prefix)'") "
                    + "\(outside == 1 ? "is" : "are") ignored"
            )
        }
        var converted: [String: Int] = [:]
        for wanted in wanted where wanted.isRequired {
            guard let name = names[wanted.name] else { continue }
            let type = file.typeName(of: name)
            if !["float32", "F32"].contains(type) { converted[type, default: 0] += 1 }
        }
        notes += converted.sorted { $0.key < $1.key }.map {
            "\($0.value) \($0.value == 1 ? "tensor" : "tensors") of \($0.key) \($0.value == 1 ? "is" : "are") converted to float32"
        }
        self.notes = notes
    }

    /// Prefixes of more parts are not looked for.
    private static let deepestPrefix = 16

    private static func goesBefore(_ left: (key: String, value: Candidate), _ right: (key: String, value: Candidate))
        -> Bool
    {
        let (first, second) = (left.value, right.value)
        if first.fitting != second.fitting { return first.fitting > second.fitting }
        if first.required != second.required { return first.required > second.required }
        if first.names.count != second.names.count { return first.names.count > second.names.count }
        let (left, right) = (left.key, right.key)
        return rank(left) == rank(right) ? left < right : rank(left) < rank(right)
    }

    private static func rank(_ prefix: String) -> (Int, Int, Int) {
        let parts = prefix.split(separator: ".")
        let words = prefix.lowercased().split { $0 == "." || $0 == "_" }
        let isAverage = words.contains { averages.contains(String($0)) }
        let key = parts.first.flatMap { keys.firstIndex(of: String($0)) } ?? (parts.isEmpty ? -1 : keys.count)
        return (isAverage ? 1 : 0, key, parts.count)
    }

    private static func isOther(_ part: Substring) -> Bool {
        let part = part.lowercased()
        return otherKinds.contains { part.contains($0) }
    }

    /// Whether a part beside the network's own is what training needs, such as the weights of a loss. Any other is a part of
    /// another network.
    private static func isOfTraining(_ root: Substring) -> Bool {
        let root = root.lowercased()
        let words = root.split { !$0.isLetter && !$0.isNumber }
        return [
            "loss", "criterion", "metric", "accuracy", "confusion", "confmat", "auroc", "class_weight", "pos_weight",
        ]
        .contains { root.contains($0) }
            || ["acc", "f1", "precision", "recall", "mean", "std", "normalize"].contains {
                words.contains(Substring($0))
            }
    }

    /// Whether this is what programs keep in the same dictionary without it being the network's.
    private static func isBeside(_ rest: Substring, _ name: String, _ file: any NamedTensors) -> Bool {
        guard !rest.contains(".") else { return false }
        let isSingle = (try? file.shape(of: name)) == []
        return isSingle || ["uint8", "U8"].contains(file.typeName(of: name))
    }
}
