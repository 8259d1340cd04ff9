import Configuration
import Messages
import Synchronization
import Testing
import TestSupport

/// Whoever sends without waiting for answers is heard in the order in which he sent.
@Suite struct CommandLaneTests {
    /// Of all kinds that a person sends by keys, each told from the others.
    private static func command(_ number: Int, of sender: String) -> TuningCommand {
        switch number % 3 {
        case 0: .note("\(sender) \(number)")
        case 1: .start(configuration: RunConfiguration(), name: "\(sender) \(number)")
        default: .reproduce(run: sender, name: "\(sender) \(number)")
        }
    }

    private static func label(_ command: TuningCommand) -> String {
        switch command {
        case .note(let text): text
        case .start(_, let name?, _), .reproduce(_, let name?): name
        default: "another"
        }
    }

    @Test(arguments: [1, 64])
    func twoSendersAreEachHeardInOrder(capacity: Int) async {
        let bus = MessageBus(capacity: capacity)
        let answers = Mutex<[String: Set<Int>]>([:])
        let (done, allAnswered) = AsyncStream<Void>.makeStream()
        let lanes = ["a": CommandLane(to: bus), "b": CommandLane(to: bus)]
        for number in 0..<1000 {
            for (sender, lane) in lanes {
                lane.send(Self.command(number, of: sender)) { answer in
                    guard case .tookEffect(sender, let step) = answer else { return }
                    let count = answers.withLock { answers in
                        answers[sender, default: []].insert(step)
                        return answers.values.map(\.count).reduce(0, +)
                    }
                    if count == 2000 { allAnswered.finish() }
                }
            }
        }
        var heard: [String: [Int]] = [:]
        var envelopes: [MessageBus.Envelope] = []
        // As the engine hears them: one that it waits for, and all that wait between two steps.
        while heard.values.map(\.count).reduce(0, +) < 2000, let first = await bus.nextCommand() {
            for envelope in [first] + (await bus.drainCommands() ?? []) {
                let words = Self.label(envelope.command).split(separator: " ")
                guard words.count == 2, let number = Int(words[1]) else { continue }
                heard[String(words[0]), default: []].append(number)
                envelopes.append(envelope)
            }
        }
        #expect(heard == ["a": Array(0..<1000), "b": Array(0..<1000)])
        // Answers in any order reach those who asked.
        for envelope in envelopes.reversed() {
            let words = Self.label(envelope.command).split(separator: " ")
            envelope.answer(.tookEffect(run: String(words[0]), optimizerStep: Int(words[1]) ?? -1))
        }
        for await _ in done {}
        #expect(answers.withLock { $0.mapValues(\.count) } == ["a": 1000, "b": 1000])
    }

    @Test func whatIsSentAfterTheEndIsRefused() async {
        let bus = MessageBus()
        let lane = CommandLane(to: bus)
        await bus.close()
        let answer = await withCheckedContinuation { continuation in
            lane.send(.pause) { continuation.resume(returning: $0) }
        }
        #expect(answer == .refused("the engine has ended"))
    }
}
