import Foundation
import Testing

/// How long a test waits for something before it gives up: seconds of a machine that has nothing else to do.
///
/// Only the share counts that what is waited for can have had: with eight tasks for two processors a second counts a
/// quarter, and one in which this process itself was not let look counts no more than a look. No wait lasts longer than
/// ten minutes.
public struct Patience: Sendable {
    /// No look counts more, however late it comes: the machine was busy elsewhere.
    private static let longestLook = 0.25
    private static let longest = 600.0

    private var left: Double
    private var lastLook = ContinuousClock.now
    private let begin = ContinuousClock.now

    public init(seconds: Double = 30) { left = seconds }

    /// To be asked again and again. Counts the time since it was asked before.
    public mutating func isOver() -> Bool {
        let now = ContinuousClock.now
        let share = Double(ProcessInfo.processInfo.activeProcessorCount) / Double(max(1, Self.runningTasks()))
        left -= min((now - lastLook) / .seconds(1), Self.longestLook) * min(1, share)
        lastLook = now
        return left < 0 || now - begin > .seconds(Self.longest)
    }

    /// Tasks of the whole machine that run or want to run; 1 where the system does not tell.
    static func runningTasks() -> Int {
        // 0.20 0.18 0.12 1/80 11206
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        let words = text.split(separator: " ")
        return words.count < 4 ? 1 : words[3].split(separator: "/").first.flatMap { Int($0) } ?? 1
    }

    /// Returns when it is over. For a task that is cancelled when what is waited for has happened.
    ///
    /// - Throws: `CancellationError`.
    public static func runsOut(seconds: Double = 30) async throws {
        var patience = Patience(seconds: seconds)
        while !patience.isOver() { try await Task.sleep(for: .milliseconds(50)) }
    }
}

/// A wait that was in vain.
public struct WaitError: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

/// Waits until it is so.
///
/// - Parameter what: read when the wait was in vain.
/// - Throws: `WaitError`, or what the condition throws.
public func eventually(
    _ what: @autoclosure () -> String, seconds: Double = 30, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventualValue(what(), seconds: seconds) { try await condition() ? true : nil }
}

/// Waits until it is so, and looks from a thread of its own: what is shown for some seconds only would be missed where
/// tasks of other tests compute for long.
public func eventuallySeen(
    _ what: @escaping @Sendable @autoclosure () -> String, seconds: Double = 30,
    _ condition: @escaping @Sendable () -> Bool
) async throws {
    let found = await onThread {
        var patience = Patience(seconds: seconds)
        while !condition() {
            guard !patience.isOver() else { return false }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return true
    }
    guard found else { throw WaitError(description: "waited in vain for \(what())") }
}

/// Does something that takes long, or must not wait for the tasks of other tests, on a thread of its own.
public func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: body()) }.start()
    }
}

/// Waits until there is a value.
@discardableResult
public func eventualValue<Value>(
    _ what: @autoclosure () -> String, seconds: Double = 30, isolation: isolated (any Actor)? = #isolation,
    _ find: () async throws -> Value?
) async throws -> Value {
    var patience = Patience(seconds: seconds)
    var pause = 1
    while true {
        if let value = try await find() { return value }
        guard !patience.isOver() else { throw WaitError(description: "waited in vain for \(what())") }
        try await Task.sleep(for: .milliseconds(pause))
        pause = min(pause * 2, 20)
    }
}

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that waits for something that never comes, where nothing can be asked again and again.
    public static var endsSomeTime: Self { .timeLimit(.minutes(10)) }
}
