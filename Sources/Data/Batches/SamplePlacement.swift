import Tensors

/// From a recording's counts to its place in a batch: expanded, changed, scaled, resized, moved, changed again.
struct SamplePlacement {
    var preparation = FramePreparation()
    /// `nil`: as it is.
    var augmentation: AugmentationOptions?
    /// Of this sample; each augmentation splits its own off.
    var random = RandomSource(seed: 0)
    /// Goes before what augmentation draws.
    var transform: FrameTransform?

    func place(_ frames: FrameStore, _ index: Int, scratch: inout BatchScratch, into target: FramesInPlace) {
        let sensor = frames.sensor(index)
        let counts = scratch.counts.room(frames.cellCount(index))
        let rows = scratch.rows.room(target.timeStepCount * sensor.height)
        let changesCounts = augmentation.map { $0.catalogue.changesCounts($0) } ?? false
        let readsAll = changesCounts || preparation.values == .frequency
        frames.expand(index, into: counts, rows: rows, clearing: readsAll)
        let onSensor = FramesInPlace(
            timeStepCount: target.timeStepCount, height: sensor.height, width: sensor.width, base: counts,
            stride: sensor.height * sensor.width * 2)
        if changesCounts, let augmentation {
            augmentation.catalogue.changeCounts(onSensor, options: augmentation, random: random)
        }
        if preparation.values == .frequency { FrequencyFrames.scale(onSensor, duration: frames.duration(index)) }
        // What has been changed may hold events in any row.
        resize(onSensor, occupied: changesCounts ? nil : UnsafePointer(rows), scratch: &scratch, into: target)
        if let augmentation { augmentation.catalogue.changeInput(target, options: augmentation, random: random) }
    }

    private func resize(
        _ source: FramesInPlace, occupied: UnsafePointer<Bool>?, scratch: inout BatchScratch, into target: FramesInPlace
    ) {
        let size = target.height
        let transform =
            self.transform
            ?? augmentation.map { $0.catalogue.draw(size: size, options: $0, random: random) } ?? .identity
        let isAntialiased = preparation.resize == .antialiased
        if let shift = transform.shift, !isAntialiased {
            scratch.resizer.place(source, occupied: occupied, shift: shift, into: target)
            return
        }
        if transform == .identity {
            scratch.antialiased.place(source, occupied: occupied, into: target)
            return
        }
        let sampleSize = size * size * 2
        let resized = FramesInPlace(
            timeStepCount: target.timeStepCount, height: size, width: size,
            base: scratch.resized.room(target.timeStepCount * sampleSize), stride: sampleSize)
        if isAntialiased {
            scratch.antialiased.place(source, occupied: occupied, into: resized)
        } else {
            scratch.resizer.place(source, occupied: occupied, shift: FrameTransform.Shift(), into: resized)
        }
        if scratch.sources.count != size * size { scratch.sources = Array(repeating: -1, count: size * size) }
        transform.fill(&scratch.sources, size: size)
        scratch.sources.withUnsafeBufferPointer { places in
            for timeStep in 0..<target.timeStepCount {
                Self.move(resized.base + timeStep * sampleSize, places, into: target.base + timeStep * target.stride)
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
}

extension Batch {
    /// The event frames of one sample.
    func frames(at position: Int) -> FramesInPlace {
        let sampleSize = size * size * 2
        return FramesInPlace(
            timeStepCount: timeStepCount, height: size, width: size, base: eventFrames.pointer + position * sampleSize,
            stride: capacity * sampleSize)
    }

    /// Puts one recording of a store into the batch, as it is moved by `transform`.
    func place(
        _ frames: FrameStore, _ index: Int, at position: Int, transform: FrameTransform = .identity,
        preparation: FramePreparation = FramePreparation()
    ) {
        let placement = SamplePlacement(preparation: preparation, transform: transform)
        placement.place(frames, index, scratch: &scratch, into: self.frames(at: position))
    }
}
