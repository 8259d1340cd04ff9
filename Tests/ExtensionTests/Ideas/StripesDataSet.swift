import Configuration
import Data

/// A data set with a parameter of its own: stripes that stand or lie and move.
struct StripesDataSet: DataSet {
    static let distance = Setting.integer(
        "data.stripe_distance", "stripe distance", "Pixels between two stripes.", 2...16, default: 4)

    let name = "stripes"
    let title = "Stripes"
    let license = "none"
    let isSimulated = true
    var knobs: [Knob] { [Self.distance.knob] }

    func presence(in folders: DataFolders) -> DataSetPresence { DataSetPresence(isPresent: true, location: "made up") }

    func open(_ folders: DataFolders) -> any DataSetContents { Contents(distance: folders.settings[Self.distance]) }

    private struct Contents: DataSetContents {
        let distance: Int
        let classNames = ["standing", "lying"]
        let sensor: SensorSize? = SensorSize(width: 16, height: 16)
        let images: [ImageDescription] = []
        let recordings = PublishedPart.allCases.flatMap { part in
            (0..<2).flatMap { label in
                (0..<8).map { RecordingDescription(name: "\(part) \(label) \($0)", classIndex: label, part: part) }
            }
        }

        func recording(at index: Int) -> EventRecording {
            let events = (0..<64).flatMap { time in
                (0..<16).map { along -> Event in
                    let across = (time / 4 + index % 8 + along * distance) % 16
                    let stands = recordings[index].classIndex == 0
                    return Event(
                        timestamp: Int64(time * 100), x: UInt16(stands ? across : along),
                        y: UInt16(stands ? along : across), polarity: UInt8(time % 2))
                }
            }
            return EventRecording(events, sensor: sensor)
        }

        func image(at index: Int) throws(DataSetError) -> StaticImage {
            throw .unknownName("image", of: "stripes", known: [])
        }
    }
}
