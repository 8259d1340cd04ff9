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
        return subjects
    }
}
