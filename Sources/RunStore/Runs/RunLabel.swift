import Foundation

/// What people may call runs, and how they may tag them.
enum RunLabel {
    /// Bytes of UTF-8: a hundred characters may have any number of accents.
    static let nameBytes = 1000
    private static let tagBytes = 400
    private static let tagCount = 64

    /// - Returns: the name without spaces around it.
    static func checked(name: String) throws(RunStoreError) -> String {
        let trimmed = name.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.isEmpty { throw .unsuitableName(name, reason: "it is empty") }
        if trimmed.count > 100 { throw .unsuitableName(name, reason: "it has more than 100 characters") }
        if trimmed.utf8.count > nameBytes { throw .unsuitableName(name, reason: "it has more than \(nameBytes) bytes") }
        if let odd = firstUnprintable(in: trimmed) {
            throw .unsuitableName(name, reason: "it holds the control character U+\(String(odd.value, radix: 16))")
        }
        return trimmed
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
