import Configuration
import Foundation
import Messages
import Synchronization
import Testing
import TestSupport

@testable import Attachment

@Suite("A viewer that attaches again", .endsSomeTime)
struct RelayTests {
    private static let state = RunState(
        run: "r", name: "r", phase: .running, optimizerStep: 7, totalSteps: 9, epoch: 1, epochs: 3,
        configuration: RunConfiguration())

    private static func edit(_ number: Int) -> AppliedEdit {
        AppliedEdit(
            number: number, run: "r", optimizerStep: number,
            differences: [KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(4))], origin: .user,
            checkpoint: nil)
    }

    private static func past(edits: Int, lastStep: Int) -> AttachedPast {
        AttachedPast(
            state: state,
            detail: RunDetail(
                summary: RunSummary(
                    id: "r", name: "r", phase: .running, isInterrupted: false, created: 0, epoch: 1, epochs: 3,
                    optimizerStep: lastStep, validationAccuracy: nil, testAccuracy: nil, lastLoss: nil,
                    editCount: edits, tags: [], note: "", parent: nil, dataSet: "digits", seed: 1),
                configuration: RunConfiguration(), edits: (0..<edits).map { edit($0 + 1) }, checkpoints: [],
                notes: [], failure: nil,
                metrics: (1...lastStep).map { MetricPoint(series: .totalLoss, optimizerStep: $0, value: 1) }))
    }

    /// Carries bytes between a viewer and a server until it is cut.
    private final class Wire: Sendable {
        let path: String
        private let listener: UnixSocket
        private let sockets = Mutex<[UnixSocket]>([])

        init(to server: String, at path: String) throws {
            self.path = path
            listener = try UnixSocket.listen(at: path)
            Thread { [self] in
                while case .came(let viewer) = listener.accept() {
                    guard let trainer = try? UnixSocket.connect(to: server) else { return viewer.end() }
                    sockets.withLock { $0 += [viewer, trainer] }
                    for (from, to) in [(viewer, trainer), (trainer, viewer)] {
                        Thread {
                            var bytes = [UInt8](repeating: 0, count: 1 << 16)
                            while true {
                                let count = recv(from.descriptor, &bytes, bytes.count, 0)
                                guard count > 0, to.write(Data(bytes[..<count])) else { break }
                            }
                            to.hangUp()
                        }.start()
                    }
                }
            }.start()
        }

        func cut() { for socket in sockets.withLock({ $0 }) { socket.hangUp() } }
        func end() {
            cut()
            listener.hangUp()
        }
    }

    @Test func whatWasMissedIsToldOnceAndCommandsGoOn() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-relay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = AttachmentSockets(folder: folder).path(of: getpid())
        let trainerBus = MessageBus()
        await trainerBus.publish(.state(Self.state))
        let now = Mutex(Self.past(edits: 0, lastStep: 4))
        let server = try AttachmentServer(path: path, bus: trainerBus) { onAvailable in
            (await trainerBus.subscribe(onAvailable: onAvailable), now.withLock { $0 })
        }
        let answering = Task {
            while let envelope = await trainerBus.nextCommand() {
                envelope.answer(.tookEffect(run: "r", optimizerStep: 3))
            }
        }
        let wire = try Wire(to: path, at: folder.appendingPathComponent("wire.sock").path)
        let relay = try await AttachmentRelay(path: wire.path, timeout: 600)
        let screen = await relay.bus.subscribe {}
        let ending = Task { await relay.end() }
        #expect(await relay.bus.send(.pause) == .tookEffect(run: "r", optimizerStep: 3))
        await trainerBus.publish([
            .edit(Self.edit(1)), .metrics(run: "r", [.init(series: .totalLoss, optimizerStep: 5, value: 1)]),
        ])
        let first = try await Self.reports(of: screen) { $0.contains(.edit(Self.edit(1))) }
        #expect(!first.contains(.edit(Self.edit(2))))

        // The connection is cut; meanwhile the run has gone on.
        now.withLock { $0 = Self.past(edits: 2, lastStep: 8) }
        wire.cut()
        let second = try await Self.reports(of: screen) { $0.contains(.edit(Self.edit(2))) }
        #expect(!second.contains(.edit(Self.edit(1))))
        let steps = second.flatMap { report -> [Int] in
            if case .metrics(_, let points) = report { points.map(\.optimizerStep) } else { [] }
        }
        #expect(steps == [6, 7, 8])
        #expect(await relay.bus.send(.proceed) == .tookEffect(run: "r", optimizerStep: 3))

        // An end is an end.
        await server.end()
        #expect(await ending.value == .goodbye)
        await relay.detach()
        await trainerBus.close()
        await answering.value
        wire.end()
    }

    private static func reports(
        of subscription: ReportSubscription, until holds: ([EngineReport]) -> Bool
    ) async throws -> [EngineReport] {
        var all: [EngineReport] = []
        try await eventually("more than \(all.count) reports") {
            all += subscription.take().reports
            return holds(all)
        }
        return all
    }
}
