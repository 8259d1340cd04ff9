/// How a field is compared with a value.
enum FilterRelation: String, Sendable, CaseIterable {
    // The longer ones first, so that they are found first.
    case atMost = "<="
    case atLeast = ">="
    case differs = "!="
    case contains = ":"
    case equals = "="
    case less = "<"
    case more = ">"
}

/// One word of a filter: what stands between blanks, where quotes hold blanks together.
struct FilterWord: Sendable {
    var isNegated: Bool
    /// Without the sign of negation, with its quotes.
    var text: String
    /// A quote in it has no end.
    var isUnclosed: Bool

    static func words(of text: String) -> [FilterWord] {
        var words: [FilterWord] = []
        var word = ""
        var isQuoted = false
        func end() {
            guard !word.isEmpty else { return }
            let isNegated = word.hasPrefix("-") && word.count > 1
            words.append(
                FilterWord(
                    isNegated: isNegated, text: isNegated ? String(word.dropFirst()) : word, isUnclosed: isQuoted))
            word = ""
        }
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character.isWhitespace, !isQuoted { end() } else { word.append(character) }
        }
        end()
        return words
    }

    /// A field's name in small letters, a relation, and what stands behind it with its quotes; `nil`: a free word.
    var comparison: (field: String, relation: FilterRelation, value: String)? {
        let letters = text.prefix { $0.isLetter }
        let rest = text.dropFirst(letters.count)
        guard !letters.isEmpty, let relation = FilterRelation.allCases.first(where: { rest.hasPrefix($0.rawValue) })
        else { return nil }
        return (letters.lowercased(), relation, String(rest.dropFirst(relation.rawValue.count)))
    }

    /// Between commas outside of quotes, without quotes.
    static func alternatives(_ value: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in value {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        let full = parts.filter { !$0.isEmpty }
        return full.isEmpty ? [unquoted(value)] : full
    }

    static func unquoted(_ text: String) -> String { text.filter { $0 != "\"" } }
}
