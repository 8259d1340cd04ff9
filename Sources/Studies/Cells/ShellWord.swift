/// Words for a shell.
public enum ShellWord {
    /// The word so that a shell reads it as it is: in quotes where it must be.
    public static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { plain.contains($0) }
        guard word.isEmpty || !isPlain else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// A command of several words.
    public static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%".utf8)
}
