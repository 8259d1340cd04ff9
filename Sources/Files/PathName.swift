import Foundation

/// A path taken apart by its slashes alone: nothing is looked up on the disk, and any text is a path.
///
///     path       folder   name    stem    ending
///     a/b.tar.gz a        b.tar.gz b.tar  gz
///     a          .        a       a
///     ./         ..       .       .
///     /a         /        a       a
///     /          /        /       /
///
/// Foundation's `NSString.deletingLastPathComponent` traps on a path of one character, which is why it is used nowhere.
public struct PathName: Sendable, Hashable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// Slashes at the end and steps that lead nowhere (`/.`) are left out; "/" stays.
    private var trimmed: Substring.UTF8View {
        var rest = path.utf8[...]
        while rest.count > 1 {
            if rest.last == UInt8(ascii: "/") {
                rest = rest.dropLast()
            } else if rest.suffix(2).elementsEqual("/.".utf8) {
                rest = rest.count == 2 ? rest.dropLast() : rest.dropLast(2)
            } else {
                break
            }
        }
        return Substring(rest).utf8
    }

    /// What the last part lies in: "." for a name alone, ".." for the current folder itself, "/" for the root.
    public var folder: String {
        let rest = trimmed
        if rest.isEmpty { return "." }
        if rest.elementsEqual(".".utf8) { return ".." }
        // Where `..` leads to only the disk knows.
        if rest.elementsEqual("..".utf8) || rest.suffix(3).elementsEqual("/..".utf8) { return "\(Substring(rest))/.." }
        guard let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        let before = rest[..<slash]
        guard let end = before.lastIndex(where: { $0 != UInt8(ascii: "/") }) else { return "/" }
        return String(Substring(before[...end]))
    }

    /// The last part: "" of an empty path, "/" of the root.
    public var name: String {
        let rest = trimmed
        guard rest.count > 1, let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { return String(Substring(rest)) }
        return String(Substring(rest[rest.index(after: slash)...]))
    }

    /// Of the name behind its last dot, without the dot; "" without one, or if the dot is the first or last character.
    public var ending: String {
        let name = name
        return Self.dot(in: name).map { String(name[name.utf8.index(after: $0)...]) } ?? ""
    }

    /// The name without its ending.
    public var stem: String {
        let name = name
        return Self.dot(in: name).map { String(name[..<$0]) } ?? name
    }

    /// The path without the name's ending.
    public var withoutEnding: String {
        let rest = trimmed
        let ending = ending
        return String(Substring(ending.isEmpty ? rest[...] : rest.dropLast(ending.utf8.count + 1)))
    }

    private static func dot(in name: String) -> String.Index? {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.utf8.startIndex,
            name.utf8.index(after: dot) < name.utf8.endIndex,
            // `..` and its like have no ending.
            name[..<dot].utf8.contains(where: { $0 != UInt8(ascii: ".") })
        else { return nil }
        return dot
    }

    /// With `~` and `~name` at the beginning replaced by that person's folder; as it is where nobody is called so.
    ///
    /// - Parameter home: folder of the one who runs the program.
    public func expandingTilde(home: String = NSHomeDirectory()) -> String {
        guard path.utf8.first == UInt8(ascii: "~") else { return path }
        let first = path.utf8.prefix { $0 != UInt8(ascii: "/") }
        let person = String(Substring(first.dropFirst()))
        let rest = String(Substring(path.utf8.dropFirst(first.count)))
        if person.isEmpty { return (home == "/" ? "" : home) + (rest.isEmpty && home == "/" ? "/" : rest) }
        guard let entry = getpwnam(person), let folder = entry.pointee.pw_dir else { return path }
        return String(cString: folder) + rest
    }
}
