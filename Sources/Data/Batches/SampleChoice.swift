import Foundation
import Tensors

/// Which recordings a run trains, validates and tests on, and which static images it may draw.
///
/// For each class, from the training part of the data set:
///
///     shuffled by seed:  | set aside for validation | labelled training recordings, at most K |  not used  |
///
/// - The validation part is `validationShare` of the class, rounded, at least one recording if the share is not zero and
///   two recordings exist. What is set aside does not depend on K, so the recordings for a smaller K are among those for
///   a larger one. Of what is set aside at most K are used: with few labels, validation never sees more labels than
///   training.
/// - Where the data set has a validation part of its own, that is used instead, and nothing is set aside.
/// - A `trainingShare` keeps that part of what is not set aside, before K counts; no share and no K moves the test part.
/// - The test part is the data set's, whole, or a share of each class drawn by a seed of its own; or, for few-shot runs,
///   everything that is neither trained nor validated on, which changes neither training nor validation.
/// - An image behind a test or validation recording is never drawn, unless the reference's behavior is asked for.
public struct SampleChoice: Sendable, Hashable {
    /// Positions in the data set's recordings.
    public private(set) var training: [Int] = []
    public private(set) var validation: [Int] = []
    public private(set) var test: [Int] = []
    /// For each class positions in the data set's images, shuffled by seed: a share of them is a prefix.
    public private(set) var images: [[Int]] = []

    /// - Throws: `DataSetError.unpaired` if a class of recordings has no static images, `.tooFew` if nothing is left.
    public init(_ options: DataOptions, of contents: any DataSetContents) throws(DataSetError) {
        let random = RandomSource(seed: UInt64(bitPattern: Int64(options.selectionSeed ?? options.seed)))
        let recordings = contents.recordings
        var available = [[Int]](repeating: [], count: contents.classNames.count)
        var given = available
        for (index, part) in try Self.parts(options, of: contents).enumerated() {
            switch part {
            case .validation: given[recordings[index].classIndex].append(index)
            case .training: available[recordings[index].classIndex].append(index)
            case .test: test.append(index)
            case .spare: break
            }
        }
        let isGiven = given.contains { !$0.isEmpty }
        for candidates in given {
            let limit = options.recordingsPerClass > 0 ? options.recordingsPerClass : Int.max
            validation.append(contentsOf: candidates.prefix(limit))
        }
        for (classIndex, candidates) in available.enumerated() where !candidates.isEmpty {
            var shuffle = random.split("validation", classIndex)
            let shuffled = shuffle.shuffled(candidates)
            let wanted = Int((options.validationShare * Double(candidates.count)).rounded())
            let setsAside = options.validationShare > 0 && !isGiven
            let aside = setsAside ? min(max(wanted, 1), candidates.count - 1) : 0
            // The reference's moving test has taken the share already.
            let share = options.referenceMovingTest ? 1 : options.trainingShare
            let shared = max(1, Int((share * Double(candidates.count - aside)).rounded(.down)))
            let limit = min(options.recordingsPerClass > 0 ? options.recordingsPerClass : Int.max, shared)
            validation.append(contentsOf: shuffled[..<min(aside, limit)].sorted())
            training.append(contentsOf: shuffled[aside...].prefix(limit).sorted())
        }
        if options.test == .rest {
            let used = Set(training + validation)
            test = recordings.indices.filter { !used.contains($0) }
        }
        guard !training.isEmpty, !test.isEmpty else {
            throw .tooFew(
                dataSet: options.set, found: "\(training.count) training and \(test.count) test recordings",
                expected: "at least one of each", advice: Self.advice(options, contents, isTraining: training.isEmpty))
        }
        images = try Self.pool(options, contents, excludingThoseBehind: test + validation, random)
    }

    private static func advice(
        _ options: DataOptions, _ contents: any DataSetContents, isTraining: Bool
    ) -> String {
        let count = contents.recordings.count
        guard !isTraining, options.split == .published, count > contents.classNames.count else {
            return "add recordings: each class needs one to train and one to test on"
        }
        return
            "with fewer than five recordings per class, the first 90 % leave none to test on: draw the test split with "
            + "data.split=seeded, which takes at least one of each class, or sort the recordings into train/ and test/"
    }

    /// Leaves out images that cannot be read.
    mutating func leaveOut(images unreadable: Set<Int>) {
        guard !unreadable.isEmpty else { return }
        images = images.map { $0.filter { !unreadable.contains($0) } }
    }

