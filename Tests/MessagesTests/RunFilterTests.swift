import Testing

@testable import Messages

@Suite("The filter of runs")
struct RunFilterTests {
    private static func run(
        _ name: String, tags: [String] = [], test: Double? = nil, validation: Double? = nil,
        phase: RunState.Phase = .finished, age: Double = 0, isInterrupted: Bool = false, edits: Int = 0,
        parent: String? = nil, forkStep: Int? = nil
    ) -> RunSummary {
        RunSummary(
            id: "20261125-\(name)", name: name, phase: phase, isInterrupted: isInterrupted, created: 1_000_000 - age,
            epoch: 3, epochs: 20, optimizerStep: 120, validationAccuracy: validation, testAccuracy: test, lastLoss: 0.5,
            editCount: edits, tags: tags, note: "a note on \(name)", parent: parent, dataSet: "digits", seed: 7,
            forkStep: forkStep)
    }

    private static let runs = [
        run("hard slide", tags: ["slide", "paper"], test: 0.582, age: 3600),
        run("low", tags: ["sliding"], validation: 0.481, phase: .paused, age: 200_000),
        run("events", test: 0.9, phase: .failed, edits: 3, parent: "20261125-low", forkStep: 40),
        run("cut", phase: .running, isInterrupted: true),
    ]

    @Test(
        "finds the runs that are meant",
        arguments: [
            ("", ["hard slide", "low", "events", "cut"]),
            ("tag:slide acc>50", ["hard slide"]),
            ("tag:slid", ["hard slide", "low"]),
            ("tag=slide", ["hard slide"]),
            ("TAG:Slide", ["hard slide"]),
            ("acc>50", ["hard slide", "events"]),
            ("acc<50", ["low"]),
            ("acc=58.2", ["hard slide"]),
            ("acc>=58.2%", ["hard slide", "events"]),
            ("test!=90", ["hard slide"]),
            ("-acc>50", ["low", "cut"]),
            ("state:failed,paused", ["low", "events"]),
            ("state:interrupted", ["cut"]),
            ("state:running", []),
            ("-state:failed", ["hard slide", "low", "cut"]),
            ("state!=failed", ["hard slide", "low", "cut"]),
            ("name=\"hard slide\"", ["hard slide"]),
            ("\"hard sl\"", ["hard slide"]),
            ("digits -paper", ["low", "events", "cut"]),
            ("age<2h", ["hard slide", "events", "cut"]),
            ("age>2d", ["low"]), ("age>2", ["low"]), ("age<7200s", ["hard slide", "events", "cut"]),
            ("edits>=1 fork:40", ["events"]),
            ("parent:low", ["events"]),
            ("note:\"note on low\"", ["low"]),
            ("seed=7 epochs>10 step<=120 loss<1", ["hard slide", "low", "events", "cut"]),
            ("nowhere", []),
        ])
    func finds(text: String, expected: [String]) throws {
        let filter = try RunFilter(text)
        #expect(Self.runs.filter { filter.matches($0, now: 1_000_000) }.map(\.name) == expected)
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("acuracy>50", "unknown filter field 'acuracy'. Known: name, id, tag"), ("tga:slide", "did you mean 'tag'"),
            ("acc>high", "not a percentage"),
            ("acc>", "has no value"), ("tag:", "has no value"), ("tag>slide", "cannot be used with tag"),
            ("name=\"x", "is not closed"), ("age<soon", "an age such as"), ("loss<4k", "not a number"),
        ])
    func refuses(text: String, part: String) {
        do throws(FilterError) {
            _ = try RunFilter(text)
            Issue.record("'\(text)' was taken")
        } catch {
            #expect(error.description.contains(part), "\(error.description)")
        }
    }
}
