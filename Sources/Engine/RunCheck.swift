import Data
import Messages
import Training

/// Finds what is wrong with a configuration before a run is entered into the history.
public enum RunCheck {
    /// - Returns: the opened data set.
    /// - Throws: `TrainingError` or `DataSetError` for names that do not exist, sizes that do not fit and folders that are
    ///   missing. Reads no recording.
    @discardableResult
    public static func check(_ configuration: RunConfiguration) throws -> any DataSetContents {
        try configuration.checkLiveNames()
        _ = try configuration.makeNetwork(classCount: 2)
        _ = try SlicingCatalogue.slicing(configuration.data.slicing)
        let dataSet = try DataSetCatalogue.dataSet(configuration.data.set)
        let contents = try dataSet.open(try configuration.dataFolders())
        if configuration.dataOptions.needsImages, let missing = contents.missingImages { throw missing }
        return contents
    }
}
