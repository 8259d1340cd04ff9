import Configuration
import Foundation
import Testing
import TestSupport
import Training

@testable import Messages

@Suite("Scheduled edits")
struct EditScheduleTests {
    private static let edits = [
        ScheduledEdit(progress: 0.25, changes: [KnobChange(key: "sliding.curve", value: .text("0:0, 0.5:0.1, 1:1"))]),
        ScheduledEdit(
            progress: 0.5,
            changes: [
                KnobChange(key: "loss.domain_coefficient", value: .number(0.3)),
                KnobChange(key: "data.crop", value: .flag(false)),
            ]),
        ScheduledEdit(progress: 0.5, changes: [KnobChange(key: "sliding.curve", value: .text(""))]),
    ]

    @Test("are read as they are written")
    func text() throws {
        let text = EditSchedule.text(of: Self.edits)
        #expect(
            text == "0.25 sliding.curve=\"0:0, 0.5:0.1, 1:1\"; 0.5 loss.domain_coefficient=0.3 data.crop=false; "
                + "0.5 sliding.curve=\"\"")
        #expect(try EditSchedule.edits(fromText: text) == Self.edits)
        #expect(try EditSchedule.edits(fromText: " ; ") == [])
        var configuration = RunConfiguration()
        configuration.setScheduledEdits(Self.edits)
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(RunConfiguration.self, from: data).scheduledEdits() == Self.edits)
    }

    @Test("come in the order of their progress")
    func order() throws {
        var configuration = RunConfiguration()
        try configuration.assign("training.edits=0.7 sliding.exponent=2; 0.1 sliding.exponent=5")
        #expect(configuration.training.edits == "0.1 sliding.exponent=5; 0.7 sliding.exponent=2")
    }

    @Test(
        "that make no sense are refused with what is wrong",
        arguments: [
            ("soon sliding.exponent=2", "not a value for training.edits"), ("0.5", "not a value for training.edits"),
            ("1.5 sliding.exponent=2", "cannot be 1.5"), ("0.5 sliding.exponnt=2", "did you mean 'sliding.exponent'"),
            ("0.5 training.seed=2", "cannot change"), ("0.5 sliding.exponent=x", "not a value for sliding.exponent"),
            ("0.5 sliding.exponent", "not an assignment"),
        ])
    func refuses(text: String, part: String) {
        var configuration = RunConfiguration()
        do {
            try configuration.assign("training.edits=" + text)
            Issue.record("'\(text)' was taken")
        } catch {
            #expect("\(error)".contains(part), "\(error)")
        }
    }

    @Test("of a run fall on its own steps again", arguments: [1, 3, 7, 408, 99_991])
    func steps(total: Int) throws {
        for step in stride(from: 0, through: total, by: max(1, total / 97)) {
            let edit = AppliedEdit(
                number: 1, run: "r", optimizerStep: step,
                differences: [KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(4))],
                origin: .user, checkpoint: nil)
            let scheduled = RunConfiguration().scheduling([edit], totalSteps: total)
            #expect(try scheduled.scheduledEdits().map { $0.optimizerStep(of: total) } == [step])
        }
    }
}
