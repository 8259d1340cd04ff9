import Foundation
import Synchronization
import Testing
import TestSupport

@testable import Terminal

@Suite(.endsSomeTime) struct TerminalOwnerTests {
    /// Writes down what it gets; leaves on `q`.
    private final class Diary: TerminalProgram {
        let entries: Mutex<[TerminalInput]>
        let backend: MemoryBackend?
        var wantsDrawing = true
        var secondsToNextTick: Double?
        let onReceive: @Sendable ([TerminalInput]) -> Void

        init(
            backend: any TerminalBackend, tick: Double? = nil, onReceive: @escaping @Sendable ([TerminalInput]) -> Void
        ) {
            entries = Mutex([])
            self.backend = backend as? MemoryBackend
            secondsToNextTick = tick
            self.onReceive = onReceive
        }

        func receive(_ input: [TerminalInput]) -> [TerminalRequest] {
            entries.withLock { $0 += input }
            onReceive(input)
            return input.compactMap {
                switch $0 {
                case .key(.character("q")): .leave
                case .key(.control("z")): .suspend
                default: nil
                }
            }
        }

        func draw(on canvas: inout Canvas) -> Point? {
            wantsDrawing = false
            canvas.put("drawn", row: 0, column: 0)
            return Point(row: 0, column: 2)
        }

        var background: Style { .plain }
    }

    private static func backend(_ keys: [KeyPress]) -> @Sendable (CapturedOutput, Int32) -> any TerminalBackend {
        { _, _ in MemoryBackend(size: Size(width: 20, height: 5), keys: keys) }
    }

    @Test func keysComeInOrderAfterTheSize() async throws {
        let seen = Mutex<[TerminalInput]>([])
        let owner = try TerminalOwner()
        let exit = try await owner.run(
            makeBackend: Self.backend([.up, .control("z"), .character("q")]),
            makeProgram: { backend in Diary(backend: backend) { input in seen.withLock { $0 += input } } },
            onTerminate: { Issue.record("nobody asked to terminate") })
        #expect(exit == .left)
        #expect(seen.withLock { $0 }.prefix(2) == [.size(Size(width: 20, height: 5)), .key(.up)])
    }

    @Test func aWakeFromAnyThreadArrives() async throws {
        let owner = try TerminalOwner()
        let wakes = Mutex(0)
        let task = Task {
            defer {
                var byte = UInt8(SIGTERM)
                _ = write(owner.wakeDescriptor, &byte, 1)
            }
            try await eventually("a wake") {
                owner.wake()
                return wakes.withLock { $0 > 0 }
            }
        }
        let terminated = Mutex(false)
        let exit = try await owner.run(
            makeBackend: Self.backend([]),
            makeProgram: { backend in
                Diary(backend: backend) { if $0.contains(.woken) { wakes.withLock { $0 += 1 } } }
            },
            onTerminate: { terminated.withLock { $0 = true } })
        try await task.value
        #expect(exit == .signal(SIGTERM))
        #expect(wakes.withLock { $0 } > 0)
        #expect(terminated.withLock { $0 })
    }

    @Test func ticksComeOnlyWhenAskedFor() async throws {
        let owner = try TerminalOwner()
        let ticks = Mutex(0.0)
        let exit = try await owner.run(
            makeBackend: Self.backend([]),
            makeProgram: { backend in
                Diary(backend: backend, tick: 0.01) { [owner] input in
                    for case .tick(let seconds) in input { ticks.withLock { $0 += seconds } }
                    var byte = UInt8(SIGHUP)
                    if ticks.withLock({ $0 }) > 0.05 { _ = write(owner.wakeDescriptor, &byte, 1) }
                }
            }, onTerminate: {})
        #expect(exit == .signal(SIGHUP))
        #expect(ticks.withLock { $0 } > 0.05)
    }

    @Test func linesArePartedWhereTheyEnd() throws {
        let captured = try CapturedOutput()
        func print(_ text: String) { _ = write(captured.writeEnd, text, text.utf8.count) }
        #expect(captured.lines() == [])
        print("one\ntwo\nthr")
        #expect(captured.lines() == ["one", "two"])
        print("ee\n\n")
        #expect(captured.lines() == ["three", ""])
    }
}
