import Configuration
import Engine
import Foundation
import Messages
import RunStore
import Synchronization

/// Opens studies for the screens. It trains nothing itself: a process of its own does, which screens may leave.
public actor StoredStudies: StudyDesk {
    /// What only the program can do.
    public struct Hands: Sendable {
        /// Leaves a process going that trains what the study in this file lacks; may wait until it has begun.
        public var start: @Sendable (_ path: String) throws -> Void
        /// Lets the process that trains a run stop with a checkpoint.
        public var stop: @Sendable (_ run: String) async throws -> Void
        /// The report as an object, as the command prints it.
        public var json: @Sendable (_ report: StudyReport) throws -> String

        public init(
            start: @escaping @Sendable (_ path: String) throws -> Void,
            stop: @escaping @Sendable (_ run: String) async throws -> Void,
            json: @escaping @Sendable (_ report: StudyReport) throws -> String
        ) {
            (self.start, self.stop, self.json) = (start, stop, json)
        }
    }

    private let executor = ThreadExecutor(name: "saccade-studies")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let store: RunStore
    private let presets: PresetStore
    private let shelf: StudyShelf
    private let hands: Hands
    private let remembers: Bool
    private let protocols: SharedProtocols
    private let reporter: StudyReporter
    private let wanted = WantedReport()
    private nonisolated let listeners = Mutex<[@Sendable () -> Void]>([])
    private var study: OpenStudy?
    /// What figures are being computed of.
    private var computed: OpenStudy.ReportKey?
    /// A process that trains is on its way.
    private var isStarting = false

    /// - Parameter remembers: whether a study that is opened is put among those that are known.
    public init(
        _ store: RunStore, _ presets: PresetStore, _ shelf: StudyShelf, remembers: Bool = true, hands: Hands
    ) {
        self.remembers = remembers
        let protocols = SharedProtocols()
        (self.store, self.presets, self.shelf, self.hands) = (store, presets, shelf, hands)
        self.protocols = protocols
        reporter = StudyReporter(store) { try protocols.runProtocol(of: $0) }
    }

    public nonisolated func onChange(_ hear: @escaping @Sendable () -> Void) {
        listeners.withLock { $0.append(hear) }
    }

    // MARK: Looking

    public func studies() async throws(LibraryFailure) -> [StudySummary] {
        try said { shelf.list(try store.runs()) }
    }

    public func open(_ reference: String) async throws(LibraryFailure) -> StudyBoard {
        try said {
            let path = try shelf.path(of: reference)
            let study = try StudyReader(presets).read(path: path)
            let protocols = protocols
            let plan = try StudyPlan(study, described: store.description) { try protocols.runProtocol(of: $0) }
            try plan.check { try protocols.check($0) }
            self.study = OpenStudy(study, path: path, plan, store)
            if remembers { shelf.remember(study.name, path: path) }
            return try look()
        }
    }

    public func completions(of text: String) async -> [String] { PathCompletion.completions(of: text) }

    public func board() async throws(LibraryFailure) -> StudyBoard { try said { try look() } }

    private func opened() throws -> OpenStudy {
        guard let study else { throw LibraryFailure("no study is open") }
        return study
    }

    private func look() throws -> StudyBoard {
        let study = try opened()
        try study.look()
        if study.reportKey != study.wantedReport { count(study) }
        return try study.board()
    }

    /// Has the figures computed anew. What is being computed of the same study and arm comes to its end first, because runs may
    /// end faster than figures are computed; of another one it is given up.
    private func count(_ study: OpenStudy) {
        let key = study.wantedReport
        if let computed, computed.study == key.study, computed.reference == key.reference { return }
        (computed, study.reportKey) = (key, key)
        let isWanted = wanted.next()
        Task { [reporter] in
            do {
                let report = try await reporter.report(key, key.results, isWanted: isWanted)
                take(report, key)
            } catch {
                fail(error, key)
            }
        }
    }

    private func take(_ report: StudyReport, _ key: OpenStudy.ReportKey) {
        if computed == key { computed = nil }
        guard let study, study.reportKey == key else { return }
        (study.report, study.reported, study.problem) = (report, key, nil)
        tellChange()
    }

    /// The table is there without its figures; a note says why.
    private func fail(_ error: any Error, _ key: OpenStudy.ReportKey) {
        if computed == key { computed = nil }
        guard !(error is CancellationError), let study, study.reportKey == key else { return }
        study.problem = "the figures cannot be computed: \(error)"
        tellChange()
    }

    private nonisolated func tellChange() {
        for hear in listeners.withLock({ $0 }) { hear() }
    }

    public func report(_ format: StudyReportFormat) async throws(LibraryFailure) -> String {
        do {
            let study = try opened()
            try study.look()
            let key = study.wantedReport
            // With the states as they are now, not only those that count.
            let report = try await reporter.report(key, study.states, isKept: false) { true }
            switch format {
            case .csv: return report.csv
            case .json: return try hands.json(report)
            case .markdown: return report.markdown
            case .svg: return String(decoding: try report.figure.svg(size: report.figureSize), as: UTF8.self)
            }
        } catch {
            throw Self.failure(error)
        }
    }

    // MARK: Orders

    public func carryOut(_ order: StudyOrder) async throws(LibraryFailure) -> String {
        do {
            let study = try opened()
            switch order {
            case .train: return try await train(study)
            case .pause:
                guard study.book.isAtWork else { return "nothing is being trained" }
                try study.book.change { $0.mode = .pause }
                return "what goes on is trained to its end; nothing else is begun"
            case .stop: return try await stop(study)
            case .hold(let cells): return try await hold(cells, study)
            case .release(let cells):
                try study.book.change { orders in orders.held.removeAll { cells.contains($0) } }
                return "\(Self.runs(cells.count)) may be trained again"
            case .putFirst(let cells):
                try study.book.change { orders in
                    orders.first = cells + orders.first.filter { !cells.contains($0) }
                }
                return "\(Self.runs(cells.count)) come\(cells.count == 1 ? "s" : "") first"
            case .setAddedSeeds(let seeds):
                try study.plan.setAdded(seeds: seeds)
                let added = study.plan.addedSeeds
                try study.book.change { $0.seeds = added }
                return added.isEmpty
                    ? "the seeds are those of the file"
                    : "seeds besides those of the file: \(added.map(String.init).joined(separator: ", ")), also for "
                        + "`saccade study`"
            case .compare(let arm):
                let name = arm.isEmpty ? study.plan.study.reference : arm
                guard study.plan.study.arms.contains(where: { $0.name == name }) else {
                    throw StudyError.unknownArm(name, known: study.plan.study.arms.map(\.name))
                }
                study.reference = name
                return "differences are to \(name)"
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private func train(_ study: OpenStudy) async throws -> String {
        try study.look()
        let held = Set(study.orders.held)
        let left = study.states.count { !held.contains($0.key) && $0.value.result == nil }
        try study.book.change { $0.mode = .train }
        guard left > 0 else {
            return held.isEmpty ? "every run is finished" : "what is left was stopped: r lets it be trained again"
        }
        guard !study.book.isAtWork else { return "training goes on" }
        // It takes a while until others see that somebody works.
        guard !isStarting else { return "training is being started" }
        isStarting = true
        defer { isStarting = false }
        let (start, path) = (hands.start, study.path)
        try await onOwnThread { try start(path) }
        return "\(Self.runs(left)) left: trained in the background, also without the screens"
    }

    private func stop(_ study: OpenStudy) async throws -> String {
        try study.book.change { $0.mode = .stop }
        try study.look()
        let live = study.states.values.compactMap { state -> String? in
            guard case .live(let run) = state else { return nil }
            return run
        }
        // Whoever works hears it, too; but where somebody was killed who worked, runs go on that nobody tells.
        for run in live { try? await hands.stop(run) }
        return live.isEmpty && !study.book.isAtWork ? "nothing is being trained" : "the runs stop with checkpoints"
    }

    private func hold(_ cells: [String], _ study: OpenStudy) async throws -> String {
        try study.look()
        let left = cells.filter { study.states[$0].map { $0.result == nil } ?? false }
        guard !left.isEmpty else { return "they are finished" }
        try study.book.change { orders in
            orders.held += left.filter { !orders.held.contains($0) }
        }
        let live = left.compactMap { id -> String? in
            guard case .live(let run)? = study.states[id] else { return nil }
            return run
        }
        // It may have ended meanwhile, or be stopped by the process that trains it: both are what is wanted.
        for run in live { try? await hands.stop(run) }
        return live.isEmpty
            ? "\(Self.runs(left.count)) left out until r lets them be trained"
            : "\(Self.runs(live.count)) stopped with checkpoints; r lets them be trained again"
    }

    private static func runs(_ count: Int) -> String { "\(count) run\(count == 1 ? "" : "s")" }

    // MARK: Help

    private func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    private func said<Answer>(_ body: () throws -> Answer) throws(LibraryFailure) -> Answer {
        do { return try body() } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: any Error) -> LibraryFailure {
        error as? LibraryFailure ?? LibraryFailure("\(error)")
    }
}

/// Says of several plans on which recordings runs are trained, reading each data set once.
final class SharedProtocols: Sendable {
    private let reader = Mutex(RunProtocolReader())
    private let known = Mutex<[RunConfiguration: RunProtocol]>([:])

    func runProtocol(of configuration: RunConfiguration) throws -> RunProtocol {
        // Every plan of the same study asks for the same.
        if let known = known.withLock({ $0[configuration] }) { return known }
        let told = try reader.withLock { try $0.runProtocol(of: configuration) }
        known.withLock { $0[configuration] = told }
        return told
    }

    func check(_ configuration: RunConfiguration) throws { try reader.withLock { try $0.check(configuration) } }
}
