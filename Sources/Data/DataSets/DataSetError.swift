import FileFormats

/// Why a data set cannot be used. Every text says what was looked for, where, what was expected and what to do.
public enum DataSetError: Error, Sendable, Hashable {
    /// A catalogue does not know the name.
    case unknownName(String, of: String, known: [String])
    /// None of the folders holds the data set.
    case missing(dataSet: String, what: String, lookedIn: [String], layout: String, source: String)
    /// The folder is there, but something in it is not.
    case incomplete(dataSet: String, folder: String, found: String, expected: String, advice: String)
    /// A class of recordings has no static image of that name.
    case unpaired(dataSet: String, className: String, imageClasses: [String])
    /// Too few recordings to train and test.
    case tooFew(dataSet: String, found: String, expected: String, advice: String)
    /// A file could not be read.
    case file(FileFormatError)
    /// It was called off while it was read.
    case cancelled
    /// Another of the processes that share it could not read its part.
    case elsewhere
    /// A value makes no sense.
    case badOption(name: String, found: String, expected: String)
}

extension DataSetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownName(let name, let catalogue, let known):
            "unknown \(catalogue) '\(name)': expected one of \(known.joined(separator: ", "))"
        case .missing(let dataSet, let what, let places, let layout, let source):
            """
            \(dataSet): \(what) not found. Looked in:
              \(places.joined(separator: "\n  "))
            Expected there: \(layout)
            Where to get it: \(source)
            """
        case .incomplete(let dataSet, let folder, let found, let expected, let advice):
            "\(dataSet): \(folder) holds \(found), expected \(expected); \(advice)"
        case .unpaired(let dataSet, let className, let imageClasses):
            "\(dataSet): no static image of class '\(className)'; the images are of \(Self.list(imageClasses)). "
                + "Recordings and images are paired by class name: choose images of the same classes, or set "
                + "data.pairing=position to pair the classes in their order"
        case .tooFew(let dataSet, let found, let expected, let advice):
            "\(dataSet): \(found), expected \(expected); \(advice)"
        case .file(let error): error.description
        case .cancelled: "stopped while reading the data"
        case .elsewhere: "another process could not read its part of the recordings"
        case .badOption(let name, let found, let expected): "\(name) cannot be \(found): expected \(expected)"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "no class" : names.map { "'\($0)'" }.joined(separator: ", ")
    }
}
