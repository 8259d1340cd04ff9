/// What a recording itself tells and no list does.
public struct RecordingFigures: Sendable, Hashable {
    public var eventCount: Int
    public var durationMicroseconds: Int

    /// Reads recordings, on all processors. The calling thread waits.
    ///
    /// - Returns: in the order of the positions; `nil` for one that cannot be read.
    /// - Throws: `DataSetError` if the recordings cannot be prepared.
    public static func read(
        _ positions: [Int], of contents: any DataSetContents
    ) throws(DataSetError) -> [RecordingFigures?] {
        _ = try contents.prepare(positions)
        // Neighbors on disk are read one after the other.
        let order = positions.indices.sorted {
            contents.storagePosition(of: positions[$0]) < contents.storagePosition(of: positions[$1])
        }
        let read = try mapInParallel("reading recordings", order, { () }) {
            (place, _) throws(DataSetError) -> RecordingFigures? in
            guard let recording = try? contents.recording(at: positions[place]) else { return nil }
            return RecordingFigures(
                eventCount: recording.events.count, durationMicroseconds: Int(recording.duration))
        }
        var figures = [RecordingFigures?](repeating: nil, count: positions.count)
        for (place, found) in zip(order, read) { figures[place] = found }
        return figures
    }
}
