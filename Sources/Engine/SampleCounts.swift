import Data
import Messages

/// Samples with what only their recordings tell.
enum SampleCounts {
    /// Reads the recordings of those that lack a figure; one that cannot be read keeps lacking it.
    static func filled(
        _ samples: [SampleSummary], _ contents: any DataSetContents
    ) throws(DataSetError) -> [SampleSummary] {
        let lacking = samples.indices.filter {
            (samples[$0].eventCount == nil || samples[$0].durationMicroseconds == nil)
                && contents.recordings.indices.contains(samples[$0].index)
        }
        var samples = samples
        for (place, figures) in zip(
            lacking, try RecordingFigures.read(lacking.map { samples[$0].index }, of: contents))
        {
            guard let figures else { continue }
            samples[place].eventCount = figures.eventCount
            samples[place].durationMicroseconds = figures.durationMicroseconds
        }
        return samples
    }
}
