import Foundation
import Testing

/// Waits until it is so.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<20_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("in vain: \(what)")
}
