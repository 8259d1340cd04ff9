/// A position or a distance on the grid, in one direction; rows and columns never mix.
public protocol GridUnit: Hashable, Comparable, Strideable, Sendable, ExpressibleByIntegerLiteral
where Stride == Int, IntegerLiteralType == Int {
    var value: Int { get set }
    init(_ value: Int)
}

// Inlined into other modules: screens reckon with rows and columns in every line.
extension GridUnit {
    @inlinable public init(integerLiteral value: Int) { self.init(value) }

    @inlinable public func distance(to other: Self) -> Int { other.value - value }
    @inlinable public func advanced(by count: Int) -> Self { Self(value + count) }

    @inlinable public static func == (left: Self, right: Self) -> Bool { left.value == right.value }
    @inlinable public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    @inlinable public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    @inlinable public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
    @inlinable public static func + (left: Self, right: Int) -> Self { Self(left.value + right) }
    @inlinable public static func - (left: Self, right: Int) -> Self { Self(left.value - right) }
    @inlinable public static func * (left: Self, right: Int) -> Self { Self(left.value * right) }
    @inlinable public static func / (left: Self, right: Int) -> Self { Self(left.value / right) }
    @inlinable public static func += (left: inout Self, right: Int) { left.value += right }
    @inlinable public static func -= (left: inout Self, right: Int) { left.value -= right }
}

/// Rows, downwards from the top.
public struct Row: GridUnit {
    public var value: Int
    @inlinable public init(_ value: Int) { self.value = value }
}

/// Columns of one character cell, rightwards from the left.
public struct Column: GridUnit {
    public var value: Int
    @inlinable public init(_ value: Int) { self.value = value }
}

public struct Point: Hashable, Sendable {
    public var row: Row
    public var column: Column

    public init(row: Row, column: Column) { (self.row, self.column) = (row, column) }
}

public struct Size: Hashable, Sendable, CustomStringConvertible {
    public var width: Column
    public var height: Row

    public init(width: Column, height: Row) { (self.width, self.height) = (width, height) }

    public var description: String { "\(width.value)×\(height.value)" }
}
