import Configuration
import Tensors

extension PreparedDataSet {
    /// Fills `batch` with the samples of one optimizer step: augmented frames of training recordings in a new random
    /// order each epoch, and for each recording a static image of its class, drawn again each time. Where recordings are
    /// mixed, the static image stays one of the own class.
    ///
    /// What it holds then depends on the seed and the arguments alone, not on what was asked for before; augmentations
    /// and image are drawn independently, so switching one does not change another.
    ///
    /// - Parameters:
    ///   - epoch: 0…
    ///   - index: 0..<batchesPerEpoch
    ///   - batch: From `makeBatch()`.
    public func trainingBatch(epoch: Int, index: Int, options: AugmentationOptions, into batch: Batch) {
        check(batch)
        let training = samples[.training] ?? []
        let whole = self.options.batchSize
        for position in 0..<batch.capacity {
            // What a sample is depends on its place in the whole batch, whoever fills it.
            let place = self.options.share.rank * batch.capacity + position
            let own = random.split("sample", epoch, index, place)
            let sample = training[self.place(epoch: epoch, index * whole + place, own, in: batch)]
            fill(batch, at: position, with: sample, options: options, random: own)
            mix(batch, at: position, training, options: options, random: own)
            var draw = own.split("image")
            let drawable = SampleChoice.imageCount(
                choice.images[sample.label], share: options[DataSettings.shared.imageShare])
            fillImage(batch, at: position, ofClass: sample.label, of: drawable, &draw)
        }
        batch.count = batch.capacity
    }

    /// Fills `batch` with validation or test recordings in their order, never changed; beside each the same static image
    /// every time. Samples beyond the last recording are zero, `batch.count` says how many there are.
    ///
    /// - Parameter index: 0..<batchCount(of: split)
    public func evaluationBatch(split: Split, index: Int, into batch: Batch) {
        check(batch)
        let all = samples[split] ?? []
        batch.count = max(0, min(batch.capacity, all.count - index * batch.capacity))
        for position in 0..<batch.capacity {
            guard position < batch.count else {
                clear(batch, at: position)
                continue
            }
            let sample = all[index * batch.capacity + position]
            fill(batch, at: position, with: sample, options: nil, random: random)
            var draw = random.split("evaluation image", sample.recording)
            let drawable = choice.images[sample.label].count
            fillImage(batch, at: position, ofClass: sample.label, of: drawable, &draw)
        }
    }

    private func check(_ batch: Batch) {
        precondition(
            batch.timeStepCount == options.timeStepCount && batch.size == options.size,
            "a batch of \(batch.timeStepCount) time steps and size \(batch.size) is not of this data set")
    }

    /// Which of the training samples stands at this position of the epoch.
    private func place(epoch: Int, _ position: Int, _ random: RandomSource, in batch: Batch) -> Int {
        switch options.sampling {
        case .shuffled:
            // With fewer recordings than a batch holds, the epoch goes through them several times.
            let count = count(of: .training)
            let (round, place) = position.quotientAndRemainder(dividingBy: count)
            order(epoch: epoch, round: round, count: count, in: batch)
            return batch.scratch.order[place]
        case .weighted:
            var draw = random.split("sampling")
            let members = trainingByClass[draw.below(trainingByClass.count)]
            return members[draw.below(members.count)]
        }
    }

    /// Keeps the order of the training samples in the batch's scratch memory, drawn once an epoch and round.
    private func order(epoch: Int, round: Int, count: Int, in batch: Batch) {
        let key = BatchScratch.OrderKey(seed: options.seed, count: count, epoch: epoch, round: round)
        guard batch.scratch.orderKey != key else { return }
        if batch.scratch.order.count != count { batch.scratch.order = Array(repeating: 0, count: count) }
        for place in 0..<count { batch.scratch.order[place] = place }
        var random = random.split("order", epoch, round)
        for last in stride(from: count - 1, through: 1, by: -1) {
            batch.scratch.order.swapAt(last, random.below(last + 1))
        }
        batch.scratch.orderKey = key
    }

    /// - Parameter options: `nil`: as it is.
    private func fill(
        _ batch: Batch, at position: Int, with sample: Sample, options: AugmentationOptions?, random: RandomSource
    ) {
        (batch.labels[position], batch.partnerLabels[position]) = (sample.label, sample.label)
        batch.ownShares[position] = 1
        batch.recordingIndices[position] = sample.recording
        place(sample, of: batch, options: options, random: random, into: batch.frames(at: position))
    }

    private func place(
        _ sample: Sample, of batch: Batch, options: AugmentationOptions?, random: RandomSource,
        into target: FramesInPlace
    ) {
        let placement = SamplePlacement(preparation: self.options.preparation, augmentation: options, random: random)
        placement.place(frames[sample.store], sample.place, scratch: &batch.scratch, into: target)
    }

    /// Mixes another training recording into a sample, if that is on and the draw says so.
    private func mix(
        _ batch: Batch, at position: Int, _ training: [Sample], options: AugmentationOptions, random: RandomSource
    ) {
        guard let (augmentation, started) = options.catalogue.mixing(options, random: random) else { return }
        var draws = started
        let partner = training[draws.below(training.count)]
        let sampleSize = batch.size * batch.size * 2
        let other = FramesInPlace(
            timeStepCount: batch.timeStepCount, height: batch.size, width: batch.size,
            base: batch.scratch.partner.room(batch.timeStepCount * sampleSize), stride: sampleSize)
        place(partner, of: batch, options: options, random: random.split("partner"), into: other)
        let share = draws.beta(options[MixingSettings.shared.mixAlpha])
        batch.ownShares[position] = augmentation.mix(
            batch.frames(at: position), with: other, share: share, using: &draws)
        batch.partnerLabels[position] = partner.label
    }

    /// One of the first `drawable` images of the class; zero if there is none.
    private func fillImage(
        _ batch: Batch, at position: Int, ofClass label: Int, of drawable: Int, _ draw: inout RandomSource
    ) {
        guard drawable > 0 else {
            let count = batch.size * batch.size * 2
            (batch.images.pointer + position * count).update(repeating: 0, count: count)
            batch.imageIndices[position] = -1
            return
        }
        let place = images.starts[label] + draw.below(drawable)
        batch.imageIndices[position] = images.indices[place]
        images.write(place, into: batch.images.pointer + position * batch.size * batch.size * 2)
    }

    private func clear(_ batch: Batch, at position: Int) {
        (batch.labels[position], batch.recordingIndices[position], batch.imageIndices[position]) = (0, -1, -1)
        (batch.partnerLabels[position], batch.ownShares[position]) = (0, 1)
        let count = batch.size * batch.size * 2
        for timeStep in 0..<batch.timeStepCount {
            let plane = batch.eventFrames.pointer + (timeStep * batch.capacity + position) * count
            plane.update(repeating: 0, count: count)
        }
        (batch.images.pointer + position * count).update(repeating: 0, count: count)
    }
}
