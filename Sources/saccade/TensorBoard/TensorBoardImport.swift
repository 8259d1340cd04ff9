import Configuration
import FileFormats
import Foundation
import Messages
import RunStore

/// A run as event files of TensorBoard tell of it.
struct TensorBoardImport {
    let run: ForeignRun
    /// Values that are not kept: of plugins that are not read, at steps that no run has, of tags that are too long.
    let skipped: Int
    /// Files whose last record is not there as a whole.
    let truncated: [String]

    static let tag = "imported"

    /// - Parameter path: of a folder whose files are one run, or of a single file.
    /// - Throws: `FileFormatError` for a damaged file; `CommandFailure` if it holds nothing that is kept.
    init(_ path: String, name: String, described description: EngineDescription) throws {
        let (events, truncated) = try TensorBoardFolder.read(path)
        self.truncated = truncated
        var gathered = Gathered()
        for event in events {
            guard case .values(let values) = event.content else { continue }
            for value in values { gathered.add(value, step: event.step) }
        }
        guard !gathered.points.isEmpty || !gathered.notes.isEmpty else {
            throw CommandFailure("\(path): holds no scalars and no text of TensorBoard (\(events.count) records)")
        }
        skipped = gathered.skipped
        let times = events.map(\.wallTime).filter { $0 > 0 && $0 < 253_402_300_799 }
        let created = times.min() ?? Date().timeIntervalSince1970
        run = ForeignRun(
            name: name, created: created, seconds: (times.max() ?? created) - created,
            configuration: Self.configuration(gathered.settings, description), points: gathered.sortedPoints,
            notes: gathered.notes, tags: [Self.tag])
    }

    private struct Gathered {
        private var places: [String: Int] = [:]
        var points: [(tag: String, values: [Int: Double])] = []
        var notes: [(optimizerStep: Int, text: String)] = []
        var settings: [String: Hyperparameters.Value] = [:]
        var skipped = 0

        mutating func add(_ value: TensorBoardValue, step: Int) {
            let isKept =
                ForeignRun.steps.contains(step) && (1...ForeignRun.seriesNameBytes).contains(value.tag.utf8.count)
            switch value.content {
            case .scalar(let number) where isKept:
                let place = places[value.tag] ?? points.count
                if place == points.count {
                    places[value.tag] = place
                    points.append((value.tag, [:]))
                }
                points[place].values[step] = number
            case .text(let text) where isKept:
                // What the settings say, too.
                guard value.tag != TensorBoardRun.Tag.configuration || settings.isEmpty else { return }
                notes.append((step, value.tag == TensorBoardRun.Tag.notes ? text : "\(value.tag): \(text)"))
            case .hyperparameters(.start(let settings, _)): self.settings.merge(settings) { $1 }
            case .hyperparameters: break
            default: skipped += 1
            }
        }

        var sortedPoints: [MetricPoint] {
            points.flatMap { tag, values in
                values.sorted { $0.key < $1.key }.map {
                    MetricPoint(series: MetricSeries(tag), optimizerStep: $0.key, value: $0.value)
                }
            }
        }
    }

    /// Settings of ours as they were; of others their names and values are kept beside ours, and the data set is said to be
    /// another program's.
    private static func configuration(
        _ settings: [String: Hyperparameters.Value], _ description: EngineDescription
    ) -> RunConfiguration {
        var configuration = RunConfiguration()
        try? description.restore(KnownKnob.dataSet, to: .text(tag), in: &configuration)
        for (key, setting) in settings {
            let value: KnobValue =
                switch setting {
                case .number(let number): .number(number)
                case .flag(let flag): .flag(flag)
                case .text(let text): .text(text)
                }
            // One of the same name and another type is not ours.
            try? description.restore(key, to: value, in: &configuration)
        }
        return configuration
    }
}
