/// Sizes of a tensor's dimensions, outermost first.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    public let sizes: [Int]

    public init(_ sizes: [Int]) {
        precondition(sizes.allSatisfy { $0 >= 0 }, "a size is negative: \(sizes)")
        self.sizes = sizes
    }

    public init(arrayLiteral sizes: Int...) { self.init(sizes) }

    /// Number of elements.
    public var count: Int { sizes.reduce(1, *) }
    public var rank: Int { sizes.count }
    public subscript(dimension: Int) -> Int { sizes[dimension] }
    public var description: String { "[" + sizes.map(String.init).joined(separator: ", ") + "]" }
}
