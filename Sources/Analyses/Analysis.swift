import Data
import Messages

/// Hears how much of an analysis is done; throws if nobody waits any more.
public typealias AnalysisProgress = (_ done: Int, _ all: Int) throws -> Void

/// A way to look into a trained network. One file and a line in `AnalysisCatalogue`.
public protocol Analysis: Sendable {
    /// As it is asked for: lowercase words with hyphens.
    var name: String { get }
    var title: String { get }
    /// One sentence: what it shows.
    var summary: String { get }

    /// - Parameter progress: called now and then with how much is done; throws if nobody waits any more.
    /// - Throws: `AnalysisError`, what `progress` throws, and what is wrong with data or run.
    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
}

extension Analysis {
    func report() -> AnalysisReport { AnalysisReport(analysis: name, title: title) }
}

/// Why an analysis says nothing.
public enum AnalysisError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknown(String, known: [String])
    case unknownLayer(String, known: [String])
    /// `what`: in the words of people.
    case impossible(String)
    case badOption(name: String, found: String, expected: String)

    public var description: String {
        switch self {
        case .unknown(let name, let known):
            "there is no analysis '\(name)': expected one of \(known.joined(separator: ", "))"
        case .unknownLayer(let name, let known):
            "the network has no layer of neurons '\(name)': expected one of \(known.joined(separator: ", "))"
        case .impossible(let what): what
        case .badOption(let name, let found, let expected): "\(name) cannot be \(found): expected \(expected)"
        }
    }
}

/// The analyses that there are.
public struct AnalysisCatalogue: Sendable {
    public let all: [any Analysis]

    public init(_ all: [any Analysis]) { self.all = all }

    /// In the order in which a paper shows them.
    public static let shipped = AnalysisCatalogue([
        ConfusionMatrix(), ClassGain(), SpikeActivity(), StreamAlignment(), FeatureMaps(), GradCAM(), Embedding(),
        LossLandscape(),
    ])

    public var summaries: [AnalysisSummary] {
        all.map { AnalysisSummary(name: $0.name, title: $0.title, summary: $0.summary) }
    }

    /// - Throws: `AnalysisError.unknown`.
    public func analysis(_ name: String) throws(AnalysisError) -> any Analysis {
        guard let found = all.first(where: { $0.name == name }) else {
            throw .unknown(name, known: all.map(\.name))
        }
        return found
    }
}

extension AnalysisOptions {
    /// What is wrong with them whatever the network is, before anything is computed.
    ///
    /// - Throws: `AnalysisError.badOption`.
    public func check() throws(AnalysisError) {
        func refuse(_ name: String, _ found: String, _ expected: String, unless isRight: Bool) throws(AnalysisError) {
            if !isRight { throw .badOption(name: name, found: found, expected: expected) }
        }
        try refuse("the perplexity", Format.number(perplexity), "2 to 200", unless: (2...200).contains(perplexity))
        // The weights themselves are a point of it.
        try refuse(
            "the grid", "\(gridSize)", "an odd number, 3 to 201",
            unless: (3...201).contains(gridSize) && !gridSize.isMultiple(of: 2))
        try refuse(
            "the reach", Format.number(reach), "more than 0, at most 100", unless: reach > 0 && reach <= 100)
        try refuse("the number of examples", "\(examples)", "1 to 24", unless: (1...24).contains(examples))
        if let recordings {
            try refuse("the number of recordings", "\(recordings)", "1 or more", unless: recordings >= 1)
        }
        if let split {
            let known = Split.allCases.map(\.rawValue)
            try refuse("the split", "'\(split)'", known.joined(separator: ", "), unless: known.contains(split))
        }
    }
}
