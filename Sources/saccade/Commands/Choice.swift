import ArgumentParser
import Configuration
import Training

/// One of a few words on the command line, and what was meant by a word that is none of them.
enum Choice {
    /// For `transform:` of an option or argument.
    ///
    /// - Throws: `ValidationError` that lists the words.
    static func parse<Value: CaseIterable & RawRepresentable<String>>(_ word: String) throws -> Value {
        if let value = Value(rawValue: word) { return value }
        let names = Value.allCases.map(\.rawValue)
        throw ValidationError(
            "expected one of \(names.joined(separator: ", "))\(nearest(to: word, among: names) ?? "")")
    }

    /// `; did you mean 'pause'?`, or `nil` where nothing is near: the one way in which the program says it.
    static func nearest(to word: String, among names: [String]) -> String? {
        // Of two letters any two are near.
        guard word.count > 2 else { return nil }
        return NearestWord.nearest(to: word, among: names).map { "; did you mean '\($0)'?" }
    }

    /// The knob that was meant by a key without its section, or by a mistyped one.
    static func knob(_ word: String) -> String? {
        let name = word.split(separator: ".").last.map(String.init) ?? word
        func key(of name: String) -> String? { EngineDescription.shipped.knobs.first { $0.name == name }?.key }
        return key(of: name)
            ?? NearestWord.nearest(to: name, among: EngineDescription.shipped.knobs.map(\.name)).flatMap(key)
    }
}
