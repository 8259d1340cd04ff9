/// The keys of the screens for those who read about them elsewhere than in the help overlay: the same table.
public enum KeyList {
    public struct Section: Sendable, Hashable {
        /// Where they have their meaning: "train · tuning".
        public var place: String
        /// As they are written in the help overlay, and what they do.
        public var keys: [Key]
    }

    public struct Key: Sendable, Hashable {
        public var keys: String
        public var meaning: String
    }

    /// Everywhere first, then screen by screen.
    public static let sections: [Section] = Context.allCases.compactMap { context in
        let bindings = BindingTable.all.filter { $0.context == context }
        guard !bindings.isEmpty else { return nil }
        return Section(
            place: context.title, keys: bindings.map { Key(keys: $0.keyTitle, meaning: $0.title) })
    }
}
