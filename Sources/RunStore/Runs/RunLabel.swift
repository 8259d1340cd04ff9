import Foundation

/// What people may call runs, and how they may tag them.
public enum RunLabel {
    /// Bytes of UTF-8: a hundred characters may have any number of accents.
    static let nameBytes = 1000
    private static let nameCharacters = 100
    private static let tagBytes = 400
    private static let tagCount = 64

    /// - Returns: the name without spaces around it.
    static func checked(name: String) throws(RunStoreError) -> String {
        let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty { throw .unsuitableName(name, reason: "it is empty") }
        if trimmed.count > nameCharacters {
            throw .unsuitableName(name, reason: "it has more than \(nameCharacters) characters")
        }
        if trimmed.utf8.count > nameBytes { throw .unsuitableName(name, reason: "it has more than \(nameBytes) bytes") }
        if let odd = firstUnprintable(in: trimmed) {
            throw .unsuitableName(name, reason: "it holds the control character U+\(String(odd.value, radix: 16))")
        }
        return trimmed
    }

    /// The name of a run that comes from another: of long names the beginning, so that it is one that is allowed.
    public static func name(from parent: String, ending: String) -> String {
        var beginning = parent.prefix(max(0, nameCharacters - ending.count))
        while beginning.utf8.count + ending.utf8.count > nameBytes, !beginning.isEmpty { beginning.removeLast() }
        return beginning + ending
    }

    /// - Returns: the tags in their order, each once.
    static func checked(tags: [String]) throws(RunStoreError) -> [String] {
        var result: [String] = []
        for tag in tags {
            if tag.isEmpty { throw .unsuitableTag(tag, reason: "it is empty") }
            if tag.count > 40 { throw .unsuitableTag(tag, reason: "it has more than 40 characters") }
            if tag.utf8.count > tagBytes { throw .unsuitableTag(tag, reason: "it has more than \(tagBytes) bytes") }
            if tag.contains(where: { $0.isWhitespace || $0 == "," }) || firstUnprintable(in: tag) != nil {
                throw .unsuitableTag(tag, reason: "spaces, commas and control characters are not allowed")
            }
            if !result.contains(tag) { result.append(tag) }
        }
        if result.count > tagCount {
            throw .unsuitableTag(result[tagCount], reason: "a run has at most \(tagCount) tags")
        }
        return result
    }

    /// A note of at most 64 KiB.
    static func checked(note: String) throws(RunStoreError) -> String {
        guard note.utf8.count <= StoredText.limit else { throw .longNote(bytes: note.utf8.count) }
        return note
    }

    private static func firstUnprintable(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first {
            [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
    }
}
