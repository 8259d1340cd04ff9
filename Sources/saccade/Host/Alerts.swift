import Configuration
import Foundation
import Messages
import RunStore

/// The rules of this home and of the command line.
enum AlertFile {
    /// A rule a line; `#` begins a comment.
    static func path(_ paths: StoragePaths) -> String { paths.config.appendingPathComponent("alerts").path }

    struct Line: Encodable {
        var line: Int
        var rule: String
        /// What is wrong with it.
        var problem: String?
    }

    /// - Throws: `CommandFailure` if the file is there and cannot be read.
    static func lines(_ paths: StoragePaths) throws -> [Line] {
        let path = path(paths)
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
            index, line in
            let rule = line.trimmingCharacters(in: .whitespaces)
            guard !rule.isEmpty, !rule.hasPrefix("#") else { return nil }
            return Line(line: index + 1, rule: rule, problem: problem(with: rule))
        }
    }

    private static func problem(with rule: String) -> String? {
        do throws(AlertError) {
            _ = try AlertRule(rule, described: .shipped)
            return nil
        } catch {
            return error.description
        }
    }

    /// Rules of the file that can be read, and a line for each that cannot.
    static func rules(_ paths: StoragePaths) -> (rules: [AlertRule], problems: [String]) {
        do {
            let lines = try lines(paths)
            return (
                lines.compactMap { try? AlertRule($0.rule, described: .shipped) },
                lines.compactMap { line in line.problem.map { "\(path(paths)):\(line.line): \($0)" } }
            )
        } catch {
            return ([], ["\(error)"])
        }
    }
}

/// Does what alerts ask for, in the process that trains.
actor AlertFollower {
    private let bus: MessageBus
    private var watch: AlertWatch
    private var subscription: ReportSubscription?
    private let signal: AsyncStream<Void>.Continuation
    private let stream: AsyncStream<Void>
    private let problems: [String]
    private var work: Task<Void, Never>?
    /// What is being said: whoever comes next waits for it.
    private var settling: Task<Void, Never>?

    /// - Parameter rules: besides those of the home.
    init(_ bus: MessageBus, _ paths: StoragePaths, rules: [AlertRule]) {
        let own = AlertFile.rules(paths)
        self.bus = bus
        watch = AlertWatch(rules + own.rules)
        problems = own.problems
        (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Listens from now on; nothing is begun before.
    func begin() async {
        for problem in problems { await bus.publish(.log(LogLine(level: .warning, text: problem))) }
        guard !watch.isEmpty else { return }
        subscription = await bus.subscribe { [signal] in signal.yield() }
        work = Task { for await _ in stream { await settle() } }
    }

    /// Says what there is to say of everything that has been reported so far; returns once it is said.
    func settle() async {
        let before = settling
        let own = Task {
            await before?.value
            await look()
        }
        settling = own
        await own.value
    }

    private func look() async {
        // What another listener has heard already is on its way to this one: the bus has told all once it answers.
        _ = await bus.knownDescription
        guard let batch = subscription?.take() else { return }
        for (alert, actions) in watch.take(batch) { await Self.carryOut(alert, actions, bus) }
    }

    /// What has ended the last run is told, too.
    func end() async {
        signal.finish()
        await work?.value
        await settle()
    }

    private static func carryOut(_ alert: Alert, _ actions: [AlertRule.Action], _ bus: MessageBus) async {
        await bus.publish(.alert(alert))
        for action in actions {
            switch action {
            case .ring: break
            case .pause: send(.pause, alert, bus)
            case .stop: send(.stop, alert, bus)
            case .run(let command): run(command, alert, bus)
            }
        }
    }

    /// Nobody waits for it; what it prints is nowhere.
    private static func run(_ command: String, _ alert: Alert, _ bus: MessageBus) {
        Thread.detachNewThread {
            let environment = [
                "SACCADE_RUN": alert.run, "SACCADE_STEP": String(alert.optimizerStep), "SACCADE_ALERT": alert.text,
            ]
            let problem: String
            do {
                let status = try ChildProcess.run(["/bin/sh", "-c", command], environment: environment).status
                guard status != 0 else { return }
                problem = "ended with \(status)"
            } catch {
                problem = "\(error)"
            }
            let text = "the command of the alert '\(alert.rule)': \(problem)"
            Task { await bus.publish(.log(LogLine(level: .warning, text: text))) }
        }
    }

    /// Of the run that the alert is about, and no other that has begun meanwhile.
    private static func send(_ command: TuningCommand, _ alert: Alert, _ bus: MessageBus) {
        Task {
            guard case .refused(let reason) = await bus.send(command, whileAt: alert.run) else { return }
            let text = "the alert '\(alert.rule)' could not act: \(reason)"
            await bus.publish(.log(LogLine(level: .warning, text: text)))
        }
    }
}
