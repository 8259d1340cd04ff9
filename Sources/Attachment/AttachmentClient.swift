import Foundation
import Messages
import Synchronization

/// A bus that leads to the engine of another process: what is published there comes here, and commands that are sent here
/// are carried out there.
public final class AttachmentClient: Sendable {
    /// For screens and printers, as if the engine were here.
    public let bus: MessageBus
    /// What the run did before; `nil` if none had begun.
    public let past: AttachedPast?
    /// The process that trains.
    public let process: Int32
    private let socket: UnixSocket
    private let waiting = Mutex<(next: Int, envelopes: [Int: MessageBus.Envelope], hasEnded: Bool)>((1, [:], false))
    private let ended: AsyncStream<End>
    private let unknown = Mutex<Set<String>>([])
    /// Seconds for which hello, past and each answer are waited for.
    private let timeout: Double
    /// As a person waits; a step of a large network takes some seconds.
    public static let usualTimeout = 30.0

    /// Why nothing comes any more.
    public enum End: Sendable, Hashable {
        /// It ended as it should.
        case goodbye
        /// It has died, or this viewer did not read for too long.
        case lost
        case garbled(String)
    }

    /// Attaches, and hears what happened before. Reading is done on a thread of its own: whoever waits for the other side
    /// holds up nobody else.
    ///
    /// - Parameter timeout: seconds for which connection, hello, past and each answer are waited for.
    /// - Throws: `AttachmentError`: `nobodyListens` for a stale socket, `silent` for a process that says nothing.
    public static func attach(
        path: String, timeout: Double = usualTimeout
    ) async throws(AttachmentError) -> AttachmentClient {
        let client = try await attach(path: path, bus: MessageBus(), timeout: timeout) { [.state($0.state)] }
        Task { while let envelope = await client.bus.nextCommand() { client.carry(envelope) } }
        return client
    }

    /// The same on a bus that there is already, whose commands somebody else hands over.
    ///
    /// - Parameter opening: what is published first, of the past.
    static func attach(
        path: String, bus: MessageBus, timeout: Double = usualTimeout,
        opening: @escaping @Sendable (AttachedPast) -> [EngineReport]
    ) async throws(AttachmentError) -> AttachmentClient {
        let (ends, end) = AsyncStream<End>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let (messages, inbox) = AsyncStream<MessageToViewer>.makeStream()
        let greeting: Result<Greeting, AttachmentError> = await withCheckedContinuation { continuation in
            let thread = Thread {
                let greeting: Greeting
                do throws(AttachmentError) {
                    greeting = try greet(path, timeout)
                } catch {
                    return continuation.resume(returning: .failure(error))
                }
                continuation.resume(returning: .success(greeting))
                let last = read(greeting.socket, into: inbox)
                inbox.finish()
                end.yield(last)
                end.finish()
            }
            thread.name = "saccade-attached"
            thread.start()
        }
        return AttachmentClient(try greeting.get(), bus, messages, ends, timeout, opening)
    }

    private struct Greeting: Sendable {
        var socket: UnixSocket
        var process: Int32
        var past: AttachedPast?
    }

    private static func greet(_ path: String, _ timeout: Double) throws(AttachmentError) -> Greeting {
        let socket = try UnixSocket.connect(to: path, seconds: timeout)
        do throws(AttachmentError) {
            socket.limitReads(seconds: timeout)
            func next(_ awaited: AttachmentError.Awaited) throws(AttachmentError) -> MessageToViewer {
                switch try Frame.read(MessageToViewer.self, from: socket) {
                case .message(.refused(let reason)): throw .refused(path: path, reason: reason)
                case .message(let message): return message
                case .ended: throw .nobodyListens(path: path)
                case .silent: throw .silent(awaited, process: socket.peer?.process, seconds: timeout)
                }
            }
            guard case .hello(let version, let process) = try next(.hello) else { throw .nobodyListens(path: path) }
            guard Frame.understood.contains(version) else { throw .otherVersion(found: version, known: Frame.version) }
            guard case .past(let past) = try next(.past) else { throw .nobodyListens(path: path) }
            socket.limitReads(seconds: 0)
            return Greeting(socket: socket, process: process, past: past)
        } catch {
            socket.end()
            throw error
        }
    }

