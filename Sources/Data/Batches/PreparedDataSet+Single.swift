extension PreparedDataSet {
    /// One recording and the static image that stands beside it, as evaluation prepares them; for looking at what a
    /// network predicts for a sample. Without such an image the batch's image is zero.
    ///
    /// - Parameter recording: position among the data set's recordings.
    /// - Throws: `DataSetError`.
    public static func single(
        recording index: Int, options: DataOptions, contents: any DataSetContents
    ) throws(DataSetError) -> Batch {
        try options.check()
        var frames = FrameStore(timeStepCount: options.timeStepCount)
        var scratch = FrameStore.CountingScratch()
        var bytes: [UInt8] = []
        try frames.append(
            index, of: contents, slicing: options.slicing, scratch: &scratch, bytes: &bytes)
        let batch = Batch(timeStepCount: options.timeStepCount, capacity: 1, size: options.size)
        batch.count = 1
        (batch.labels[0], batch.recordingIndices[0]) = (contents.recordings[index].classIndex, index)
        batch.partnerLabels[0] = batch.labels[0]
        batch.place(frames, 0, at: 0, preparation: options.preparation)
        guard let pair = contents.staticPair(for: index) else { return batch }
        let pool = try ImagePool([[pair]], of: contents, options)
        guard pool.indices == [pair] else { return batch }
        batch.imageIndices[0] = pair
        pool.write(0, into: batch.images.pointer)
        return batch
    }
}
