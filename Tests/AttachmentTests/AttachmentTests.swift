import Configuration
import Foundation
import Messages
import Synchronization
import Testing
import TestSupport

@testable import Attachment

@Suite("Attached viewers", .endsSomeTime)
struct AttachmentTests {
    /// A trainer without an engine: answers commands, publishes what it is told to.
    private final class Trainer: Sendable {
        let bus = MessageBus()
        let path: String
        let server: AttachmentServer
        let commands = Mutex<[TuningCommand]>([])
        private let folder: URL

        init(path: String? = nil, past: AttachedPast? = nil, writeLimit: Int = 60) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-att-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            self.path = path ?? AttachmentSockets(folder: folder).path(of: getpid())
            let bus = bus
            server = try AttachmentServer(
                path: self.path, bus: bus,
                patience: .init(greeting: Double(writeLimit), later: Double(writeLimit))
            ) { onAvailable in
                (await bus.subscribe(onAvailable: onAvailable), past)
            }
            Task {
                while let envelope = await bus.nextCommand() {
                    let count = self.commands.withLock { commands in
                        commands.append(envelope.command)
                        return commands.count
                    }
                    envelope.answer(.tookEffect(run: "r", optimizerStep: count))
                }
            }
        }

        var sockets: AttachmentSockets { AttachmentSockets(folder: folder) }

        func end() async {
            await server.end()
            await bus.close()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private static func point(_ step: Int, _ value: Double = 1) -> EngineReport {
        .metrics(run: "r", [MetricPoint(series: .totalLoss, optimizerStep: step, value: value)])
    }

    private static func edit(_ number: Int) -> AppliedEdit {
        AppliedEdit(
            number: number, run: "r", optimizerStep: number,
            differences: [KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(4))], origin: .user,
            checkpoint: nil)
    }

    private static let state = RunState(
        run: "r", name: "r", phase: .running, optimizerStep: 7, totalSteps: 9, epoch: 1, epochs: 3,
        configuration: RunConfiguration())

    private static var past: AttachedPast {
        let summary = RunSummary(
            id: "r", name: "r", phase: .running, isInterrupted: false, created: 0, epoch: 1, epochs: 3,
            optimizerStep: 7, validationAccuracy: nil, testAccuracy: nil, lastLoss: nil, editCount: 1, tags: [],
            note: "", parent: nil, dataSet: "digits", seed: 1)
        return AttachedPast(
            state: state,
            detail: RunDetail(
                summary: summary, configuration: RunConfiguration(), edits: [edit(1)], checkpoints: [], notes: [],
                failure: nil,
                metrics: [
                    MetricPoint(series: .totalLoss, optimizerStep: 6, value: .nan),
                    MetricPoint(series: .totalLoss, optimizerStep: 7, value: 2),
                ]))
    }

    /// Gathers until it is as hoped.
    private func gather(
        _ subscription: ReportSubscription, until isEnough: (ReportSubscription.Batch) -> Bool
    ) async throws -> ReportSubscription.Batch {
        var all = ReportSubscription.Batch()
        try await eventually("more than \(all.lossless.count) reports") {
            let batch = subscription.take()
            all.lossless += batch.lossless
            for (series, points) in batch.metrics { all.metrics[series, default: []] += points }
            all.queue = batch.queue ?? all.queue
            return isEnough(all)
        }
        return all
    }

    @Test("hear what is published and are heard, each for itself")
    func bothWays() async throws {
        let trainer = try Trainer()
        var clients: [AttachmentClient] = []
        for _ in 0..<3 { clients.append(try await AttachmentClient.attach(path: trainer.path, timeout: 600)) }
        for (index, client) in clients.enumerated() {
            #expect(client.past == nil && client.process == getpid())
            let subscription = await client.bus.subscribe {}
            #expect(await client.bus.send(.note("\(index)")) == .tookEffect(run: "r", optimizerStep: index + 1))
            await trainer.bus.publish([.edit(Self.edit(index)), Self.point(index), .queue([])])
            let batch = try await gather(subscription) {
                $0.lossless.contains(.edit(Self.edit(index))) && $0.queue != nil
            }
            #expect(batch.metrics[.totalLoss]?.contains { $0.optimizerStep == index } == true)
        }
        #expect(trainer.commands.withLock { $0 } == (0..<3).map { .note("\($0)") })
        #expect(trainer.server.viewerCount == 3)
        await trainer.end()
        for client in clients {
            #expect(await client.end() == .goodbye)
            #expect(await client.bus.send(.pause) == .refused("the training process has ended"))
        }
        #expect(access(trainer.path, F_OK) != 0)
    }

