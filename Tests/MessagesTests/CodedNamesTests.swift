import Configuration
import Foundation
import Messages
import Testing

/// What old queues hold, and what programs of other versions send, stays readable when a word changes.
@Suite struct CodedNamesTests {
    @Test(arguments: [#"{"replay":{"name":"again","run":"r"}}"#, #"{"replay":{"run":"r"}}"#])
    func reproducingIsCodedAsReplay(text: String) throws {
        let name = text.contains("again") ? "again" : nil
        let command = try JSONDecoder().decode(TuningCommand.self, from: Data(text.utf8))
        let job = try JSONDecoder().decode(QueuedJob.self, from: Data(text.utf8))
        #expect(command == .reproduce(run: "r", name: name) && job == .reproduce(run: "r", name: name))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try String(decoding: encoder.encode(command), as: UTF8.self) == text)
        #expect(try String(decoding: encoder.encode(job), as: UTF8.self) == text)
    }

    @Test(arguments: [
        TuningCommand.start(configuration: RunConfiguration(), name: "n"), .resume(run: "r"),
        .fork(run: "r", checkpoint: nil, changes: [], name: nil), .pause, .proceed, .step, .stop, .halt,
        .edit([], at: .nextStep), .undo, .redo, .checkpoint, .note("n"), .enqueue(.resume(run: "r")),
        .moveInQueue(entry: 1, position: 2), .removeFromQueue(entry: 1), .trainFromQueue(entry: nil),
    ])
    func othersAreCodedByTheirNames(command: TuningCommand) throws {
        let data = try JSONEncoder().encode(command)
        #expect(try JSONDecoder().decode(TuningCommand.self, from: data) == command)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object.keys.first == "\(command)".prefix { $0.isLetter }.description)
    }
}
