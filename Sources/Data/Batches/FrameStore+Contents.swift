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
            do throws(FileFormatError) {
                try FileBytes.read(files.binFile(at: index), into: &bytes)
            } catch {
                throw .file(error)
            }
            if append(binFile: bytes, sensor: sensor, slicing: slicing, scratch: &scratch) { return }
        }
        append(try contents.recording(at: index), slicing: slicing, scratch: &scratch)
    }
}