    /// The part of each recording.
    private static func parts(
        _ options: DataOptions, of contents: any DataSetContents
    ) throws(DataSetError) -> [PublishedPart] {
        var parts = contents.recordings.map(\.part)
        guard options.split == .seeded || options.referenceMovingTest else { return parts }
        var byClass = [[Int]](repeating: [], count: contents.classNames.count)
        for (index, recording) in contents.recordings.enumerated() { byClass[recording.classIndex].append(index) }
        if options.split == .seeded {
            let random = RandomSource(seed: UInt64(bitPattern: Int64(options.splitSeed)))
            for (classIndex, indices) in byClass.enumerated() {
                // The order of the data set, whatever part its recordings were in.
                var shuffle = random.split("test part", classIndex)
                let shuffled = shuffle.shuffled(
                    indices.sorted { contents.recordings[$0].name < contents.recordings[$1].name })
                let count = min(
                    max(1, Int((options.testShare * Double(indices.count)).rounded())), max(0, indices.count - 1))
                for (position, index) in shuffled.enumerated() { parts[index] = position < count ? .test : .training }
            }
            return parts
        }
        guard options.test == .part else {
            throw .badOption(
                name: "data.test", found: "rest with data.reference_moving_test",
                expected: "part: the reference says itself which recordings are tested on")
        }
        guard parts.contains(.spare) else {
            throw .badOption(
                name: "data.reference_moving_test", found: "true for \(options.set)",
                expected: "false: the reference's test recordings move on CEP-DVS only")
        }
        for indices in byClass {
            // Training, test and spare recordings of a class follow each other in the order of their numbers.
            let count = Double(indices.count)
            let training = Int((0.5 * count * options.trainingShare).rounded(.toNearestOrEven))
            let test = Int((0.2 * count).rounded(.toNearestOrEven))
            for (position, index) in indices.enumerated() {
                parts[index] = position < training ? .training : position < training + test ? .test : .spare
            }
        }
        return parts
    }

    private static func pool(
        _ options: DataOptions, _ contents: any DataSetContents, excludingThoseBehind held: [Int],
        _ random: RandomSource
    ) throws(DataSetError) -> [[Int]] {
        guard options.needsImages else { return contents.classNames.map { _ in [] } }
        if let missing = contents.missingImages { throw missing }
        let recordings = contents.recordings
        if options.referenceImagePool {
            return try contents.classNames.indices.map { classIndex throws(DataSetError) in
                guard let pool = contents.referencePool(ofClass: classIndex), !pool.isEmpty else {
                    throw .badOption(
                        name: "data.reference_image_pool", found: "true for \(options.set)",
                        expected: "false: only N-Caltech101, CEP-DVS and CIFAR10-DVS have such images")
                }
                var shuffle = random.split("image pool", classIndex)
                return shuffle.shuffled(pool)
            }
        }
        let excluded = options.referenceBackgroundImages ? [] : Set(held.compactMap { recordings[$0].source })
        var byClass: [String: [Int]] = [:]
        for (index, image) in contents.images.enumerated() {
            if let source = image.source, excluded.contains(source) { continue }
            byClass[image.className, default: []].append(index)
        }
        var pools: [[Int]] = []
        let used = Set(recordings.map(\.classIndex))
        let imageClassNames = options.pairing == .position ? contents.imageClassNames : contents.classNames
        for classIndex in contents.classNames.indices {
            let className =
                classIndex < imageClassNames.count ? imageClassNames[classIndex] : contents.classNames[classIndex]
            guard let pool = byClass[className] else {
                guard used.contains(classIndex) else {
                    pools.append([])
                    continue
                }
                let all = contents.images.count { $0.className == className }
                guard all == 0 else {
                    throw .tooFew(
                        dataSet: options.set,
                        found: "\(all) static images of class '\(className)', all behind test or validation recordings",
                        expected: "at least one other", advice: "add more images, such as those of the training part")
                }
                throw .unpaired(
                    dataSet: options.set, className: className,
                    imageClasses: Set(contents.images.map(\.className)).sorted())
            }
            var shuffle = random.split("image pool", classIndex)
            pools.append(shuffle.shuffled(pool))
        }
        return pools
    }

    /// How many images of a class a share leaves: at least one.
    static func imageCount(_ pool: [Int], share: Double) -> Int {
        min(max(Int((max(0, min(1, share)) * Double(pool.count)).rounded()), 1), pool.count)
    }
}
