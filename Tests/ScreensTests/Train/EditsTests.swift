import Configuration
import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct EditsTests {
    private func checkpoint(_ step: Int, _ reason: String = "epoch") -> ReportSubscription.Batch {
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .checkpoint(CheckpointRecord(run: "r9", optimizerStep: step, epoch: 3, path: "/ck\(step)", reason: reason))
        ]
        return batch
    }

    @Test("an entry that was chosen stays chosen while others come; at the end the list follows")
    func following() {
        var state = WorkbenchState.running()
        let last = state.train.events.count - 1
        state.receive([.reports(checkpoint(310))])
        #expect(state.train.eventCursor.index(in: state.train.events.count) == last + 1)
        state.train.focus = .init("edits")
        _ = state.press(.character("g"))
        state.receive([.reports(checkpoint(320)), .reports(checkpoint(330))])
        #expect(state.train.eventCursor.index(in: state.train.events.count) == 0)
    }

    @Test("the checkpoint before an edit takes no line of its own, and can be forked from")
    func beforeEdits() {
        var state = WorkbenchState.running()
        let count = state.train.events.count
        state.receive([.reports(checkpoint(310, "edit"))])
        #expect(state.train.events.count == count)
        #expect(state.train.checkpoints.last?.path == "/ck310")
    }

    @Test func aCheckpointThatIsToldTwiceStandsOnce() {
        var state = WorkbenchState.running()
        let count = state.train.events.count
        state.receive([.reports(checkpoint(310, "fork")), .reports(checkpoint(310, "fork"))])
        #expect(state.train.events.count == count + 1 && state.train.checkpoints.count { $0.path == "/ck310" } == 1)
    }

    @Test func aCurveIsToldByItsHandles() {
        let edit = AppliedEdit(
            number: 1, run: "r9", optimizerStep: 1,
            differences: [
                KnobDifference(key: "sliding.curve", old: .text(""), new: .text("0:0, 0.5:0.2, 1:1"))
            ], origin: .user, checkpoint: nil)
        #expect(edit.summary(.shipped).hasSuffix("power law→3 handles"))
    }

    @Test("marks that lie close to each other are all to be read")
    func marks() {
        var state = WorkbenchState.running()
        for (number, step) in zip(2..., [101, 102, 103]) {
            var batch = ReportSubscription.Batch()
            batch.lossless = [.edit(Samples.edit(number, at: step))]
            state.receive([.reports(batch)])
        }
        let text = state.drawn().plainText
        // On the four plots and in the list.
        for letter in "ⓐⓑⓒ" { #expect(text.filter { $0 == letter }.count >= 4, "\(letter)") }
    }

    @Test("the crosshair reads every curve", arguments: [120, 200])
    func legend(width: Int) {
        var state = WorkbenchState.running(size: Size(width: Column(width), height: 36))
        var batch = ReportSubscription.Batch()
        batch.metricsRun = "r9"
        for (place, series) in [MetricSeries.imageLoss, .domainLoss, .validationLoss].enumerated() {
            batch.metrics[series] = (1...300).map {
                MetricPoint(series: series, optimizerStep: $0, value: 1.125 + Double(place))
            }
        }
        state.receive([.reports(batch)])
        _ = state.press(.character("x"), .left)
        let text = state.drawn().plainText
        for value in ["1.13", "2.13", "3.13"] { #expect(text.contains(value)) }
        // The plain theme draws validation and event alike: digits tell them apart, the image's curve keeps its dot.
        for (mark, letter) in [("2", "v"), ("1", "e"), ("●", "i")] {
            #expect(text.contains(mark + letter) || text.contains("\(mark) \(letter)"), "\(letter)")
        }
    }

    @Test("a staged knob keeps its slider", arguments: [(120, 36), (80, 24)])
    func sliders(width: Int, height: Int) throws {
        var state = WorkbenchState.running(size: Size(width: Column(width), height: Row(height)))
        _ = state.press(.down, .right)
        let line = state.drawn().plainText.split(separator: "\n").first {
            $0.contains("exponent  ") && $0.contains("*")
        }
        let found = try #require(line)
        #expect(found.contains("4→4.1*") || found.contains("4→4.5*") || found.contains("4→5*"))
        #expect(found.contains("●") && found.contains("◂"))
    }
}
