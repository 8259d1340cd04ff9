import Tensors

extension PreparedDataSet {
    /// Fills `batch` with the samples of one optimizer step: augmented frames of training recordings in an order drawn
    /// anew each epoch, and to each recording a static image of its class, drawn anew each time.
    ///
    /// What it holds then depends on the seed and the arguments alone, not on what was asked for before; crop, flip and
    /// image are drawn independently, so switching one does not change another.
    ///
    /// - Parameters:
    ///   - epoch: 0…
    ///   - index: 0..<batchesPerEpoch
    ///   - batch: From `makeBatch()`.
    public func trainingBatch(epoch: Int, index: Int, options: AugmentationOptions, into batch: Batch) {
        check(batch)
        let training = samples[.training] ?? []
        for position in 0..<batch.capacity {
            // With fewer recordings than a batch holds, the epoch goes through them several times.
            let (round, place) = (index * batch.capacity + position).quotientAndRemainder(dividingBy: training.count)
            order(epoch: epoch, round: round, count: training.count, in: batch)
            let sample = training[batch.scratch.order[place]]
            let own = random.split("sample", epoch, index, position)
            let transform = AugmentationCatalogue.draw(size: batch.size, options: options, random: own)
            fill(batch, at: position, with: sample, transform: transform)
            var draw = own.split("image")
            let drawable = SampleChoice.imageCount(choice.images[sample.label], share: options.imageShare)
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
            fill(batch, at: position, with: sample, transform: .identity)
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

    private func fill(_ batch: Batch, at position: Int, with sample: Sample, transform: FrameTransform) {
        batch.labels[position] = sample.label
        batch.recordingIndices[position] = sample.recording
        Self.fill(batch, at: position, from: frames[sample.store], sample.place, transform: transform)
    }

    /// Puts one recording of a store into a batch: expanded, resized, and moved as `transform` says.
    static func fill(
        _ batch: Batch, at position: Int, from frames: FrameStore, _ index: Int, transform: FrameTransform
    ) {
        let (size, sensor, timeStepCount) = (batch.size, frames.sensor(index), batch.timeStepCount)
        let sampleSize = size * size * 2
        let counts = batch.scratch.counts.room(frames.cellCount(index))
        let rows = batch.scratch.rows.room(timeStepCount * sensor.height)
        frames.expand(index, into: counts, rows: rows)
        let target = batch.eventFrames.pointer + position * sampleSize
        if let shift = transform.shift {
            batch.scratch.resizer.place(
                counts, from: sensor, occupied: rows, timeStepCount: timeStepCount, size: size, shift: shift,
                into: target, stride: batch.capacity * sampleSize)
            return
        }
        let resized = batch.scratch.resized.room(timeStepCount * sampleSize)
        batch.scratch.resizer.place(
            counts, from: sensor, occupied: rows, timeStepCount: timeStepCount, size: size,
            shift: FrameTransform.Shift(), into: resized, stride: sampleSize)
        if batch.scratch.sources.count != size * size {
            batch.scratch.sources = Array(repeating: -1, count: size * size)
        }
        transform.fill(&batch.scratch.sources, size: size)
        batch.scratch.sources.withUnsafeBufferPointer { places in
            for timeStep in 0..<timeStepCount {
                move(
                    resized + timeStep * sampleSize, places,
                    into: target + timeStep * batch.capacity * sampleSize)
            }
        }
    }

    /// Takes each pixel from its place in `source`; both polarities move together, as one load and store.
    private static func move(
        _ source: UnsafePointer<Float>, _ places: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        let pairSize = MemoryLayout<SIMD2<Float>>.stride
        let (pixels, written) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
        for pixel in 0..<places.count {
            let place = Int(places[pixel])
            let pair =
                place < 0 ? .zero : pixels.loadUnaligned(fromByteOffset: place * pairSize, as: SIMD2<Float>.self)
            written.storeBytes(of: pair, toByteOffset: pixel * pairSize, as: SIMD2<Float>.self)
        }
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
        let count = batch.size * batch.size * 2
        for timeStep in 0..<batch.timeStepCount {
            let plane = batch.eventFrames.pointer + (timeStep * batch.capacity + position) * count
            plane.update(repeating: 0, count: count)
        }
        (batch.images.pointer + position * count).update(repeating: 0, count: count)
    }
}
