import Foundation
import Messages
import Synchronization
import Testing
import TestSupport

@testable import Attachment

/// Too many, too slow, or too silent.
@Suite("Viewers and trainers that try the other's patience")
struct PatienceTests {
    /// Answers commands with their number.
    private final class Trainer: Sendable {
        let bus = MessageBus()
        let server: AttachmentServer
        let path: String
        private let folder: URL

        init(viewerLimit: Int = 64, patience: AttachmentServer.Patience = .init()) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-pat-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = AttachmentSockets(folder: folder).path(of: getpid())
            let bus = bus
            server = try AttachmentServer(
                path: path, bus: bus, viewerLimit: viewerLimit, patience: patience
            ) { onAvailable in
                (await bus.subscribe(onAvailable: onAvailable), nil)
            }
            Task {
                var count = 0
                while let envelope = await bus.nextCommand() {
                    count += 1
                    envelope.answer(.tookEffect(run: "r", optimizerStep: count))
                }
            }
        }

        func end() async {
            await server.end()
            await bus.close()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    @Test("more than there is room for are turned away with a message, and harm nobody")
    func crowd() async throws {
        let trainer = try Trainer(viewerLimit: 3)
        var clients: [AttachmentClient] = []
        for _ in 0..<2 { clients.append(try await AttachmentClient.attach(path: trainer.path, timeout: 600)) }
        var idle: [UnixSocket] = []
        for _ in 0..<100 { idle.append(try UnixSocket.connect(to: trainer.path)) }
        do {
            clients.append(try await AttachmentClient.attach(path: trainer.path, timeout: 600))
            Issue.record("there was room for a fourth")
        } catch .refused(let path, let reason) {
            #expect(path == trainer.path && reason.contains("3 viewers are attached to process \(getpid())"))
        }
        #expect(trainer.server.viewerCount == 3)
        #expect(await clients[0].bus.send(.pause) == .tookEffect(run: "r", optimizerStep: 1))
        for socket in idle { socket.end() }
        try await eventually("the idle one has gone") { trainer.server.viewerCount == 2 }
        let late = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        #expect(await late.bus.send(.proceed) == .tookEffect(run: "r", optimizerStep: 2))
        await trainer.end()
    }

    @Test("take up an eighth of the descriptors, and never more than their number")
    func room() {
        #expect((1...DescriptorRoom.usualViewers).contains(DescriptorRoom.viewers()))
        var limit = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #expect(limit.rlim_cur >= min(1024, limit.rlim_max))
    }

    @Test("that do not take their greeting are let go soon, those that have taken it are not")
    func idle() async throws {
        // On a machine that is busy it may have gone before anybody has looked: then with more patience.
        for patience in [0.3, 1, 3, 10, 30] {
            let trainer = try Trainer(patience: .init(greeting: patience, later: 60))
            let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
            let idle = try UnixSocket.connect(to: trainer.path)
            let begin = ContinuousClock.now
            while trainer.server.viewerCount < 2, ContinuousClock.now - begin < .seconds(patience) {
                try await Task.sleep(for: .milliseconds(1))
            }
            let wasSeen = trainer.server.viewerCount == 2
            if wasSeen {
                try await eventually("it has gone") { trainer.server.viewerCount == 1 }
                #expect(await client.bus.send(.pause) == .tookEffect(run: "r", optimizerStep: 1))
            }
            idle.end()
            await trainer.end()
            if wasSeen { return }
        }
        Issue.record("no patience was long enough")
    }

    /// What came of taking something now and then.
    private struct Takes: Sendable {
        var all = true
        /// Between two takes, in seconds.
        var longestPause: Double = 0
        var last = ContinuousClock.now

        func secondsSinceLast() -> Double {
            let duration: Duration = ContinuousClock.now - last
            return duration / Duration.seconds(1)
        }
    }

    /// Takes something now and then for longer than the trainer's patience.
    private static func takeSlowly(from socket: UnixSocket, patience: Double) -> Takes {
        var takes = Takes()
        for _ in 0..<16 {
            guard case .bytes = socket.read(40_000) else {
                takes.all = false
                return takes
            }
            takes.longestPause = max(takes.longestPause, takes.secondsSinceLast())
            takes.last = ContinuousClock.now
            Thread.sleep(forTimeInterval: patience / 12)
        }
        return takes
    }

    /// Once, not twice, after the last byte that was taken: part of a message may have been taken before the rest waits.
    @Test("are borne for as long as is said, and longer while they take something", .endsSomeTime)
    func patience() async throws {
        // On a machine that lets it take nothing for so long that it would be let go rightly: with more patience.
        for seconds in [3.0, 12, 48, 192] {
            let outcome = try await bear(seconds: seconds)
            guard outcome.longestPause < seconds / 2 else { continue }
            #expect(outcome.all && outcome.wasThere)
            #expect(outcome.gone > seconds / 2)
            return
        }
        Issue.record("this test was let do nothing for a minute and a half")
    }

    private func bear(seconds: Double) async throws -> (longestPause: Double, all: Bool, wasThere: Bool, gone: Double) {
        let trainer = try Trainer(patience: .init(greeting: 600, later: seconds))
        let slow = try UnixSocket.connect(to: trainer.path)
        guard case .message(.hello) = try Frame.read(MessageToViewer.self, from: slow),
            case .message(.past) = try Frame.read(MessageToViewer.self, from: slow)
        else { throw WaitError(description: "no greeting came") }
        await trainer.bus.publish(.log(LogLine(level: .info, text: String(repeating: "x", count: 1 << 20))))
        let takes = await onThread { Self.takeSlowly(from: slow, patience: seconds) }
        let wasThere = trainer.server.viewerCount == 1
        let pause = max(takes.longestPause, takes.secondsSinceLast())
        try await eventually("it has gone", seconds: 600) { trainer.server.viewerCount == 0 }
        let gone = takes.secondsSinceLast()
        slow.end()
        await trainer.end()
        return (pause, takes.all, wasThere, gone)
    }

    @Test("wait for a trainer that says nothing no longer than they were told, and say what for")
    func silence() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-mute-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

        // Nobody takes who comes.
        let mute = try UnixSocket.listen(at: path("mute"))
        await #expect(throws: AttachmentError.silent(.hello, process: getpid(), seconds: 2)) {
            _ = try await AttachmentClient.attach(path: path("mute"), timeout: 2)
        }
        // More than the system lets wait.
        var waiting: [UnixSocket] = []
        let full = AttachmentError.silent(.connection(path: path("mute")), process: nil, seconds: 2)
        let error = #expect(throws: AttachmentError.self) {
            for _ in 0..<10_000 { waiting.append(try UnixSocket.connect(to: path("mute"), seconds: 2)) }
        }
        #expect(error == full && full.description.contains("not accepted the connection within 2 s"))
        for socket in waiting { socket.end() }
        mute.end()

        // The engine is in a step that has no end.
        let bus = MessageBus()
        let busy = try AttachmentServer(path: path("busy"), bus: bus) { onAvailable in
            try? await Task.sleep(for: .seconds(3600))
            return (await bus.subscribe(onAvailable: onAvailable), nil)
        }
        await #expect(throws: AttachmentError.silent(.past, process: getpid(), seconds: 2)) {
            _ = try await AttachmentClient.attach(path: path("busy"), timeout: 2)
        }
        await busy.end(seconds: 0)

        // It hears no commands.
        let deaf = try AttachmentServer(path: path("deaf"), bus: bus) { onAvailable in
            (await bus.subscribe(onAvailable: onAvailable), nil)
        }
        let (client, seconds) = try await Self.attach(path: path("deaf"))
        if case .refused(let reason) = await client.bus.send(.pause) {
            #expect(reason.contains("has not answered within \(seconds) s") && reason.contains("--timeout"))
        } else {
            Issue.record("it was answered")
        }
        await bus.close()
        await deaf.end()
    }

    /// With the shortest timeout that the greeting keeps, which may be long on a busy machine.
    private static func attach(path: String) async throws -> (client: AttachmentClient, seconds: Int) {
        for seconds in [2, 8, 32, 128] {
            if let client = try? await AttachmentClient.attach(path: path, timeout: Double(seconds)) {
                return (client, seconds)
            }
        }
        return (try await AttachmentClient.attach(path: path, timeout: 600), 600)
    }

    @Test("are told that a trainer is stopped, and how it goes on")
    func stopped() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["600"]
        try process.run()
        let identifier = process.processIdentifier
        defer {
            kill(identifier, SIGKILL)
            process.waitUntilExit()
        }
        func text() -> String {
            AttachmentError.silent(.answer, process: identifier, seconds: 30).description
        }
        #expect(text().hasPrefix("process \(identifier) has not answered within 30 s: it is suspended, or busy"))
        kill(identifier, SIGSTOP)
        try await eventually("it is stopped") { ProcessState.isStopped(identifier) }
        #expect(
            text()
                == "process \(identifier) has not answered within 30 s: it is suspended; `kill -CONT \(identifier)` "
                + "continues it; the request may still take effect")
    }
}