    @Test("get the past first, and nothing of it twice")
    func past() async throws {
        let trainer = try Trainer(past: Self.past)
        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        #expect(client.past?.state == Self.state)
        #expect(client.past?.detail.edits == [Self.edit(1)])
        #expect(client.past?.detail.metrics[0].value.isNaN == true)
        let subscription = await client.bus.subscribe {}
        await trainer.bus.publish([.edit(Self.edit(1)), Self.point(7), .edit(Self.edit(2)), Self.point(8, .infinity)])
        let batch = try await gather(subscription) { $0.lossless.contains(.edit(Self.edit(2))) }
        #expect(!batch.lossless.contains(.edit(Self.edit(1))))
        #expect(batch.metrics[.totalLoss]?.map(\.optimizerStep) == [8])
        #expect(batch.metrics[.totalLoss]?.first?.value == .infinity)
        await trainer.end()
    }

    @Test("are told everything before the goodbye")
    func goodbye() async throws {
        let trainer = try Trainer()
        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        let subscription = await client.bus.subscribe {}
        for number in 1...200 { await trainer.bus.publish(.edit(Self.edit(number))) }
        await trainer.end()
        #expect(await client.end() == .goodbye)
        let edits = subscription.take().lossless.compactMap {
            if case .edit(let edit) = $0 { edit.number } else { nil }
        }
        #expect(edits == Array(1...200))
    }

    /// The number of a socket that is closed is soon another's: nobody may take or cut off what comes there.
    @Test("of one process are not taken by the server of another that has ended")
    func manyServers() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    for _ in 0..<20 {
                        let trainer = try Trainer()
                        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
                        await trainer.end()
                        #expect(await client.end() == .goodbye)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// With the longer limit whoever waited for the deaf one would wait for minutes.
    @Test("that take nothing slow nobody, and are let go", arguments: [1, 3600])
    func stuck(writeLimit: Int) async throws {
        let trainer = try Trainer(writeLimit: writeLimit)
        let deaf = try UnixSocket.connect(to: trainer.path)
        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        let subscription = await client.bus.subscribe {}
        let line = EngineReport.log(LogLine(level: .info, text: String(repeating: "x", count: 4000)))
        // Far more than a socket holds.
        for step in 0..<2000 { await trainer.bus.publish([line, Self.point(step)]) }
        _ = try await gather(subscription) { $0.metrics[.totalLoss]?.last?.optimizerStep == 1999 }
        if writeLimit == 1 { try await eventually("the deaf one let go") { trainer.server.viewerCount == 1 } }
        deaf.end()
        await trainer.end()
        #expect(await client.end() == .goodbye)
    }

    @Test("that leave, die or talk nonsense harm nobody")
    func leaving() async throws {
        let trainer = try Trainer()
        for _ in 0..<5 {
            let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
            await client.detach()
            #expect(await client.end() == .lost)
        }
        let rude = try UnixSocket.connect(to: trainer.path)
        #expect(rude.write(Data("GET / HTTP/1.1\r\n\r\n".utf8)))
        let abrupt = try UnixSocket.connect(to: trainer.path)
        #expect(abrupt.write(Data([0, 0, 1])))
        abrupt.end()
        let garbled = try UnixSocket.connect(to: trainer.path)
        #expect(garbled.write(Data([0, 0, 0, 2]) + Data("[]".utf8)))
        try await eventually("all let go") { trainer.server.viewerCount == 0 }
        rude.end()
        garbled.end()
        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        #expect(await client.bus.send(.pause) == .tookEffect(run: "r", optimizerStep: 1))
        await trainer.end()
    }

    @Test("many commands at once are all answered, each with its own answer")
    func manyCommands() async throws {
        let trainer = try Trainer()
        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        let answers = await withTaskGroup(of: CommandAnswer.self) { group in
            for number in 0..<300 { group.addTask { await client.bus.send(.note("\(number)")) } }
            return await group.reduce(into: Set<CommandAnswer>()) { $0.insert($1) }
        }
        #expect(answers == Set((1...300).map { .tookEffect(run: "r", optimizerStep: $0) }))
        await trainer.end()
    }

    @Test("find sockets that are their owner's alone; stale ones are recognized and removed")
    func sockets() async throws {
        let trainer = try Trainer()
        var status = stat()
        #expect(stat(trainer.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let stale = trainer.sockets.path(of: 999_999)
        let dead = try UnixSocket.listen(at: stale)
        dead.end()
        do {
            _ = try await AttachmentClient.attach(path: stale)
            Issue.record("somebody listens")
        } catch {
            #expect(error == .nobodyListens(path: stale))
        }
        #expect(trainer.sockets.listening() == [getpid()])
        #expect(access(stale, F_OK) != 0)
        await trainer.end()
        await #expect(throws: AttachmentError.nobodyListens(path: stale)) {
            _ = try await AttachmentClient.attach(path: stale)
        }
    }

    @Test("find a socket whose path is longer than the system's addresses are")
    func longPath() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(String(repeating: "long-", count: 30) + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let trainer = try Trainer(path: AttachmentSockets(folder: folder).path(of: 1))
        let client = try await AttachmentClient.attach(path: trainer.path, timeout: 600)
        #expect(await client.bus.send(.pause) == .tookEffect(run: "r", optimizerStep: 1))
        await trainer.end()
        try FileManager.default.removeItem(at: folder)
    }
}
