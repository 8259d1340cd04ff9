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
    /// What another run answered to its test recordings.
    public let reference: (name: String, predictions: TestPredictions)?

    public init(
        title: String, network: SpikingNetwork, data: PreparedDataSet, configuration: RunConfiguration,
        curves: [MetricSeries: [MetricPoint]] = [:], reference: (name: String, predictions: TestPredictions)? = nil
    ) {
        (self.title, self.network, self.data, self.configuration) = (title, network, data, configuration)
        (self.curves, self.reference) = (curves, reference)
    }

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
    /// - Throws: `AnalysisError.badOption`.
    func places(_ split: Split, _ options: AnalysisOptions, usual: Int) throws(AnalysisError) -> [Int] {
        let wanted = options.recordings ?? usual
        guard wanted >= 1 else {
            throw .badOption(name: "the number of recordings", found: "\(wanted)", expected: "1 or more")
        }
        return spread(wanted, over: split)
    }

    /// Places of recordings that are shown one by one.
    ///
    /// - Throws: `AnalysisError.badOption`.
    func examples(_ split: Split, _ options: AnalysisOptions) throws(AnalysisError) -> [Int] {
        guard (1...24).contains(options.examples) else {
            throw .badOption(name: "the number of examples", found: "\(options.examples)", expected: "1 to 24")
        }
        return spread(options.examples, over: split)
    }

    private func spread(_ wanted: Int, over split: Split) -> [Int] {
        let all = data.count(of: split)
        let count = min(all, wanted)
        return (0..<count).map { $0 * all / count }
    }
}
