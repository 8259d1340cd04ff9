import Configuration
import Data
import FileFormats
import Messages
import Training

/// What a reader wants to know of a run before its accuracy: which recordings it is trained, validated and tested on,
/// whether the photographs behind the test recordings are kept from it, and how the epoch is chosen that is tested.
public struct RunProtocol: Sendable, Hashable, Codable {
    public struct Part: Sendable, Hashable, Codable {
        public var count: Int
        /// By class, in the order of `classNames`.
        public var countByClass: [Int]
        /// The beginning of the SHA-256 of the recordings' names: the same recordings have the same.
        public var hash: String
    }

    public var dataSet: String
    public var isSimulated: Bool
    public var classNames: [String]
    public var seed: Int
    public var training: Part
    public var validation: Part
    public var test: Part
    /// Static images that may be drawn; none where the strategy draws none.
    public var photographs: Int
    /// Of those, the ones that test recordings were made of.
    public var photographsBehindTest: Int
    /// Of those, the ones that validation recordings were made of.
    public var photographsBehindValidation: Int
    /// Which epoch is tested: `validation`, `last`, or `reference-best-test`.
    public var selection: String
    public var batchSize: Int

    /// Of the three parts together: who has the same trains, validates and tests on the same recordings.
    public var splitHash: String { Self.hash([training.hash, validation.hash, test.hash]) }
    /// Optimizer steps of an epoch.
    public var batchesPerEpoch: Int { max(1, training.count / batchSize) }

    static func hash(_ words: [String]) -> String {
        String(Sha256.hash(Array(words.joined(separator: "\n").utf8)).prefix(12))
    }
}

/// Tells the protocols of many runs; a data set is listed once. Reads no recording.
public final class RunProtocolReader {
    private let catalogue: TrainingCatalogue
    private var opened: [String: any DataSetContents] = [:]

    public init(_ catalogue: TrainingCatalogue = .shipped) { self.catalogue = catalogue }

    /// - Throws: as `RunCheck.check`, without the names: `TrainingError`, `DataSetError`.
    public func runProtocol(of configuration: RunConfiguration) throws -> RunProtocol {
        let dataSet = try catalogue.dataSet(of: configuration)
        let contents = try open(dataSet, try configuration.dataFolders(), configuration)
        let choice = try SampleChoice(try configuration.dataOptions(catalogue), of: contents)
        let recordings = contents.recordings
        func part(_ indices: [Int]) -> RunProtocol.Part {
            var counts = [Int](repeating: 0, count: contents.classNames.count)
            for index in indices { counts[recordings[index].classIndex] += 1 }
            return RunProtocol.Part(
                count: indices.count, countByClass: counts, hash: RunProtocol.hash(indices.map { recordings[$0].name }))
        }
        let pool = choice.images.joined().map { contents.images[$0].source }
        func photographs(behind indices: [Int]) -> Int {
            let sources = Set(indices.compactMap { recordings[$0].source })
            return pool.count { $0.map(sources.contains) ?? false }
        }
        return RunProtocol(
            dataSet: dataSet.name, isSimulated: dataSet.isSimulated, classNames: contents.classNames,
            seed: configuration.training.seed, training: part(choice.training), validation: part(choice.validation),
            test: part(choice.test), photographs: pool.count,
            photographsBehindTest: photographs(behind: choice.test),
            photographsBehindValidation: photographs(behind: choice.validation),
            selection: configuration.training.selection, batchSize: configuration.training.batchSize)
    }

    /// Finds what is wrong with a configuration, as `RunCheck.check` does.
    public func check(_ configuration: RunConfiguration) throws {
        try RunCheck.check(configuration, catalogue) { try open($0, $1, configuration) }
    }

    private func open(
        _ dataSet: any DataSet, _ folders: DataFolders, _ configuration: RunConfiguration
    ) throws -> any DataSetContents {
        // Everything that says where and how it is read; what is drawn of it comes later.
        let knobs = dataSet.knobs.map { "\($0.value(in: configuration))" }
        let data = configuration.data
        let key = ([dataSet.name, data.folder, data.imageFolder, data.sensor, data.columns, data.timeUnit] + knobs)
            .joined(separator: "\u{0}")
        if let known = opened[key] { return known }
        let contents = try RunCheck.open(dataSet, folders)
        opened[key] = contents
        return contents
    }
}
