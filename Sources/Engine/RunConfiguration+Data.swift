import Configuration
import Data
import FileFormats
import Messages
import RunStore
import Training

extension RunConfiguration {
    /// What the data set is asked for.
    ///
    /// - Throws: `TrainingError.unknownName` for choices that do not exist.
    func dataOptions(_ catalogue: TrainingCatalogue) throws(TrainingError) -> DataOptions {
        let (settings, reference) = (DataSettings.shared, SettingValues<ReferenceDataSettings>(self))
        var options = DataOptions(
            set: data.set, folder: data.folder, imageFolder: data.imageFolder, timeStepCount: data.timeStepCount,
            size: data.size, recordingsPerClass: data.recordingsPerClass,
            validationShare: data.validationShare, imageChannel: try choice(settings.imageChannel),
            referenceBackgroundImages: reference.referenceBackgroundImages,
            pairing: try choice(settings.pairing),
            needsImages: try catalogue.strategy(of: self).streams != .eventsOnly, seed: training.seed,
            batchSize: training.batchSize)
        options.slicing = try catalogue.slicing(of: self)
        options.trainingShare = data.trainingShare
        options.split = try choice(settings.split)
        (options.splitSeed, options.testShare) = (data.splitSeed, data.testShare)
        options.selectionSeed = data.selectionSeed >= 0 ? data.selectionSeed : nil
        options.test = try choice(settings.test)
        options.preparation = FramePreparation(
            values: try choice(settings.values),
            resize: try choice(settings.resize))
        options.imageNormalization = try choice(settings.imageNormalization)
        options.sampling = try choice(settings.sampling)
        options.referenceChannelFirst = reference.referenceChannelFirst
        options.referenceMovingTest = reference.referenceMovingTest
        options.referenceImagePool = reference.referenceImagePool
        return options
    }

    /// Where the data set is looked for, how its tables are read, and what is said of its sensor.
    ///
    /// - Throws: `DataSetError.badOption` for a sensor that is no size, or columns that are not understood.
    func dataFolders() throws(DataSetError) -> DataFolders {
        let sensor = SensorSize(data.sensor)
        guard sensor != nil || data.sensor.isEmpty else {
            throw .badOption(
                name: "data.sensor", found: "'\(data.sensor)'",
                expected: "WIDTHxHEIGHT in pixels, as in 128x128, or empty")
        }
        guard let table = TableOptions(columns: data.columns, unit: data.timeUnit) else {
            throw .badOption(name: "data.columns", found: "'\(data.columns)'", expected: ColumnChoice.expectation)
        }
        var folders = DataFolders(recordings: data.folder, images: data.imageFolder, sensor: sensor)
        (folders.table, folders.settings) = (table, self)
        return folders
    }
}

extension DataFolders {
    /// Keeps what can be made again in the cache of a home, unless the home is not there.
    public mutating func keep(in paths: StoragePaths) {
        (cache, isCacheKept) = (paths.cache.path, paths.mayBeKept)
    }
}
