import Configuration
import Data
import Messages
import Network
import Training

/// A trained network with the recordings of its run.
public final class AnalysisSubject {
    /// Run or file, for people.
    public let title: String
    public let network: SpikingNetwork
    public let data: PreparedDataSet
    public let configuration: RunConfiguration
    /// Curves of the run; none of a file.
    public let curves: [MetricSeries: [MetricPoint]]
    /// What another run answered to its test recordings; read only where it is asked for.
    public typealias Reference = (name: String, predictions: TestPredictions)
    private let readReference: () throws -> Reference?

    public init(
        title: String, network: SpikingNetwork, data: PreparedDataSet, configuration: RunConfiguration,
        curves: [MetricSeries: [MetricPoint]] = [:], reference: @escaping () throws -> Reference? = { nil }
    ) {
        (self.title, self.network, self.data, self.configuration) = (title, network, data, configuration)
        (self.curves, readReference) = (curves, reference)
    }

    /// `nil` where no other run was named.
    ///
    /// - Throws: `AnalysisError.impossible` where its answers are not kept.
    func reference() throws -> Reference? { try readReference() }

    var classNames: [String] { data.classNames }
    var timeStepCount: Int { configuration.data.timeStepCount }
    var size: Int { configuration.data.size }

    /// Whether there are static images to pass through the network beside the recordings.
    var hasImages: Bool { data.options.needsImages }

    /// - Throws: `AnalysisError` for a split that there is not, or that has no recordings.
    func split(_ options: AnalysisOptions, usual: Split = .test) throws(AnalysisError) -> Split {
        var split = usual
        if let wanted = options.split {
            guard let known = Split(rawValue: wanted) else {
                throw .badOption(
                    name: "the split", found: "'\(wanted)'",
                    expected: Split.allCases.map(\.rawValue).joined(separator: ", "))
            }
            split = known
        }
        guard data.count(of: split) > 0 else {
            throw .impossible("the run has no \(split.rawValue) recordings: choose another split")
        }
        return split
    }

    /// Places of recordings of a split: at most so many, from all over it, because they often stand class by class.
    ///
    func places(_ split: Split, _ options: AnalysisOptions, usual: Int) -> [Int] {
        spread(options.recordings ?? usual, over: split)
    }

    /// Places of recordings that are shown one by one.
    func examples(_ split: Split, _ options: AnalysisOptions) -> [Int] { spread(options.examples, over: split) }

    private func spread(_ wanted: Int, over split: Split) -> [Int] {
        let all = data.count(of: split)
        let count = min(all, wanted)
        return (0..<count).map { $0 * all / count }
    }
}
