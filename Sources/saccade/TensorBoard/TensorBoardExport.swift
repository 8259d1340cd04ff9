import Configuration
import FileFormats
import Foundation
import Messages
import RunStore

/// Writes everything that the history knows of a run for TensorBoard.
struct TensorBoardExport {
    let store: RunStore
    let run: String

    /// Pictures of spikes at most, evenly over the run.
    private static let pictures = 32

    /// - Parameter folder: gets a folder named after the run, with one file.
    /// - Returns: that folder.
    /// - Throws: `CommandFailure` if TensorBoard is told of the run there already.
    func write(to folder: String) throws -> String {
        let timeline = try store.timeline(of: run)
        let (detail, summary) = (timeline.detail, timeline.detail.summary)
        let place = folder + "/" + summary.id
        guard TensorBoardFolder.files(in: place).isEmpty else {
            throw CommandFailure(
                "\(place) already holds event files of TensorBoard, which would show every point twice: remove them, or "
                    + "give another folder")
        }
        let clock = StepClock(timeline)
        let file = try TensorBoardRun(folder: place, time: summary.created, described: store.description)
        file.begin(summary, detail.configuration)
        file.add(try store.metrics(run: summary.id), at: clock.time)
        for edit in detail.edits { file.add(edit, at: clock.time(edit.optimizerStep)) }
        for note in detail.notes { file.add(note, at: clock.time(note.optimizerStep)) }
        let gap = (timeline.spikes.count + Self.pictures - 1) / Self.pictures
        for (index, grid) in timeline.spikes.reversed().enumerated() where index.isMultiple(of: max(1, gap)) {
            file.draw(grid, at: clock.time(grid.optimizerStep))
        }
        if let failure = detail.failure, summary.phase == .failed {
            file.add(failure, at: clock.time(failure.optimizerStep))
        }
        if let result = detail.result { file.add(result, at: clock.time(result.optimizerSteps)) }
        try file.flush()
        return place
    }
}

/// When the steps of a run were made, as well as its history tells: between two moments evenly.
struct StepClock {
    private var moments: [(step: Int, time: Double)]

    init(_ timeline: RunTimeline) {
        let created = timeline.detail.summary.created
        var known = [0: created]
        for moment in timeline.moments {
            known[moment.optimizerStep] = max(known[moment.optimizerStep] ?? created, created + moment.seconds)
        }
        // Steps that were made again came later than some that follow them.
        var latest = created
        moments = known.sorted { $0.key < $1.key }.map { step, time in
            latest = max(latest, time)
            return (step, latest)
        }
    }

    func time(_ step: Int) -> Double {
        guard let next = moments.firstIndex(where: { $0.step >= step }) else { return moments.last?.time ?? 0 }
        guard next > 0 else { return moments[next].time }
        let (before, after) = (moments[next - 1], moments[next])
        let share = Double(step - before.step) / Double(after.step - before.step)
        return before.time + share * (after.time - before.time)
    }
}
