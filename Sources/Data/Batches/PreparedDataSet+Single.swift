extension PreparedDataSet {
    /// One recording and the static image that stands beside it, as evaluation prepares them; for looking at what a
    /// network makes of a sample. Without such an image the batch's image is zero.
    ///
    /// - Parameter recording: position among the data set's recordings.
    /// - Throws: `DataSetError`.
    public static func single(
        recording index: Int, options: DataOptions, contents: any DataSetContents
    ) throws(DataSetError) -> Batch {
        try options.check()
        _ = try contents.prepare([index])
        var scratch: [UInt16] = []
        let frames = CompactFrames(
            try contents.recording(at: index), timeStepCount: options.timeStepCount,
            slicing: try SlicingCatalogue.slicing(options.slicing), scratch: &scratch)
        let sample = Sample(recording: index, label: contents.recordings[index].classIndex, frames: frames)
        let batch = Batch(timeStepCount: options.timeStepCount, capacity: 1, size: options.size)
        batch.count = 1
        fill(batch, at: 0, with: sample, transform: .identity)
        guard let pair = contents.staticPair(for: index) else { return batch }
        let pool = try ImagePool([[pair]], of: contents, options)
        batch.imageIndices[0] = pair
        pool.write(0, into: batch.images.pointer)
        return batch
    }
}
