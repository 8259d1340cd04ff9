import Data
import Messages
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
        options.referenceMovingTest = data.referenceMovingTest
        options.referenceImagePool = data.referenceImagePool
        return options
    }

    var augmentation: AugmentationOptions {
        AugmentationOptions(crop: data.crop, flip: data.flip, imageShare: data.imageShare)
    }
}
