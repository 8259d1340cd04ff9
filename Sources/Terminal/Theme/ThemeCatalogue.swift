import Files
import Foundation
import ShippedFiles
import Yams

/// What is wrong with a theme.
public enum ThemeError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case invalid(path: String, line: Int?, reason: String)
    case unknown(name: String, known: [String])

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read the theme \(path): \(reason)"
        case .invalid(let path, let line, let reason):
            "the theme \(path)\(line.map { ", line \($0)" } ?? "") is not valid: \(reason)"
        case .unknown(let name, let known):
            "there is no theme '\(name)': choose one of \(known.joined(separator: ", "))"
        }
    }
}

/// The themes that ship with the program and those a person has put into `saccade/themes` of the configuration folder.
public struct ThemeCatalogue: Sendable {
    /// Sorted by name; a person's theme takes the place of a shipped one of the same name.
    public private(set) var themes: [Theme] = []
    /// Files that could not be read; the others are there all the same.
    public private(set) var problems: [ThemeError] = []
    /// Where they were looked for.
    public let folders: [URL]

    public init(folders: [URL]) {
        self.folders = folders
        var byName: [String: Theme] = [:]
        for folder in folders {
            for file in Self.files(in: folder) {
                do throws(ThemeError) {
                    let theme = try Self.read(file)
                    byName[theme.name] = theme
                } catch {
                    problems.append(error)
                }
            }
        }
        themes = byName.values.sorted { $0.name < $1.name }
    }

    /// Shipped themes first, then those of the person.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.init(folders: [ShippedFiles.themes] + Self.personalFolder(environment).map { [$0] }.joined())
    }

    /// - Throws: `ThemeError.unknown`, with the names there are.
    public func theme(named name: String) throws(ThemeError) -> Theme {
        guard let theme = themes.first(where: { $0.name == name }) else {
            throw .unknown(name: name, known: themes.map(\.name))
        }
        return theme
    }

    /// `$XDG_CONFIG_HOME/saccade/themes`; relative values are ignored, as the XDG rules ask.
    /// `$SACCADE_HOME/config/themes` goes before.
    static func personalFolder(_ environment: [String: String]) -> [URL] {
        if let home = environment["SACCADE_HOME"], !home.isEmpty {
            return [URL(fileURLWithPath: PathName(home).expandingTilde()).appendingPathComponent("config/themes")]
        }
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
            return [URL(fileURLWithPath: base).appendingPathComponent("saccade/themes")]
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return [] }
        return [URL(fileURLWithPath: home).appendingPathComponent(".config/saccade/themes")]
    }

    static func files(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
            .map { folder.appendingPathComponent($0) }
    }

    /// Bytes; a theme has some thousand.
    static let sizeLimit = 1 << 20

    /// Reads one theme file.
    public static func read(_ file: URL) throws(ThemeError) -> Theme {
        let bytes: Data
        do throws(RegularFile.Refusal) {
            bytes = try RegularFile.read(file.path, limit: sizeLimit)
        } catch {
            throw .unreadable(path: file.path, reason: error.reason)
        }
        guard let text = String(bytes: bytes, encoding: .utf8) else {
            throw .unreadable(path: file.path, reason: "it is not UTF-8 text")
        }
        return try parse(text, path: file.path)
    }

    static func parse(_ text: String, path: String) throws(ThemeError) -> Theme {
        guard YAMLExpansion.isBounded(text) else {
            throw .invalid(
                path: path, line: nil,
                reason:
                    "its aliases (*name) expand to more than \(YAMLExpansion.limit) values: write the values out"
            )
        }
        do {
            return try YAMLDecoder().decode(Theme.self, from: text)
        } catch let error as DecodingError {
            let (codingPath, reason) = Self.details(error)
            throw .invalid(path: path, line: Self.line(of: codingPath, in: text), reason: reason)
        } catch let error as YamlError {
            throw .invalid(path: path, line: nil, reason: "\(error)")
        } catch {
            throw .invalid(path: path, line: nil, reason: "\(error)")
        }
    }

    private static func details(_ error: DecodingError) -> ([any CodingKey], String) {
        func dotted(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .dataCorrupted(let context):
            if let underlying = context.underlyingError { return (context.codingPath, "\(underlying)") }
            return (context.codingPath, context.debugDescription)
        case .keyNotFound(let key, let context):
            return (context.codingPath, "'\(dotted(context.codingPath + [key]))' is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return (context.codingPath, "at '\(dotted(context.codingPath))': \(context.debugDescription)")
        @unknown default:
            return ([], "\(error)")
        }
    }

    /// The line on which the value of that path stands; the nearest table above it if it has none.
    private static func line(of path: [any CodingKey], in text: String) -> Int? {
        guard var node = try? Yams.compose(yaml: text) else { return nil }
        var line = node.mark?.line
        for key in path {
            if let index = key.intValue, case .sequence(let sequence) = node, sequence.indices.contains(index) {
                node = sequence[index]
            } else if case .mapping(let mapping) = node,
                let pair = mapping.first(where: { $0.key.string == key.stringValue })
            {
                line = pair.key.mark?.line ?? line
                node = pair.value
            } else {
                return line
            }
            line = node.mark?.line ?? line
        }
        return line
    }
}
