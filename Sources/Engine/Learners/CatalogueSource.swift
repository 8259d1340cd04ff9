import Communication
import Configuration
import Data
import Messages
import RunStore
import Training

/// Networks, data and methods of this program.
final class CatalogueSource: LearnerSource {
    let catalogue: TrainingCatalogue
    let store: RunStore
    let group: RankGroup?
    let description: EngineDescription
    /// Of the configuration that was checked last: to open a large data set takes a while.
    private var opened: (configuration: RunConfiguration, contents: any DataSetContents)?

    init(_ catalogue: TrainingCatalogue, _ store: RunStore, _ group: RankGroup?) {
        (self.catalogue, self.store, self.group) = (catalogue, store, group)
        description = catalogue.description
    }

    func check(_ configuration: RunConfiguration) throws {
        try checkAgain(configuration)
        try WeightSource.check(configuration, in: store)
    }

    func checkAgain(_ configuration: RunConfiguration) throws {
        guard configuration.externalCommand.isEmpty else {
            throw ExternalError.otherEngine(own: configuration.externalCommand)
        }
        try checkShare(of: configuration)
        opened = nil
        opened = (configuration, try RunCheck.check(configuration, catalogue))
    }

    /// Whether all ranks can have as many samples of a batch.
    private func checkShare(of configuration: RunConfiguration) throws(CommunicationError) {
        guard let group else { return }
        try group.stopIfFailed()
        let batchSize = configuration.training.batchSize
        guard batchSize % group.count == 0 else {
            throw .notDivisible(batchSize: batchSize, rankCount: group.count)
        }
    }

    func checkLiveNames(of configuration: RunConfiguration) throws { try catalogue.checkLiveNames(of: configuration) }

    func warnings(_ configuration: RunConfiguration) throws -> [String] {
        try RunCheck.warnings(configuration, try open(configuration), catalogue)
    }

    func cost(_ configuration: RunConfiguration) throws -> String? {
        try RunCost.estimate(configuration, contents: try open(configuration), catalogue).text
    }

    private func open(_ configuration: RunConfiguration) throws -> any DataSetContents {
        if let opened, opened.configuration == configuration { return opened.contents }
        return try RunCheck.open(try catalogue.dataSet(of: configuration), try configuration.dataFolders())
    }

    func checkFork(_ edited: RunConfiguration, startedAs started: RunConfiguration) throws {
        try checkLiveNames(of: edited)
        if try edited.dataOptions(catalogue).needsImages, try !started.dataOptions(catalogue).needsImages {
            throw EngineRefusal(
                "this run began without static images, which \(edited.sliding.strategy) needs: begin a new run with it")
        }
    }

    func make(_ order: LearnerOrder) throws -> any Learner {
        opened = nil
        return try NetworkLearner(order, catalogue, store, group)
    }
}
