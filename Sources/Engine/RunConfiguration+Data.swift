import Data
import FileFormats
import Messages
import RunStore
import Training

extension RunConfiguration {
    /// What the data set is asked for.
    var dataOptions: DataOptions {
        var options = DataOptions(
            set: data.set, folder: data.folder, imageFolder: data.imageFolder, timeStepCount: data.timeStepCount,
            size: data.size, slicing: data.slicing, recordingsPerClass: data.recordingsPerClass,
            validationShare: data.validationShare, imageChannel: ImageChannel(rawValue: data.imageChannel) ?? .value,
            referenceBackgroundImages: data.referenceBackgroundImages,
            pairing: ImagePairing(rawValue: data.pairing) ?? .name,
            needsImages: SlidingStrategyCatalogue.named(sliding.strategy)?.streams != .eventsOnly, seed: training.seed,
            batchSize: training.batchSize)
        options.trainingShare = data.trainingShare
        options.split = SplitRule(rawValue: data.split) ?? .published
        (options.splitSeed, options.testShare) = (data.splitSeed, data.testShare)
        options.preparation = FramePreparation(
            values: FrameValues(rawValue: data.values) ?? .counts,
            resize: FrameResize(rawValue: data.resize) ?? .corners)
        options.imageNormalization = ImageNormalization(rawValue: data.imageNormalization) ?? .none
        options.sampling = Sampling(rawValue: data.sampling) ?? .shuffled
        options.referenceChannelFirst = data.referenceChannelFirst
        options.referenceMovingTest = data.referenceMovingTest
        options.referenceImagePool = data.referenceImagePool
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
                expected: "width x height in pixels, as in 128x128, or nothing")
        }
        guard let table = TableOptions(columns: data.columns, unit: data.timeUnit) else {
            throw .badOption(name: "data.columns", found: "'\(data.columns)'", expected: ColumnChoice.expectation)
        }
        var folders = DataFolders(recordings: data.folder, images: data.imageFolder, sensor: sensor)
        folders.table = table
        return folders
    }

    /// - Throws: `TrainingError.unknownName` if something that may be edited names what does not exist.
    func checkLiveNames() throws(TrainingError) {
        _ = try slidingStrategy()
        guard AugmentationCatalogue.mixings.contains(data.mix) else {
            throw .unknownName(key: "data.mix", name: data.mix, known: AugmentationCatalogue.mixings)
        }
    }

    var augmentation: AugmentationOptions {
        var options = AugmentationOptions(crop: data.crop, flip: data.flip, imageShare: data.imageShare)
        options.rotation = data.rotation
        (options.dropTime, options.dropArea, options.dropEvents) = (data.dropTime, data.dropArea, data.dropEvents)
        (options.noise, options.signalToNoise) = (data.noise, data.signalToNoise)
        (options.mix, options.mixShare, options.mixAlpha) = (data.mix, data.mixShare, data.mixAlpha)
        return options
    }
}

extension DataFolders {
    /// Keeps what can be made again in the cache of a home, unless the home is not there.
    public mutating func keep(in paths: StoragePaths) {
        (cache, isCacheKept) = (paths.cache.path, paths.mayBeKept)
    }
}
