/// How well a text fits what has been typed: letters in order suffice, whole words and beginnings count for more.
enum FuzzyMatch {
    /// The sum over the typed words; `nil` if one of them is not in the text. What stands in the title counts double, and
    /// a title that is or begins with what was typed comes before all others.
    static func score(_ typed: String, title: String, note: String) -> Int? {
        let spelled = spelled(title)
        let asWritten = score(typed, writtenTitle: title, note: note)
        guard spelled != title, let asSpelled = score(typed, writtenTitle: spelled, note: note) else {
            return asWritten
        }
        return max(asSpelled, asWritten ?? 0)
    }

    /// As people type what the screens write in Greek.
    private static func spelled(_ title: String) -> String {
        let names: [Character: String] = [
            "λ": "lambda", "τ": "tau", "θ": "theta", "β": "beta", "α": "alpha", "γ": "gamma",
        ]
        return title.reduce(into: "") { $0 += names[$1] ?? String($1) }
    }

    private static func score(_ typed: String, writtenTitle title: String, note: String) -> Int? {
        let (wanted, name) = (typed.lowercased().trimmed, title.lowercased())
        var sum = name == wanted ? 2000 : name.hasPrefix(wanted) ? 1000 : 0
        for word in typed.lowercased().split(separator: " ") {
            let scores = [score(word, title.lowercased()).map { $0 * 2 }, score(word, note.lowercased())]
            guard let best = scores.compactMap({ $0 }).max() else { return nil }
            sum += best
        }
        return sum
    }

    /// Of one word: the best run of letters in order, begun at each place where its first letter stands.
    private static func score(_ word: Substring, _ text: String) -> Int? {
        // Most texts lack a letter, and bytes are faster to look at than characters.
        guard word.utf8.allSatisfy(text.utf8.contains) else { return nil }
        let (letters, text) = (Array(word), Array(text))
        return text.indices.filter { text[$0] == letters[0] }.compactMap { score(letters, text, from: $0) }.max()
    }

    private static func score(_ letters: [Character], _ text: [Character], from start: Int) -> Int? {
        var (sum, next, last) = (0, 0, -2)
        for index in start..<text.count where next < letters.count && text[index] == letters[next] {
            let beginsWord = index == 0 || !(text[index - 1].isLetter || text[index - 1].isNumber)
            sum += (last == index - 1 ? 8 : 1) + (beginsWord ? 6 : 0)
            (next, last) = (next + 1, index)
        }
        // Letters that lie far apart are hardly what was meant.
        guard next == letters.count, last - start <= letters.count * 4 else { return nil }
        return sum
    }
}
