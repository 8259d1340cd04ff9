import Configuration
import Engine
import FileFormats
import RunStore

/// One run of a study: an arm at a point of the axes, with a seed.
public struct Cell: Sendable, Hashable, Codable {
    public enum Stage: Sendable, Hashable, Codable {
        /// Its test accuracy stands in the table.
        case report
        /// Of the search: its validation accuracy decides who goes on. Counts from 0.
        case search(rung: Int)
    }

    /// The same for the same settings, in every version that knows them; another for any other.
    public let id: String
    public var study: String
    public var arm: String
    /// Values of the axes, in their order.
    public var point: [KnobChange]
    /// Values that the search is about.
    public var candidate: [KnobChange]
    public var seed: Int
    public var stage: Stage
    /// Where it takes weights of another cell, that cell's identifier stands instead of a run.
    public let configuration: RunConfiguration
    /// Cells whose runs it takes weights of, by the knob that names them: it is trained when they are finished.
    public var takes: [String: String] = [:]
    /// Recordings that are trained on.
    public var trainingRecordings: Int
    public var batchesPerEpoch: Int

    public var epochs: Int { configuration.training.epochs }
    public var steps: Int { epochs * batchesPerEpoch }
    /// How often a training recording is seen.
    public var passes: Double {
        Double(steps * configuration.training.batchSize) / Double(max(1, trainingRecordings))
    }

    /// What it is trained with; `nil` while a cell that it takes weights of is not finished.
    ///
    /// - Throws: `ConfigurationError`.
    func configuration(
        _ states: [String: CellState], described description: EngineDescription
    ) throws(ConfigurationError) -> RunConfiguration? {
        var resolved = configuration
        for (key, cell) in takes {
            guard let result = states[cell]?.result else { return nil }
            try description.set(key, to: .text(result.run), in: &resolved)
        }
        return resolved
    }

    static func identifier(of configuration: RunConfiguration) -> String {
        let lines = configuration.storedKeys.sorted().map { "\($0)=\(configuration.stored($0)?.description ?? "")" }
        return String(Sha256.hash(Array(lines.joined(separator: "\n").utf8)).prefix(10))
    }

    /// What its run is called: no other cell of any study is.
    public var name: String {
        let words = [study, arm, Self.text(of: point), Self.text(of: candidate), "seed \(seed)"]
        return RunLabel.name(from: words.filter { !$0.isEmpty }.joined(separator: ", "), ending: " #\(id)")
    }

    /// What its run is tagged with.
    public var tags: [String] { [Self.tag(ofStudy: study), Self.tagPrefix + id] }

    private static let tagPrefix = "cell:"
    /// `nil` for a tag that names no cell.
    static func identifier(ofTag tag: String) -> String? {
        tag.hasPrefix(tagPrefix) ? String(tag.dropFirst(tagPrefix.count)) : nil
    }

    static func tag(ofStudy name: String) -> String { "study:\(name)" }

    /// `recordings_per_class 5, exponent 3`.
    static func text(of changes: [KnobChange]) -> String {
        changes.map { "\($0.key.drop { $0 != "." }.dropFirst()) \($0.value)" }.joined(separator: ", ")
    }
}

/// What became of a cell.
public enum CellState: Sendable, Hashable {
    case absent
    /// It has a run that can go on.
    case begun(run: String)
    /// Another process trains it.
    case live(run: String)
    case failed(run: String?, reason: String)
    case finished(CellResult)

    public var result: CellResult? {
        guard case .finished(let result) = self else { return nil }
        return result
    }

    public var run: String? {
        switch self {
        case .absent: nil
        case .begun(let run), .live(let run): run
        case .failed(let run, _): run
        case .finished(let result): result.run
        }
    }
}

/// What a cell's run came to. Accuracies are shares, 0…1.
public struct CellResult: Sendable, Hashable {
    public var run: String
    public var validationAccuracy: Double?
    public var testAccuracy: Double?
    public var optimizerSteps: Int
    /// Epochs made by the weights that were tested.
    public var testedEpoch: Int?
    /// `validation` or `last`.
    public var selection: String
    public var seconds: Double

    public init(
        run: String, validationAccuracy: Double?, testAccuracy: Double?, optimizerSteps: Int, testedEpoch: Int?,
        selection: String, seconds: Double
    ) {
        (self.run, self.validationAccuracy, self.testAccuracy) = (run, validationAccuracy, testAccuracy)
        (self.optimizerSteps, self.testedEpoch) = (optimizerSteps, testedEpoch)
        (self.selection, self.seconds) = (selection, seconds)
    }
}
