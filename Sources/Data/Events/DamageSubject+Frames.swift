import FileFormats
import Foundation

extension DamageSubject {
    /// Recordings that are read and cut into frames by every rule, as data sets do it.
    public static func frames() throws(FileFormatError) -> [DamageSubject] {
        var subjects: [DamageSubject] = []
        for (format, bytes) in try recordings() {
            subjects.append(
                DamageSubject(name: "frames", bytes: bytes) { bytes, _, isTolerant in
                    let sensor = SensorSize(width: 128, height: 128)
                    let file = try format.decode(
                        bytes, path: "damaged", options: EventReadingOptions(sensor: sensor, isTolerant: isTolerant))
                    let recording = EventRecording(file.events, sensor: sensor)
                    var store = FrameStore(timeStepCount: 4)
                    var scratch = FrameStore.CountingScratch()
                    for slicing in SlicingCatalogue.all {
                        _ = EventFrames(recording, timeStepCount: 4, slicing: slicing)
                        store.append(recording, slicing: slicing, scratch: &scratch)
                        // Any bytes are records of this format: the way without events must answer as well.
                        _ = store.append(binFile: bytes, sensor: sensor, slicing: slicing, scratch: &scratch)
                    }
                    return file.loss == nil
                })
        }
        subjects.append(
            DamageSubject(name: "cached-frames", bytes: try cachedFrames()) { bytes, _, _ in
                let frames = try FrameFile.decode(bytes, path: "damaged")
                var store = FrameStore(timeStepCount: frames.timeStepCount)
                store.append(frames)
                _ = try StoredFrames.recording(frames, path: "damaged")
                return true
            })
        return subjects
    }

    /// Three time steps of 8×8 pixels, as SpikingJelly keeps them.
    private static func cachedFrames() throws(FileFormatError) -> [UInt8] {
        let counts = (0..<3 * 2 * 64).map { Int16($0 % 5) }
        return try NpzWriter.encode([("frames", [3, 2, 8, 8], .int16(counts))], path: "the sample")
    }
}
