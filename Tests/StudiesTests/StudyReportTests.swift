import Configuration
import Foundation
import Messages
import Plotting
import Testing
import Training

@testable import Studies

@Suite struct StudyReportTests {
    /// Two arms at two points with two seeds, as made up: of ten recordings so many are right.
    private static func report(
        _ study: Study = MadeStudy.study(), right: (Cell) -> Int? = { $0.arm == "full" ? 8 : 5 + $0.seed % 2 },
        failing: (Cell) -> Bool = { _ in false }, reference: String? = nil, keepsPredictions: Bool = true
    ) throws -> StudyReport {
        let plan = try MadeStudy.plan(study)
        var states: [String: CellState] = [:]
        var counts: [String: Int] = [:]
        for cell in try plan.cells() {
            if failing(cell) {
                states[cell.id] = .failed(run: "run", reason: "the loss is no number")
            } else if let count = right(cell) {
                states[cell.id] = MadeStudy.result(cell.id, validation: 0.6, test: Double(count) / 10)
                counts[cell.id] = count
            }
        }
        return try StudyReport(plan, states, reference: reference, bootstrap: Bootstrap(resamples: 500)) { run in
            guard keepsPredictions, let count = counts[run] else { return nil }
            return TestPredictions(
                (0..<10).map { .init(recording: "r\($0)", className: "a", answer: $0 < count ? "a" : "b") })
        }
    }

    @Test func theTableSaysWhatTheRunsCameTo() throws {
        let report = try Self.report()
        #expect(report.rows.map(\.arm) == ["events", "full", "events", "full"] && report.isComplete)
        #expect(report.notes.isEmpty)
        let full = report.rows[1]
        #expect(abs(try #require(full.test?.mean) - 0.8) < 1e-12 && full.comparison?.difference.count == 2)
        let comparison = try #require(full.comparison)
        #expect(abs(comparison.difference.mean - 0.25) < 1e-12)
        #expect(comparison.mcNemar == [1: .init(firstOnly: 2, secondOnly: 0), 2: .init(firstOnly: 3, secondOnly: 0)])
        #expect(comparison.combinedP == min(1, 2 * (0.5 + 0.25) / 2))
        #expect(report.rows[0].comparison == nil && report.rows[0].isReference)
        let table = StudyTable(report)
        #expect(table.rows.allSatisfy { $0.count == table.heading.count })
        #expect(table.rows[1].starts(with: ["2", "full", "2", "80.0"]) && table.rows[1].contains("+25.0"))
        #expect(table.rows[0].starts(with: ["2", "events (reference)", "2", "55.0"]))
        #expect(table.rows[1].suffix(2) == ["100", "160.0"])
    }

    @Test func anotherArmMayBeTheReference() throws {
        let report = try Self.report(reference: "full")
        #expect(try #require(report.rows[0].comparison?.difference.mean) < -0.2 && report.rows[1].comparison == nil)
        #expect(throws: StudyError.unknownArm("ful", known: ["events", "full"])) { try Self.report(reference: "ful") }
    }

    @Test func whatIsMissingIsSaid() throws {
        let report = try Self.report(right: { $0.seed == 1 ? 5 : nil }, failing: { $0.arm == "full" && $0.seed == 2 })
        #expect(!report.isComplete)
        let notes = report.notes.joined(separator: "\n")
        #expect(notes.contains("2 of 8 runs are not finished") && notes.contains("the loss is no number"))
        #expect(notes.contains("full, recordings_per_class 2, seed 2 (run)"))
        #expect(StudyTable(report).rows[0][2] == "1 of 2")
        let empty = try Self.report(right: { _ in nil })
        #expect(StudyTable(empty).rows.allSatisfy { $0[3] == "–" })
        #expect(try empty.figure.svg(size: empty.figureSize).count > 100)
    }

    @Test func withoutPredictionsTheIntervalIsThatOfTheSeeds() throws {
        let report = try Self.report(keepsPredictions: false)
        #expect(report.rows[1].interval == nil && report.rows[1].comparison?.combinedP == nil)
        #expect(report.notes.contains { $0.contains("without McNemar") && $0.hasSuffix("full") })
    }

    @Test func aLeakIsCountedAndCalledOne() throws {
        var leak = Study.Arm(name: "leak")
        leak.note = "For shame."
        leak.changes = [KnobChange(key: "data.reference_background_images", value: .flag(true))]
        let report = try Self.report(MadeStudy.study { $0.arms.append(leak) })
        #expect(report.protocols.count == 4 && report.legend.last == "leak: For shame.")
        let blocks = report.protocols.prefix(2)
        #expect(blocks.map(\.arms) == [["events", "full"], ["leak"]])
        let lines = blocks.map { $0.lines.joined(separator: "\n") }
        #expect(lines[0].contains("photographs behind test recordings in the pool: 0"))
        #expect(lines[1].contains("photographs behind test recordings in the pool: 40"))
        #expect(lines[0].contains("trained on 20 (2 a class)") && lines[0].contains("best validation accuracy"))
        #expect(lines[0].contains("seed 1 ") && lines[0].contains("seed 2 "))
        #expect(report.notes.contains { $0.contains("pool of leak") && $0.contains("no result") })
    }

    @Test func filesHoldTheSameNumbers() throws {
        let report = try Self.report()
        let rows = CSVText.rows(report.csv)
        #expect(rows.count == 9 && rows.allSatisfy { $0.count == rows[0].count })
        let column = try #require(rows[0].firstIndex(of: "test_accuracy"))
        #expect(rows.dropFirst().compactMap { Double($0[column]) } == [0.6, 0.5, 0.8, 0.8, 0.6, 0.5, 0.8, 0.8])
        let markdown = report.markdown
        #expect(markdown.contains("| 2 | full | 2 | 80.0 |") && markdown.contains("## Protocol"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
        let line = try #require((object["rows"] as? [[String: Any]])?[1])
        #expect((line["runs"] as? [[String: Any]])?.count == 2 && line["isReference"] as? Bool == false)
        #expect(((line["comparison"] as? [String: Any])?["mcNemar"] as? [[String: Any]])?.count == 2)
        #expect((object["protocols"] as? [[String: Any]])?.first?["photographsBehindTest"] as? [Int] == [0, 0])
        let svg = String(decoding: try report.figure.svg(size: report.figureSize), as: UTF8.self)
        #expect(svg.contains("<svg"))
        guard case .intervals(let panel)? = report.figure.panels.first else {
            Issue.record("no panel of intervals")
            return
        }
        #expect(panel.rows.map(\.label) == ["events", "full"] && panel.rows[1].value == 80)
        #expect(report.figure.csv.contains(",interval,full,80,1,"))
    }

    @Test func barsInNamesBreakNoTable() throws {
        let report = try Self.report(MadeStudy.study { $0.arms[0].name = "a|b" }, reference: "full")
        #expect(report.markdown.contains("a\\|b"))
    }

    @Test(arguments: [
        (0.0, "0.0"), (1.25, "1.3"), (99.96, "100.0"), (-0.04, "0.0"), (-3.14, "-3.1"), (160, "160.0"),
    ])
    func figures(value: Double, text: String) { #expect(StudyTable.figure(value, digits: 1) == text) }
}
