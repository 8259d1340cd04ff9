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
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
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
final class AlertFollower: Sendable {
    private let signal: AsyncStream<Void>.Continuation
    private let work: Task<Void, Never>

    /// - Parameter rules: besides those of the home.
    init(_ bus: MessageBus, _ paths: StoragePaths, rules: [AlertRule]) {
        let (own, problems) = AlertFile.rules(paths)
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.signal = signal
        work = Task {
            for problem in problems { await bus.publish(.log(LogLine(level: .warning, text: problem))) }
            let all = rules + own
            guard !all.isEmpty else { return }
            let subscription = await bus.subscribe { signal.yield() }
            var watch = AlertWatch(all)
            for await _ in stream {
                for (alert, actions) in watch.take(subscription.take()) { await Self.carryOut(alert, actions, bus) }
            }
            for (alert, actions) in watch.take(subscription.take()) { await Self.carryOut(alert, actions, bus) }
        }
    }

    /// What has ended the last run is told, too.
    func end() async {
        signal.finish()
        await work.value
    }

    private static func carryOut(_ alert: Alert, _ actions: [AlertRule.Action], _ bus: MessageBus) async {
        await bus.publish(.alert(alert))
        for action in actions {
            switch action {
            case .ring: break
            case .pause: Task { _ = await bus.send(.pause) }
            case .stop: Task { _ = await bus.send(.stop) }
            case .run(let command): run(command, alert, bus)
            }
        }
    }

    /// Nobody waits for it; what it prints is nowhere.
    private static func run(_ command: String, _ alert: Alert, _ bus: MessageBus) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "SACCADE_RUN": alert.run, "SACCADE_STEP": String(alert.optimizerStep), "SACCADE_ALERT": alert.text,
        ]) { $1 }
        (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { ended in
            guard ended.terminationStatus != 0 else { return }
            let text = "the command of the alert '\(alert.rule)' ended with \(ended.terminationStatus)"
            Task { await bus.publish(.log(LogLine(level: .warning, text: text))) }
        }
        do {
            try process.run()
        } catch {
            let text = "the command of the alert '\(alert.rule)' cannot be run: \(error.localizedDescription)"
            Task { await bus.publish(.log(LogLine(level: .warning, text: text))) }
        }
    }
}
