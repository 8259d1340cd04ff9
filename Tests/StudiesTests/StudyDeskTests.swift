import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Testing
import TestSupport
import Training

@testable import Studies

/// The desk with the digits that come with the program, and somebody who only seems to train.
@Suite("The desk of studies", .serialized, .timeLimit(.minutes(10)))
struct StudyDeskTests {
    let home = try! StudyHome()

    private static let text = """
        name: made
        settings:
          data: {set: digits, test: rest, size: 16, time_steps: 2}
        budget: {steps: 3, validations: 1}
        seeds: 2
        axes:
          data.recordings_per_class: [2, 3]
        arms:
          events only:
            sliding.strategy: events-only
            loss.domain_alignment: false
          joint:
            sliding.strategy: joint
        """

    private var file: URL { home.paths.state.appendingPathComponent("files/made.yaml") }

    private func write(_ text: String = Self.text) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func desk(
        start: @escaping @Sendable (String) throws -> Void = { _ in },
        stop: @escaping @Sendable (String) async throws -> Void = { _ in }
    ) -> StoredStudies {
        let shipped = home.paths.state.appendingPathComponent("shipped", isDirectory: true)
        return StoredStudies(
            home.store, PresetStore(paths: home.paths, described: .shipped), StudyShelf(shipped: shipped, home.paths),
            hands: .init(start: start, stop: stop, json: { "\($0.study)" }))
    }

    private func plan() throws -> StudyPlan {
        let study = try StudyReader(PresetStore(paths: home.paths, described: .shipped)).read(path: file.path)
        let protocols = SharedProtocols()
        return try StudyPlan(study, described: .shipped) { try protocols.runProtocol(of: $0) }
    }

    private func train(_ trainer: MadeTrainer) async throws {
        _ = try await StudyRunner(plan(), home.store, jobs: 2, tell: { _ in }) { cell, configuration, run, _ in
            try trainer.train(cell, configuration, run)
        }.run()
    }

    /// The board once its figures are there.
    private func counted(_ desk: StoredStudies) async throws -> StudyBoard {
        let (changes, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        desk.onChange { signal.yield() }
        signal.yield()
        for await _ in changes {
            let board = try await desk.board()
            if !board.isCounting { return board }
        }
        throw LibraryFailure("nothing came")
    }

    @Test("shows what is there, and the figures once they are computed; another desk shows the same")
    func fills() async throws {
        try write()
        let desk = desk()
        let empty = try await desk.open(file.path)
        #expect(empty.cells.count == 8 && empty.rows.count == 4 && empty.cells.allSatisfy { $0.state == .waiting })
        #expect(empty.progress == "0 of 8 runs finished" && empty.work == .none && empty.points == [["2"], ["3"]])
        #expect(empty.protocols.flatMap(\.lines).contains("photographs behind test recordings in the pool: 0"))
        try await train(MadeTrainer(home) { cell, _ in cell.seed == 2 && cell.arm == "joint" ? .stops : .finishes })
        let board = try await counted(desk)
        #expect(board.cells.count { $0.state == .finished } == 6 && board.cells.count { $0.state == .begun } == 2)
        let figures = try #require(board.rows[1].figures)
        #expect(figures.count == 1 && figures.difference != nil && board.rows[0].figures?.count == 2)
        #expect(board.rows[0].figures?.difference == nil)

        let other = self.desk()
        #expect(try await other.studies().map(\.name) == ["made"])
        #expect(try await other.studies().first?.runCount == 8)
        _ = try await other.open("made")
        #expect(try await counted(other) == board)

        _ = try await desk.carryOut(.compare(arm: "joint"))
        let turned = try await counted(desk)
        #expect(turned.rows[0].figures?.difference == figures.difference.map { -$0 } && turned.reference == "joint")
        for format in StudyReportFormat.allCases {
            #expect(try await desk.report(format).isEmpty == false)
        }
    }

    @Test("orders are kept for whoever trains")
    func orders() async throws {
        try write()
        let started = Mutex<[String]>([])
        let desk = desk(start: { path in started.withLock { $0.append(path) } })
        let cells = try await desk.open(file.path).cells.map(\.id)
        #expect(try await desk.carryOut(.train).hasPrefix("8 runs left"))
        #expect(started.withLock { $0 } == [file.path])
        #expect(try await desk.carryOut(.pause) == "nothing is being trained")
        _ = try await desk.carryOut(.hold(cells: [cells[2], cells[3]]))
        _ = try await desk.carryOut(.putFirst(cells: [cells[4]]))
        _ = try await desk.carryOut(.putFirst(cells: [cells[5]]))
        _ = try await desk.carryOut(.release(cells: [cells[3]]))
        _ = try await desk.carryOut(.setAddedSeeds([2, 7]))
        let book = StudyOrderBook(study: "made", home.paths)
        #expect(book.read().held == [cells[2]] && book.read().first == [cells[5], cells[4]])
        #expect(book.read().seeds == [7] && book.read().mode == .train)
        let board = try await desk.board()
        #expect(board.seeds == [1, 2, 7] && board.addedSeeds == [7] && board.cells.count == 12)
        #expect(board.cells.first { $0.id == cells[2] }?.state == .stopped)
        #expect(board.cells.first { $0.id == cells[4] }?.isFirst == true)

        // Somebody works: nobody else is started.
        let sign = try book.sign()
        #expect(try await desk.carryOut(.train) == "training goes on")
        #expect(started.withLock { $0.count } == 1)
        #expect(try await desk.board().work == .training)
        _ = try await desk.carryOut(.pause)
        #expect(try await desk.board().work == .pausing)
        _ = try await desk.carryOut(.stop)
        #expect(try await desk.board().work == .stopping)
        withExtendedLifetime(sign) {}
        await #expect(throws: LibraryFailure.self) { try await desk.carryOut(.compare(arm: "none")) }
    }

    @Test("runs that go on are stopped, whoever trains them")
    func stops() async throws {
        try write()
        let stopped = Mutex<[String]>([])
        let desk = desk(stop: { run in stopped.withLock { $0.append(run) } })
        _ = try await desk.open(file.path)
        let cell = try plan().cells()[0]
        let run = try home.store.create(configuration: cell.configuration, name: cell.name, parent: nil)
        let board = try await desk.board()
        #expect(board.cells[0].state == .running && board.cells[0].run == run)
        #expect(board.progress == "0 of 8 runs finished, 1 under way")
        #expect(
            try await desk.carryOut(.hold(cells: [cell.id]))
                == "1 run stopped with checkpoints; r lets them be trained again")
        #expect(stopped.withLock { $0 } == [run])
        #expect(try await desk.carryOut(.stop) == "the runs stop with checkpoints")
        #expect(stopped.withLock { $0 } == [run, run])
        var state = try home.store.lastState(run: run)
        state.phase = .stopped
        try home.store.record(state: state)
        #expect(try await desk.board().cells[0].state == .stopped)
        _ = try await desk.carryOut(.release(cells: [cell.id]))
        #expect(try await desk.board().cells[0].state == .begun)
        #expect(try await desk.carryOut(.stop) == "nothing is being trained")
    }

