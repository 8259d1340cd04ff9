import Configuration
import Data
import Messages
import Training

/// Finds what is wrong with a configuration before a run is entered into the history.
public enum RunCheck {
    /// - Returns: the opened data set.
    /// - Throws: `TrainingError` or `DataSetError` for names that do not exist, sizes that do not fit, folders that are
    ///   missing, and data without a recording to train or test on. Reads no recording.
    @discardableResult
    public static func check(
        _ configuration: RunConfiguration, _ catalogue: TrainingCatalogue = .shipped
    ) throws -> any DataSetContents {
        try check(configuration, catalogue) { try open($0, $1) }
    }

    /// - Parameter open: gives the data set, opened now or before.
    @discardableResult
    static func check(
        _ configuration: RunConfiguration, _ catalogue: TrainingCatalogue,
        open: (any DataSet, DataFolders) throws -> any DataSetContents
    ) throws -> any DataSetContents {
        try catalogue.checkLiveNames(of: configuration)
        try catalogue.checkSchedule(of: configuration)
        _ = try catalogue.optimizer(of: configuration)
        _ = try catalogue.schedule(of: configuration)
        _ = try catalogue.makeNetwork(configuration, classCount: 2)
        _ = try catalogue.slicing(of: configuration)
        let dataSet = try catalogue.dataSet(of: configuration)
        let contents = try open(dataSet, try configuration.dataFolders())
        let options = try configuration.dataOptions(catalogue)
        if options.needsImages, let missing = contents.missingImages { throw missing }
        // A part without any recording is found now rather than after all have been read.
        _ = try SampleChoice(options, of: contents)
        return contents
    }

    /// What people should know before the run begins, a line each.
    ///
    /// - Throws: `TrainingError`, `DataSetError`.
    public static func warnings(
        _ configuration: RunConfiguration, _ contents: any DataSetContents, _ catalogue: TrainingCatalogue = .shipped
    ) throws -> [String] {
        var options = try configuration.dataOptions(catalogue)
        options.needsImages = false
        return SampleWarnings.of(try SampleChoice(options, of: contents), contents)
    }

    /// - Throws: `DataSetError`, also for a sensor that is not the data set's.
    static func open(_ dataSet: any DataSet, _ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let contents = try dataSet.open(folders)
        if let wanted = folders.sensor, let own = contents.sensor, own != wanted {
            throw .badOption(
                name: "the sensor of \(dataSet.name)", found: "\(wanted)",
                expected: "\(own), the size of its camera, or no size (data.sensor, --sensor)")
        }
        return contents
    }
}
