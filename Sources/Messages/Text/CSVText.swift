/// Tables as text with commas, as RFC 4180 has them.
public enum CSVText {
    /// Quoted where a comma, a quote or the end of a line would be taken for something else.
    public static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The fields of every line; a line without any character counts for none.
    public static func rows(_ text: String) -> [[String]] {
        var (rows, row, field): ([[String]], [String], String) = ([], [], "")
        var (isQuoted, isBegun) = (false, false)
        func endRow() {
            if isBegun { rows.append(row + [field]) }
            (row, field, isBegun) = ([], "", false)
        }
        var characters = text.unicodeScalars.makeIterator()
        var waiting: Unicode.Scalar?
        while let character = waiting ?? characters.next() {
            waiting = nil
            switch character {
            case "\"" where isQuoted:
                // A quote inside is written twice; a single one ends the field.
                waiting = characters.next()
                if waiting == "\"" {
                    field.unicodeScalars.append("\"")
                    waiting = nil
                } else {
                    isQuoted = false
                }
            case "\"" where field.isEmpty: (isQuoted, isBegun) = (true, true)
            case "," where !isQuoted:
                row.append(field)
                (field, isBegun) = ("", true)
            case "\n" where !isQuoted: endRow()
            case "\r" where !isQuoted: break
            default:
                field.unicodeScalars.append(character)
                isBegun = true
            }
        }
        endRow()
        return rows
    }
}
