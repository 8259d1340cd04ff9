import Synchronization

/// One character cell. A character two columns wide is followed by a `continuation`.
///
/// Plain bits, sixteen bytes: a screen is thousands of cells, drawn and compared many times a second, and none of them
/// is to be counted by reference.
public struct Cell: Hashable, Sendable {
    /// The scalar; 0 behind a wide character; beyond Unicode for characters of several scalars.
    var code: UInt32
    public var style: Style

    public init(_ character: Character?, _ style: Style) {
        (code, self.style) = (character.map(CellCode.code) ?? 0, style)
    }

    init(code: UInt32, _ style: Style) { (self.code, self.style) = (code, style) }

    /// `nil` behind a wide character.
    public var character: Character? {
        get { CellCode.character(code) }
        set { code = newValue.map(CellCode.code) ?? 0 }
    }

    public static func blank(_ style: Style) -> Cell { Cell(code: 0x20, style) }
    public static func continuation(_ style: Style) -> Cell { Cell(code: 0, style) }
    public var isContinuation: Bool { code == 0 }
}

/// Characters as numbers: most are one scalar; the others get numbers of their own, in the order in which they come.
enum CellCode {
    private struct Clusters {
        var characters: [Character] = []
        var codes: [Character: UInt32] = [:]
    }

    private static let clusters = Mutex(Clusters())
    private static let firstCluster: UInt32 = 0x11_0000
    /// Texts come from files too: the table must not grow for ever.
    private static let clusterLimit = 65_536

    static func code(_ character: Character) -> UInt32 {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0x20 }
        if scalars.index(after: scalars.startIndex) == scalars.endIndex { return first.value == 0 ? 0x20 : first.value }
        return clusters.withLock { clusters in
            if let known = clusters.codes[character] { return known }
            guard clusters.characters.count < clusterLimit else { return first.value }
            clusters.characters.append(character)
            let code = firstCluster + UInt32(clusters.characters.count - 1)
            clusters.codes[character] = code
            return code
        }
    }

    static func character(_ code: UInt32) -> Character? {
        guard code != 0 else { return nil }
        if let scalar = UnicodeScalar(code) { return Character(scalar) }
        return clusters.withLock { $0.characters[Int(code - firstCluster)] }
    }

    /// Whether a scalar takes one column and never joins with those beside it, whatever they are (if they are such
    /// scalars too): what screens are full of, and need not be looked up.
    static func isSimple(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x300, 0x391..<0x400, 0x2010..<0x2028, 0x2030..<0x203C, 0x2190..<0x2300,
            0x23F8, 0x2440..<0x244B, 0x24B6..<0x24EB, 0x2500..<0x25FD, 0x2713, 0x2717, 0x2800..<0x2900,
            0x1FB00..<0x1FBFA:
            true
        default: false
        }
    }
}

extension Character {
    /// Columns this character takes on a terminal: 0, 1 or 2. After Unicode Standard Annex 11, wide and fullwidth ranges.
    public var columnCount: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        let code = scalar.value
        if code < 0x300 { return code < 0x20 || (0x7F..<0xA0).contains(code) ? 0 : 1 }
        if CellCode.isSimple(code), unicodeScalars.dropFirst().isEmpty { return 1 }
        if unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: return Self.wide.contains { $0.contains(code) } ? 2 : 1
        }
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615,
        0x2648...0x2653, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x2705...0x2705, 0x270A...0x270B, 0x274C...0x274C,
        0x2753...0x2755, 0x2795...0x2797, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2E80...0x303E, 0x3041...0x33FF,
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F64F, 0x1F680...0x1F6FF,
        0x1F7E0...0x1F7EB, 0x1F90C...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]
}

extension StringProtocol {
    /// Columns this text takes on a terminal.
    public var columnCount: Column { String(self).columnCount }
}

extension String {
    /// Columns this text takes on a terminal. Not generic, for the sake of other modules.
    public var columnCount: Column {
        // What is printable ASCII takes a column a byte.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return Column(utf8.count) }
        let scalars = unicodeScalars
        if scalars.allSatisfy({ CellCode.isSimple($0.value) }) { return Column(scalars.count) }
        return Column(reduce(0) { $0 + $1.columnCount })
    }
}
