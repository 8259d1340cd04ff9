import Foundation
import Messages
import Synchronization
import Testing
import TestSupport

@testable import Attachment

@Suite("Commands of viewers")
struct CommandOrderTests {
    @Test("are heard in the order in which each sent them, over the socket too", .endsSomeTime)
    func order() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-ord-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = AttachmentSockets(folder: folder).path(of: getpid())
        let bus = MessageBus(capacity: 8)
        let server = try AttachmentServer(path: path, bus: bus) { onAvailable in
            (await bus.subscribe(onAvailable: onAvailable), nil)
        }
        let heard = Mutex<[String: [Int]]>([:])
        let engine = Task {
            while let envelope = await bus.nextCommand() {
                if case .note(let text) = envelope.command {
                    let words = text.split(separator: " ").map(String.init)
                    heard.withLock { $0[words[0], default: []].append(Int(words[1]) ?? -1) }
                }
                envelope.answer(.tookEffect(run: "r", optimizerStep: 0))
            }
        }
        let count = 1000
        var clients: [AttachmentClient] = []
        var lanes: [(sender: String, lane: CommandLane)] = []
        for sender in ["a", "b"] {
            clients.append(try await AttachmentClient.attach(path: path, timeout: 600))
            lanes.append((sender, CommandLane(to: clients[clients.count - 1].bus)))
        }
        let answered = Mutex(0)
        // As many at once as a socket holds: writers that wait for room would hold up the engine, which is in this process.
        for first in stride(from: 0, to: count, by: 50) {
            for number in first..<first + 50 {
                for (sender, lane) in lanes {
                    lane.send(.note("\(sender) \(number)")) { answer in
                        if case .tookEffect = answer { answered.withLock { $0 += 1 } }
                    }
                }
            }
            try await eventually("all answers", seconds: 120) { answered.withLock { $0 } == 2 * (first + 50) }
        }
        #expect(heard.withLock { $0 } == ["a": Array(0..<count), "b": Array(0..<count)])
        for client in clients { await client.detach() }
        await server.end()
        await bus.close()
        await engine.value
    }
}
