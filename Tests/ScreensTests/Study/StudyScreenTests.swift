import Messages
import Terminal
import Testing

@testable import Screens

@Suite("The study screen") struct StudyScreenTests {
    private let studies = Samples.studies

    // MARK: Opening

    @Test("without a study it says how to open one, and lists those that are known")
    func list() {
        var state = WorkbenchState.answered()
        #expect(state.press(.character("5")).contains(.ask(.studies)))
        state.receive([.reply(.studies(studies))])
        let text = state.drawn().plainText
        #expect(text.contains("Enter opens one of these"))
        #expect(text.contains("mine    12 runs, …/mine.yaml") && text.contains("digits  comes with the program"))
        #expect(state.press(.down, .enter).contains(.ask(.study("/shipped/digits.yaml"))))
        #expect(state.drawn().plainText.contains("Opening /shipped/digits.yaml…"))
        // Where the file of the last is, nobody knows.
        _ = state.press(.down, .enter)
        guard case .prompt(let prompt)? = state.dialogs.last else { return #expect(Bool(false), "no prompt") }
        #expect(prompt.purpose == .studyFile)
    }

    @Test("the palette opens one from everywhere, by name or by path")
    func palette() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("2"), .character(":"))
        _ = state.type("open a study")
        #expect(state.press(.enter).contains(.ask(.studies)))
        state.receive([.reply(.studies(studies))])
        #expect(state.screen == .study && state.drawn().plainText.contains("another file…"))
        _ = state.type("another")
        _ = state.press(.enter)
        #expect(state.press(.enter).isEmpty)
        #expect(state.drawn().plainText.contains("type the path of a file, or the name of a study"))
        _ = state.type("my/study.yaml")
        #expect(state.press(.enter).contains(.ask(.study("my/study.yaml"))))
    }

    @Test("Tab completes a path as far as there is one way on, and lists the ways")
    func completion() {
        var state = WorkbenchState.studying()
        state.dialogs = [.prompt(StudyState.filePrompt)]
        _ = state.type("ex")
        #expect(state.press(.tab) == [.ask(.studyPaths("ex"))])
        state.receive([.reply(.studyPaths("ex", ["examples/a.yaml", "examples/ab.yaml"]))])
        #expect(state.drawn().plainText.contains("examples/a"))
        #expect(state.drawn().plainText.contains("a.yaml ab.yaml"))
        // An answer to what was typed before changes nothing.
        _ = state.type("b")
        state.receive([.reply(.studyPaths("ex", ["exit/"]))])
        #expect(state.drawn().plainText.contains("examples/ab"))
        #expect(state.press(.tab) == [.ask(.studyPaths("examples/ab"))])
        state.receive([.reply(.studyPaths("examples/ab", ["examples/ab.yaml"]))])
        #expect(state.press(.enter).contains(.ask(.study("examples/ab.yaml"))))
        state.dialogs = [.prompt(StudyState.filePrompt)]
        state.receive([.reply(.studyPaths("", []))])
        #expect(state.drawn().plainText.contains("no file or folder begins like this"))
    }

    @Test("a bad file is refused with the whole text, and the log has it")
    func refusal() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("5"))
        let text =
            "bad.yaml:12:5: unknown key 'a' in the arm 'joint'; did you mean 'b'? Expected: "
            + (1...40).map {
                "key\($0)"
            }.joined(separator: ", ")
        state.receive([.reply(.failure(request: .study("bad.yaml"), message: text))])
        let shown = state.drawn().plainText
        #expect(shown.contains("bad.yaml:12:5: unknown key 'a'") && shown.contains("key40"))
        #expect(state.study.awaited == nil)
        _ = state.press(.character("4"))
        #expect(state.drawn().plainText.contains("bad.yaml:12:5"))
    }

    @Test("the workbench opens right at it")
    func opening() {
        var layout = WorkbenchLayout()
        layout.screen = .log
        let state = WorkbenchState(layout: layout, startsWithList: true, study: "/a.yaml", described: .shipped)
        #expect(state.screen == .study && !state.startsWithList)
        #expect(state.firstEffects.contains(.ask(.study("/a.yaml"))))
    }

    // MARK: Orders

    @Test(
        "space trains what is missing, and pauses",
        arguments: [
            (StudyBoard.Work.none, StudyOrder.train), (.pausing, .train), (.training, .pause), (.stopping, nil),
        ] as [(StudyBoard.Work, StudyOrder?)])
    func training(work: StudyBoard.Work, order: StudyOrder?) {
        var state = WorkbenchState.studying(Samples.board(work: work))
        #expect(state.press(.character(" ")) == (order.map { [.ask(.order($0))] } ?? []))
    }

    @Test("S asks, and then stops what is left of the row, or the one run")
    func stopping() {
        var state = WorkbenchState.studying()
        #expect(state.press(.character("S")).isEmpty)
        let text = state.drawn().plainText
        #expect(text.contains("Stop 2 runs of events only, recordings_per_class 2?"))
        #expect(text.contains("1 of them is stopped with a checkpoint"))
        #expect(state.press(.enter).isEmpty)
        _ = state.press(.character("S"))
        #expect(state.press(.down, .enter) == [.ask(.order(.hold(cells: ["c002", "c003"])))])
        _ = state.press(.enter, .down, .character("S"))
        #expect(state.press(.down, .enter) == [.ask(.order(.hold(cells: ["c002"])))])
        // Of a row that is finished nothing.
        _ = state.press(.escape, .end, .character("S"))
        #expect(state.dialogs.isEmpty && state.shared.status?.text == "nothing is left to be stopped here")
    }

    @Test("what was stopped is trained again when it is said, and rows come first")
    func releasing() {
        var state = WorkbenchState.studying()
        #expect(state.press(.character("r")).isEmpty)
        #expect(state.press(.down, .character("r")) == [.ask(.order(.release(cells: ["c102"])))])
        #expect(state.press(.character("t")) == [.ask(.order(.putFirst(cells: ["c102", "c103"])))])
        #expect(state.press(.down, .character("p")) == [.ask(.order(.compare(arm: "full")))])
        // What came of an order is said, and what is shown is asked for again.
        let effects = state.update(.reply(.ordered(.compare(arm: "full"), "differences are to full")))
        #expect(effects.contains(.refresh(.board)) && state.shared.status?.text == "differences are to full")
    }

    @Test(
        "seeds are typed, and refused where they are none",
        arguments: [
            ("6-8", [6, 7, 8]), ("9 4", [9, 4]), ("", []), ("x", nil), ("8-6", nil), ("-1", nil),
        ] as [(String, [Int]?)])
    func seeds(text: String, seeds: [Int]?) {
        var state = WorkbenchState.studying()
        _ = state.press(.character("+"))
        #expect(state.drawn().plainText.contains("The file has 1, 2. More as 6-8 or 6 7 8"))
        _ = state.press(.control("u"))
        _ = state.type(text)
        #expect(state.press(.enter) == (seeds.map { [.ask(.order(.setAddedSeeds($0)))] } ?? []))
        #expect(state.dialogs.isEmpty == (seeds != nil))
    }

    // MARK: Runs

    @Test("Enter goes to the runs of the row, and opens one; one that the list does not have yet is waited for")
    func openRun() {
        var state = WorkbenchState.studying()
        _ = state.press(.enter)
        #expect(state.study.focus == .cells)
        #expect(state.press(.enter).contains(.ask(.runs)) && state.screen == .runs)
        state.receive([.reply(.runs([Samples.run("r9", "other", created: 9), Samples.run("r-c001", "cell")]))])
        #expect(state.runs.opened == "r-c001")
        _ = state.press(.character("5"), .down, .down)
        #expect(state.press(.enter).isEmpty && state.screen == .study)
        #expect(state.shared.status?.text == "it has not been begun: it has no run yet")
        #expect(state.press(.up, .character("f")).contains(.ask(.run("r-c002"))))
    }

    @Test("d compares the runs of the row")
    func compare() {
        var state = WorkbenchState.studying()
        #expect(state.press(.character("d")).contains(.ask(.runs)))
        let effects = state.update(.reply(.runs(["r-c002", "r-c001", "r1"].map { Samples.run($0, $0) })))
        #expect(effects.contains(.ask(.outcomes(runs: ["r-c001", "r-c002"]))))
        #expect(state.screen == .runs && state.runs.showsTable && state.runs.marked == ["r-c001", "r-c002"])
    }

    @Test("the report is exported in every format")
    func export() {
        for format in StudyReportFormat.allCases {
            var state = WorkbenchState.studying()
            _ = state.press(.character("X"))
            _ = state.type("report as \(format.title)")
            #expect(state.press(.enter) == [.ask(.studyReport(format))])
            let effects = state.update(.reply(.studyReport(format, "x")))
            guard case .export(let export)? = effects.first else { return #expect(Bool(false), "\(effects)") }
            #expect(export.name == "saccade-study-digits" && export.format.rawValue == format.ending)
            #expect(export.content == .written("x"))
        }
    }

    // MARK: Looking

    @Test("it looks again while something is trained, and only then")
    func looking() {
        var state = WorkbenchState.studying()
        #expect(state.secondsToNextTick == 2)
        #expect(state.update(.tick(2)) == [.refresh(.board)])
        #expect(state.update(.tick(0.5)).isEmpty)
        #expect(state.update(.historyChanged).contains(.refresh(.board)))
        #expect(state.update(.studyChanged) == [.refresh(.board)])
        _ = state.press(.character("4"))
        #expect(state.secondsToNextTick == nil && state.update(.historyChanged) == [.refresh(.queue)])
        // What was missed is asked for once somebody looks.
        #expect(state.press(.character("5")).contains(.refresh(.board)))
        var idle = Samples.plainBoard
        for index in idle.cells.indices { idle.cells[index].state = .finished }
        state.receive([.reply(.board(idle))])
        #expect(state.secondsToNextTick == nil)
    }

    @Test("the cursors stay on their row and run while the table changes")
    func steadiness() {
        var state = WorkbenchState.studying()
        _ = state.press(.down, .down, .enter, .down)
        var board = Samples.board()
        board.rows.reverse()
        state.receive([.reply(.board(board))])
        #expect(state.study.row?.arm == 2 && state.study.row?.point == 0 && state.study.cell?.seed == 2)
        _ = state.press(.escape, .character("/"))
        _ = state.type("joint")
        _ = state.press(.enter)
        #expect(state.study.rows.count == 2 && state.study.rows.allSatisfy { $0.arm == 1 })
    }

    @Test("who began the training is asked what becomes of it; who did not is not")
    func leaving() {
        var state = WorkbenchState.studying()
        #expect(state.press(.character("q")) == [.quit(stopping: false)])
        state.receive([.reply(.ordered(.train, "13 runs left"))])
        #expect(state.press(.character("q")).isEmpty)
        #expect(state.drawn().plainText.contains("Quit while a study is trained?"))
        #expect(state.press(.enter).isEmpty && state.dialogs.isEmpty)
        _ = state.press(.character("q"))
        #expect(state.press(.down, .enter) == [.quit(stopping: false)])

        state = WorkbenchState.studying()
        state.receive([.reply(.ordered(.train, "13 runs left"))])
        _ = state.press(.character("q"))
        #expect(state.press(.down, .down, .enter) == [.ask(.order(.stop))])
        #expect(state.update(.reply(.ordered(.stop, "stopped"))) == [.quit(stopping: false)])

        // It has ended meanwhile.
        state = WorkbenchState.studying()
        var ended = Samples.plainBoard
        ended.path = Samples.board().path
        for index in ended.cells.indices { ended.cells[index].state = .finished }
        state.receive([.reply(.ordered(.train, "13 runs left")), .reply(.board(ended))])
        #expect(state.press(.character("q")) == [.quit(stopping: false)])
    }

    @Test("Ctrl-C asks, too, and pressed again leaves the study to itself; a run is asked about after it")
    func interrupted() {
        var state = WorkbenchState.studying()
        state.receive([.reply(.ordered(.train, "13 runs left"))])
        #expect(state.press(.control("c")).isEmpty)
        #expect(state.press(.control("c")) == [.quit(stopping: false)])
        state = WorkbenchState.running()
        _ = state.press(.character("5"))
        state.receive([.reply(.board(Samples.board())), .reply(.ordered(.train, "13 runs left"))])
        _ = state.press(.character("q"))
        #expect(state.press(.down, .enter).isEmpty)
        #expect(state.drawn().plainText.contains("Quit while a run is training?"))
    }

    // MARK: Drawing

    @Test("the header line says how far it is, at any width", arguments: [60, 80, 100, 120, 200])
    func header(width: Int) throws {
        let state = WorkbenchState.studying(size: Size(width: Column(width), height: 24))
        let line = try #require(state.drawn().plainText.split(separator: "\n").dropFirst().first)
        #expect(line.hasPrefix(" digits ▶"))
        #expect(line.contains("13 of 18 runs finished"))
        if width >= 80 { #expect(line.contains("1 under way")) }
    }

    @Test(
        "of the columns the arm, its runs and the accuracy with its interval are always there",
        arguments: [60, 80, 120])
    func columns(width: Int) {
        let board = Samples.board()
        let columns = StudyColumn.fitting(width: width - 3, board, board.rows)
        #expect(columns.map(\.title).prefix(5).contains("arm") && columns.contains { $0.title == "runs" })
        #expect(columns.contains { $0.title == "test%" } && columns.contains { $0.title == "95%" })
        #expect(columns.reduce(0) { $0 + $1.width + 1 } <= width - 2)
        #expect(columns.contains { $0.title == "Δref" })
        #expect(columns.contains { $0.title == "Δ 95%" } == (width >= 80))
        if width == 120 { #expect(columns.contains { $0.title == "passes" }) }
        #expect(columns.first { $0.title == "runs" }?.cell(board.rows[1]) == "✓■✗ ")
    }

    @Test("many seeds are counted instead of marked")
    func manySeeds() {
        var board = Samples.board()
        board.seeds = Array(1...20)
        let columns = StudyColumn.fitting(width: 100, board, board.rows)
        #expect(columns.first { $0.title == "runs" }?.cell(board.rows[0]).trimmed == "1/20")
    }

    @Test("the plot is over the axis whose values are numbers, else a line an arm")
    func plots() {
        let board = Samples.board()
        let plot = StudyPlot(board: board, chosen: board.rows[1], rows: board.rows)
        #expect(plot.axis == 0 && plot.title == "Test accuracy % over recordings_per_class")
        #expect(plot.arms == [2, 0, 1])
        #expect(
            plot.bounds.map { Figures.percent($0.lowerBound) + " " + Figures.percent($0.upperBound) } == "47.0 84.0")
        var words = board
        words.points = [["few"], ["many"]]
        let lines = StudyPlot(board: words, chosen: words.rows[4], rows: words.rows)
        #expect(lines.axis == nil && lines.shown.map(\.point) == [1, 1, 1])
        #expect(lines.title == "Test accuracy %  recordings_per_class many")
    }

    @Test("a leak is not overlooked")
    func leak() throws {
        var state = WorkbenchState.studying()
        _ = state.press(.end)
        let canvas = state.drawn()
        let lines = canvas.plainText.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains("in the pool: 40") })
        let column = try #require(lines[row].firstRange(of: "photographs")).lowerBound.utf16Offset(in: lines[row])
        #expect(canvas[Point(row: Row(row), column: Column(column))].style.attributes == [.bold, .reverse])
    }

    @Test("a press chooses rows and runs, and the panels")
    func mouse() throws {
        var state = WorkbenchState.studying()
        func press(_ text: String) throws {
            let lines = state.drawn().plainText.split(separator: "\n", omittingEmptySubsequences: false)
            let row = try #require(lines.firstIndex { $0.contains(text) })
            let column = lines[row].distance(
                from: lines[row].startIndex, to: try #require(lines[row].firstRange(of: text)).lowerBound)
            _ = state.press(.mouse(MouseEvent(kind: .press, point: Point(row: Row(row), column: Column(column)))))
        }
        try press("full")
        #expect(state.study.row?.arm == 2 && state.study.focus == .table)
        try press("seed 2")
        #expect(state.study.cell?.seed == 2 && state.study.focus == .cells)
        try press("Test accuracy")
        #expect(state.study.focus == .plot)
        try press("1 Data")
        #expect(state.screen == .data)
    }
}
