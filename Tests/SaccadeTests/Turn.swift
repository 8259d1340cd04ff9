import Synchronization

/// The right to have programs at work, given back when the test lets go of it. All at once they would take so long that
/// what each of them trains meanwhile without an end takes the machine from the others.
final class Turn: Sendable {
    static let limit = 8

    private struct Waiting {
        var free = Turn.limit
        var tests: [CheckedContinuation<Void, Never>] = []
    }
    private static let waiting = Mutex(Waiting())

    private init() {}

    static func next() async -> Turn {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                if waiting.free == 0 {
                    waiting.tests.append(continuation)
                    return false
                }
                waiting.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        return Turn()
    }

    deinit {
        let next = Self.waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            if waiting.tests.isEmpty {
                waiting.free += 1
                return nil
            }
            return waiting.tests.removeFirst()
        }
        next?.resume()
    }
}