    @Test(
        "bad files are refused with the line, and nothing is open then",
        arguments: [
            ("seeds: 1\narms: 3", ":2:7: "), ("arms:\n  a:\n    nothing: 1\nseeds: 1", ":3:5: unknown key 'nothing'"),
            ("- 1", ":1:1: "), ("arms: {a: }\nseeds: x", ":2:8: "),
        ])
    func refused(text: String, part: String) async throws {
        try write(text)
        let desk = desk()
        do {
            _ = try await desk.open(file.path)
            Issue.record("it was opened")
        } catch {
            #expect(error.description.contains("made.yaml" + part), "\(error)")
        }
        await #expect(throws: LibraryFailure("no study is open")) { try await desk.board() }
        #expect(try await desk.studies().isEmpty)
    }

    @Test("names of studies are found, and the nearest is said of others")
    func shelf() throws {
        let shipped = home.paths.state.appendingPathComponent("shipped", isDirectory: true)
        try FileManager.default.createDirectory(at: shipped, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: shipped.appendingPathComponent("digits.yaml"))
        let shelf = StudyShelf(shipped: shipped, home.paths)
        #expect(try shelf.path(of: "digits") == shipped.path + "/digits.yaml")
        #expect(try shelf.path(of: "a/../b.yaml", from: "/x") == "/x/b.yaml")
        #expect(try shelf.path(of: "c.yml", from: "/x") == "/x/c.yml")
        #expect(throws: StudyError.unknown("digit", known: ["digits"])) { try shelf.path(of: "digit", from: "/x") }
        #expect("\(StudyError.unknown("digit", known: ["digits"]))".contains("did you mean 'digits'?"))
        try write()
        shelf.remember("made", path: file.path)
        shelf.remember("gone", path: "/nowhere/gone.yaml")
        #expect(try shelf.path(of: "made", from: "/x") == file.path)
        #expect(shelf.list([]).map(\.name) == ["made", "digits"])
        #expect(shelf.list([]).map(\.isShipped) == [false, true])
    }

    @Test("paths are completed as a shell does")
    func completion() throws {
        try write()
        let folder = file.deletingLastPathComponent()
        for name in ["mad", ".hidden.yaml", "maps.txt", "mine.yml"] {
            try Data().write(to: folder.appendingPathComponent(name))
        }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("many"), withIntermediateDirectories: true)
        #expect(PathCompletion.completions(of: "ma", from: folder.path) == ["made.yaml", "many/"])
        #expect(
            PathCompletion.completions(of: folder.path + "/m")
                == ["made.yaml", "many/", "mine.yml"].map {
                    folder.path + "/" + $0
                })
        #expect(PathCompletion.completions(of: ".h", from: folder.path) == [".hidden.yaml"])
        #expect(PathCompletion.completions(of: "nowhere/x", from: folder.path).isEmpty)
    }
}
