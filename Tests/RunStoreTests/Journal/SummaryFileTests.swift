import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport

@Suite struct SummaryFileTests {
    let scratch: Scratch
    let store: RunStore
    let run: String
    let file: URL
    let heading: String

    init() throws {
        scratch = try Scratch()
        store = try RunStore(paths: scratch.paths)
        run = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        file = store.folder(of: run).appendingPathComponent("summary.csv")
        heading = String(try scratch.text(of: file).dropLast())
    }

    /// Of the columns behind that of the validation accuracy, which have no value here.
    private var rest: String { String(repeating: ",", count: heading.split(separator: ",").count - 10) }

    private func row(_ epoch: Int, _ loss: Double? = nil) -> EpochSummary {
        var summary = EpochSummary(epoch: epoch, optimizerStep: epoch * 10 + 10)
        summary.figures["train_loss"] = loss
        summary.figures["validation_accuracy"] = 0.25
        return summary
    }

    private func rows() throws -> [String] { try scratch.text(of: file).split(separator: "\n").map(String.init) }

    @Test func hasARowAnEpoch() throws {
        #expect(heading.split(separator: ",")[9] == "validation_accuracy")
        try store.append(summary: [row(0, 2.5)], run: run)
        try store.append(summary: [row(1, .nan), row(2)], run: run)
        #expect(
            try rows() == [
                heading, "0,10,2.5,,,,,,,0.25\(rest)", "1,20,nan,,,,,,,0.25\(rest)", "2,30,,,,,,,,0.25\(rest)",
            ])
        #expect(try rows().allSatisfy { $0.filter { $0 == "," }.count == heading.filter { $0 == "," }.count })
        try FileManager.default.removeItem(at: file)
        try store.append(summary: [row(2, 1)], run: run)
        #expect(try rows() == [heading, "2,30,1.0,,,,,,,0.25\(rest)"])
        try store.dropSummary(after: 1, run: run)
        #expect(try rows() == [heading])
    }

    /// What a killed process, a full disk or somebody's editor may leave: each row that stays is there once, in order.
    @Test(arguments: [
        ("0,a\n1,b\n2,c\n3,4", 5, "0,a\n1,b\n2,c\n"),
        ("0,a\n1,b\n2,c\n", 1, "0,a\n1,b\n"),
        ("0,a\n1,b\n1,again\n0,again\n2,c\n", 2, "0,a\n1,b\n2,c\n"),
        ("0,a\n\nnothing\n1\n-1,b\n99999999999999999999,c\n2,d\n", 9, "0,a\n2,d\n"),
        ("5,a\n", 1, ""),
        ("0,LONG\n1,b\n", 5, "1,b\n"),
        ("", 3, ""),
    ])
    func keepsWhatIsWholeAndNotMadeAgain(found: String, epoch: Int, kept: String) throws {
        let found = found.replacingOccurrences(of: "LONG", with: String(repeating: "x", count: 200_000))
        try Data((heading + "\n" + found).utf8).write(to: file)
        try store.dropSummary(after: epoch, run: run)
        #expect(try scratch.text(of: file) == heading + "\n" + kept)
    }

    /// Of any size: it once ended the run when it passed 1 MiB.
    @Test func isAddedToWithoutBeingReadAndCutAnywhere() throws {
        let line = String(repeating: ",0.123456789", count: 12)
        let lines = (0..<40_000).map { "\($0)" + line }
        let text = ([heading] + lines).joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: file)
        // What only has to be added to need not be readable.
        #expect(text.utf8.count > 5 << 20 && chmod(file.path, 0o200) == 0)
        try store.append(summary: [row(40_000)], run: run)
        chmod(file.path, 0o600)
        #expect(try Data(contentsOf: file) == Data((text + "40000,400010,,,,,,,,0.25\(rest)\n").utf8))
        try store.dropSummary(after: 33_333, run: run)
        #expect(try Data(contentsOf: file) == Data(([heading] + lines[...33_333]).map { $0 + "\n" }.joined().utf8))
    }

    @Test func takesNoHalfARowWhereThereIsNoRoomForAWholeOne() async throws {
        try store.append(summary: [row(0, 1)], run: run)
        let before = try Data(contentsOf: file)
        let (root, run, room) = (scratch.root.path, run, before.count + 10)
        await #expect(processExitsWith: .success) { [root = root as String, run = run as String, room = room as Int] in
            let store = try RunStore(paths: StoragePaths(root: URL(fileURLWithPath: root)))
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: rlim_t(room), rlim_max: rlim_t(room))
            guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
            do throws(RunStoreError) {
                try store.append(summary: [EpochSummary(epoch: 1, optimizerStep: 20)], run: run)
            } catch {
                guard case .storage(.unwritable) = error else { exit(4) }
                exit(0)
            }
            exit(3)
        }
        #expect(try Data(contentsOf: file) == before)
    }
}
