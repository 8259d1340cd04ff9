import Tensors
import Testing

@testable import Data

/// Changes of events and mixing of recordings, in batches.
@Suite struct AugmentationTests {
    private static let names = AugmentationCatalogue.shipped.names.filter { !["crop", "flip"].contains($0) }

    private func options(_ name: String) -> AugmentationOptions {
        var options = AugmentationOptions(crop: false, flip: false)
        switch name {
        case "rotation": options[Rotation.largestAngle] = 90
        case "drop-time": options[TimeDrop.largestShare] = 0.9
        case "drop-area": options[AreaDrop.largestShare] = 0.9
        case "drop-events": options[EventDrop.largestShare] = 0.9
        case "noise": options[EventNoise.eventsPerPixel] = 0.5
        case "gaussian": options[GaussianNoise.signalToNoise] = 6
        default: (options[MixingSettings.shared.mix], options[MixingSettings.shared.mixShare]) = (name, 1)
        }
        return options
    }

    private func batch(_ options: AugmentationOptions, epoch: Int = 1) throws -> Batch {
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        data.trainingBatch(epoch: epoch, index: 0, options: options, into: batch)
        return batch
    }

    private func sum(_ batch: Batch, _ position: Int, _ timeStep: Int) -> Float {
        let count = batch.size * batch.size * 2
        let start = (timeStep * batch.capacity + position) * count
        return batch.eventFrames.buffer[start..<start + count].reduce(0, +)
    }

    @Test(arguments: names) func itIsOffByDefaultAndSeeded(name: String) throws {
        let plain = AugmentationOptions(crop: false, flip: false)
        let augmentation = try #require(AugmentationCatalogue.shipped.all.first { $0.name == name })
        #expect(!augmentation.isOn(AugmentationOptions()) && augmentation.isOn(options(name)))
        #expect(!augmentation.summary.isEmpty)
        let (without, first, second) = (try batch(plain), try batch(options(name)), try batch(options(name)))
        #expect(first.eventFrames.values == second.eventFrames.values, "the same seed gives another batch")
        #expect(first.eventFrames.values != without.eventFrames.values, "it changes nothing")
        #expect(first.recordingIndices == without.recordingIndices && first.imageIndices == without.imageIndices)
        #expect(first.images.values == without.images.values, "static images are never changed")
        #expect(first.eventFrames.values.allSatisfy { ($0 >= 0 || name == "gaussian") && $0.isFinite })
        if augmentation is any MixingAugmentation {
            #expect(first.ownShares.allSatisfy { (0...1).contains($0) } && first.ownShares.contains { $0 < 1 })
            #expect(first.partnerLabels != first.labels)
        } else {
            #expect(first.ownShares.allSatisfy { $0 == 1 } && first.partnerLabels == first.labels)
        }
    }

    /// What a batch holds depends on where it stands, not on what was asked for before: so a run resumes.
    @Test(arguments: names) func aBatchDependsOnItsPlaceAlone(name: String) throws {
        let data = try SmallDataSet.prepared()
        let (used, fresh) = (data.makeBatch(), data.makeBatch())
        for index in 0..<3 { data.trainingBatch(epoch: 0, index: index, options: options("eventmix"), into: used) }
        data.trainingBatch(epoch: 2, index: 1, options: options(name), into: used)
        data.trainingBatch(epoch: 2, index: 1, options: options(name), into: fresh)
        #expect(BatchValues(used) == BatchValues(fresh))
        #expect(used.ownShares == fresh.ownShares && used.partnerLabels == fresh.partnerLabels)
        data.trainingBatch(epoch: 3, index: 1, options: options(name), into: fresh)
        #expect(BatchValues(used) != BatchValues(fresh))
    }

    /// Switching one changes no draw of another.
    @Test func augmentationsDrawApart() throws {
        var both = options("cutmix")
        both[EventDrop.largestShare] = 0.5
        let (alone, together) = (try batch(options("cutmix")), try batch(both))
        #expect(alone.partnerLabels == together.partnerLabels && alone.ownShares == together.ownShares)
        #expect(alone.eventFrames.values != together.eventFrames.values)
    }

    @Test(arguments: [0, 0.3, 1]) func theShareOfMixedSamplesIsKept(share: Double) throws {
        let data = try SmallDataSet.prepared()
        let batch = data.makeBatch()
        var options = options("mixup")
        options[MixingSettings.shared.mixShare] = share
        var mixed = 0
        for epoch in 0..<40 {
            data.trainingBatch(epoch: epoch, index: 0, options: options, into: batch)
            mixed += batch.ownShares.count { $0 < 1 }
        }
        #expect(abs(Double(mixed) / Double(40 * batch.capacity) - share) < 0.1)
    }

