import Messages
import Terminal

/// Columns of text, as wide as they must be.
struct Table {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    init(_ heading: [String], rightAligned: Set<Int> = []) {
        rows = [heading]
        self.rightAligned = rightAligned
    }

    mutating func add(_ row: [String]) { rows.append(row.map(\.visibleOnOneLine)) }

    var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? Self.width(of: $0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - Self.width(of: cell))
                line += rightAligned.contains(column) ? space + cell : column == row.count - 1 ? cell : cell + space
                if column < row.count - 1 { line += "  " }
            }
            return line
        }.joined(separator: "\n")
    }

    /// On a terminal: some characters take two columns.
    private static func width(of text: String) -> Int { text.columnCount.value }
}

/// A share as a percentage: `61.3 %`, or `–` where there is none.
func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return "–" }
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}
