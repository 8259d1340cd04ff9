import FileFormats

/// Recordings that are one file of N-MNIST's format each, on a sensor of one size: their counts are made without events.
protocol BinFileContents: DataSetContents {
    func binFile(at index: Int) -> String
}

extension FrameStore {
    /// Reads one recording of a data set and keeps its counts.
    ///
    /// - Parameter bytes: memory for a file, reused from recording to recording.
    mutating func append(
        _ index: Int, of contents: any DataSetContents, slicing: any Slicing, scratch: inout CountingScratch,
        bytes: inout [UInt8]
    ) throws(DataSetError) {
        if let files = contents as? any BinFileContents, let sensor = contents.sensor {
            try checkSize(sensor, of: index, contents)
            do throws(FileFormatError) {
                try FileBytes.read(files.binFile(at: index), into: &bytes)
            } catch {
                throw .file(error)
            }
            if append(binFile: bytes, sensor: sensor, slicing: slicing, scratch: &scratch) { return }
        }
        if let frames = try contents.frames(at: index) {
            guard frames.timeStepCount == timeStepCount else {
                throw .incomplete(
                    dataSet: "frames", folder: contents.file(of: index) ?? contents.recordings[index].name,
                    found: "frames of \(frames.timeStepCount) time steps",
                    expected: "\(timeStepCount), as data.time_steps says",
                    advice: "set data.time_steps=\(frames.timeStepCount), or have the other program make frames of "
                        + "\(timeStepCount)")
            }
            try checkSize(SensorSize(width: frames.width, height: frames.height), of: index, contents)
            append(frames)
            return
        }
        let recording = try contents.recording(at: index)
        try checkSize(recording.sensor, of: index, contents)
        append(recording, slicing: slicing, scratch: &scratch)
    }

    /// Cells of a recording: as numbers of a byte, and of 4 where they are scaled, 2²⁸ take 1.3 GB.
    static let largestCellCount = 1 << 28

    /// - Throws: `DataSetError.incomplete` before memory is taken.
    private func checkSize(
        _ sensor: SensorSize, of index: Int, _ contents: any DataSetContents
    ) throws(DataSetError) {
        let plane = sensor.width.multipliedReportingOverflow(by: sensor.height)
        guard plane.overflow || plane.partialValue > Self.largestCellCount / 2 / max(1, timeStepCount) else { return }
        throw .incomplete(
            dataSet: "recordings", folder: contents.file(of: index) ?? contents.recordings[index].name,
            found: "a sensor of \(sensor) pixels",
            expected:
                "at most \(Self.largestCellCount) counts in \(timeStepCount) time steps of two polarities",
            advice: "use fewer time steps (data.time_steps), or remove the recording")
    }
}