    @Test func noiseHasItsDistanceFromTheSignal() {
        var random = RandomSource(seed: 8)
        var options = options("gaussian")
        options[GaussianNoise.signalToNoise] = 10
        let noisy = frames { GaussianNoise().change($0, options: options, using: &random) }
        // A signal of 3 everywhere: power 9, noise of power 0.9.
        let noise = noisy.map { Double($0) - 3 }
        let power = noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)
        #expect(abs(power - 0.9) < 0.12 && abs(noise.reduce(0, +) / Double(noise.count)) < 0.1)
    }

    @Test func aTurnMovesWhatIsThere() {
        // A quarter turn, either way: the four pixels of a cross come back onto the cross.
        for seed in 0..<8 {
            var random = RandomSource(seed: UInt64(seed))
            var options = options("rotation")
            options[Rotation.largestAngle] = 15
            let transform = Rotation().draw(size: 33, options: options, using: &random)
            var sources = [Int32](repeating: -2, count: 33 * 33)
            transform.fill(&sources, size: 33)
            let center = 16 * 33 + 16
            #expect(sources[center] == Int32(center), "the center stays")
            // At most sin 15° of 16 pixels from where it was, and never stretched.
            let (x, y) = (Int(sources[16 * 33 + 32]) % 33, Int(sources[16 * 33 + 32]) / 33)
            if sources[16 * 33 + 32] >= 0 {
                #expect(abs(y - 16) <= 5 && x >= 31)
            }
        }
    }

    @Test(arguments: names) func evaluationIsNeverAugmented(name: String) throws {
        let data = try SmallDataSet.prepared()
        let (fresh, used) = (data.makeBatch(), data.makeBatch())
        data.trainingBatch(epoch: 0, index: 0, options: options(name), into: used)
        data.evaluationBatch(split: .test, index: 1, into: used)
        data.evaluationBatch(split: .test, index: 1, into: fresh)
        #expect(BatchValues(fresh) == BatchValues(used))
        #expect(used.ownShares == fresh.ownShares && used.partnerLabels == fresh.partnerLabels)
    }

    /// Four time steps of threes.
    private func frames(_ body: (FramesInPlace) -> Void) -> [Float] {
        var values = [Float](repeating: 3, count: 4 * 10 * 12 * 2)
        values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            body(FramesInPlace(timeStepCount: 4, height: 10, width: 12, base: base, stride: 240))
        }
        return values
    }

    @Test func areasAreTheSameInAllTimeSteps() {
        var sizes: Set<Int> = []
        for seed in 0..<20 {
            var random = RandomSource(seed: UInt64(seed))
            let values = frames { AreaDrop().change($0, options: options("drop-area"), using: &random) }
            let first = values[0..<240].map { $0 == 0 }
            for timeStep in 1..<4 { #expect(values[timeStep * 240..<(timeStep + 1) * 240].map { $0 == 0 } == first) }
            sizes.insert(first.count { $0 })
        }
        #expect(sizes.count > 5)
    }

    @Test func runsOfTimeStepsAreEmptied() {
        for seed in 0..<20 {
            var random = RandomSource(seed: UInt64(seed))
            let values = frames { TimeDrop().change($0, options: options("drop-time"), using: &random) }
            let sums = (0..<4).map { values[$0 * 240..<($0 + 1) * 240].reduce(0, +) }
            let empty = sums.indices.filter { sums[$0] == 0 }
            #expect(sums.allSatisfy { $0 == 0 || $0 == 720 })
            #expect(empty.isEmpty || empty == Array(empty[0]..<empty[0] + empty.count), "no single run")
        }
    }

    @Test func droppedAndAddedEventsAreWhole() {
        var random = RandomSource(seed: 4)
        let fewer = frames { EventDrop().change($0, options: options("drop-events"), using: &random) }
        #expect(fewer.allSatisfy { [0, 1, 2, 3].contains($0) } && fewer.reduce(0, +) < 2880)
        let more = frames { EventNoise().change($0, options: options("noise"), using: &random) }
        #expect(more.reduce(0, +) == 2880 + 60, "half an event for each of 120 pixels")
    }

    @Test(arguments: ["mixup", "cutmix", "eventmix"], [0.0, 0.3, 1.0])
    func sharesAreThoseOfTheMixture(name: String, share: Double) throws {
        let all = AugmentationCatalogue.shipped.all.compactMap { $0 as? any MixingAugmentation }
        let augmentation = try #require(all.first { $0.name == name })
        var random = RandomSource(seed: 9)
        var kept = 0.0
        // Own frames hold 3, the partner's 0: what is left of the sum is the own share of the volume.
        let zeros = UnsafeMutablePointer<Float>.allocate(capacity: 960)
        zeros.initialize(repeating: 0, count: 960)
        defer { zeros.deallocate() }
        let values = frames { own in
            let partner = FramesInPlace(timeStepCount: 4, height: 10, width: 12, base: zeros, stride: 240)
            kept = augmentation.mix(own, with: partner, share: share, using: &random)
        }
        let volume = Double(values.reduce(0, +)) / 2880
        #expect(abs(volume - share) < 0.06)
        // By events all is the own recording's, as far as it has any.
        #expect(abs(kept - (name == "eventmix" ? (volume > 0 ? 1 : share) : volume)) < 1e-5)
    }

    @Test(arguments: [0.2, 1, 4]) func sharesComeFromABetaDistribution(alpha: Double) {
        var random = RandomSource(seed: 3)
        let draws = (0..<4000).map { _ in random.beta(alpha) }
        let mean = draws.reduce(0, +) / 4000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
        #expect(draws.allSatisfy { (0...1).contains($0) } && abs(mean - 0.5) < 0.02)
        #expect(abs(variance - 1 / (4 * (2 * alpha + 1))) < 0.01)
    }

    @Test func noTurnMovesNothing() {
        var random = RandomSource(seed: 1)
        var options = options("rotation")
        options[Rotation.largestAngle] = 1e-9
        let transform = Rotation().draw(size: 9, options: options, using: &random)
        var sources = [Int32](repeating: -1, count: 81)
        transform.fill(&sources, size: 9)
        #expect(sources == (0..<81).map { Int32($0) })
    }
}