    private static func read(_ socket: UnixSocket, into inbox: AsyncStream<MessageToViewer>.Continuation) -> End {
        do throws(AttachmentError) {
            while case .message(let message) = try Frame.read(MessageToViewer.self, from: socket) {
                if case .goodbye = message { return .goodbye }
                inbox.yield(message)
            }
            return .lost
        } catch {
            return .garbled(error.description)
        }
    }

    private init(
        _ greeting: Greeting, _ bus: MessageBus, _ messages: AsyncStream<MessageToViewer>, _ ends: AsyncStream<End>,
        _ timeout: Double, _ opening: @escaping @Sendable (AttachedPast) -> [EngineReport]
    ) {
        (socket, process, past, self.bus) = (greeting.socket, greeting.process, greeting.past, bus)
        (ended, self.timeout) = (ends, timeout)
        let first = greeting.past.map(opening) ?? []
        Task { await self.publish(first, messages) }
    }

    // Nobody reads or writes any more: reader and senders keep the client until the other side has gone.
    deinit { socket.end() }

    /// Waits until nothing comes any more, and all that has come is published.
    public func end() async -> End {
        var end = End.lost
        for await value in ended { end = value }
        while !waiting.withLock(\.hasEnded) { try? await Task.sleep(for: .milliseconds(2)) }
        return end
    }

    /// Leaves; the run goes on.
    public func detach() async {
        socket.hangUp()
        await bus.close()
    }

    /// Each thing that is not understood is told once.
    private func notes(on list: ReportList) -> [EngineReport] {
        let new = unknown.withLock { known in list.unknown.filter { known.insert($0).inserted } }
        return new.map { name in
            let text = "unknown report '\(name)' from the engine ignored: it comes from another version of saccade"
            return .log(LogLine(level: .warning, text: text))
        }
    }

    private func publish(_ first: [EngineReport], _ messages: AsyncStream<MessageToViewer>) async {
        if !first.isEmpty { await bus.publish(first) }
        for await message in messages {
            switch message {
            case .reports(let list): await bus.publish(list.reports + notes(on: list))
            case .answer(let number, let answer):
                waiting.withLock { $0.envelopes.removeValue(forKey: number) }?.answer(answer)
            case .hello, .refused, .past, .goodbye: break
            }
        }
        let left = waiting.withLock { waiting in
            waiting.hasEnded = true
            defer { waiting.envelopes = [:] }
            return waiting.envelopes.values
        }
        for envelope in left { envelope.answer(Self.gone) }
    }

    /// Sends a command to the other side; its answer is the envelope's, or that none came in time.
    func carry(_ envelope: MessageBus.Envelope) {
        let number: Int? = waiting.withLock { waiting in
            guard !waiting.hasEnded else { return nil }
            defer { waiting.next += 1 }
            waiting.envelopes[waiting.next] = envelope
            return waiting.next
        }
        guard let number else { return envelope.answer(Self.gone) }
        // A pipe that is full means that the other side is busy: it takes what it is sent within a step.
        if !Frame.write(MessageToTrainer.command(number: number, envelope.command), to: socket) {
            waiting.withLock { $0.envelopes.removeValue(forKey: number) }?.answer(Self.gone)
            return
        }
        Task { [weak self, timeout] in
            try? await Task.sleep(for: .seconds(timeout))
            self?.stopWaiting(for: number)
        }
    }

    private func stopWaiting(for number: Int) {
        guard let envelope = waiting.withLock({ $0.envelopes.removeValue(forKey: number) }) else { return }
        envelope.answer(
            .refused(AttachmentError.silent(.answer, process: process, seconds: timeout).description))
    }

    private static let gone = CommandAnswer.refused("the training process has ended")
}
