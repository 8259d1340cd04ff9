import FileFormats
import Foundation
import Messages
import Testing

@testable import Engine

/// What is answered is on the disk: a power cut right after the answer loses none of it.
@Suite struct DurabilityTests {
    @Test func checkpointsAreFlushedWithTheirFoldersBeforeTheAnswer() async throws {
        let scratch = try Scratch()
        let record = Disk.Record()
        try await Disk.$record.withValue(record) {
            let bench = try await Bench(scratch.paths)
            let run = try await bench.start(try .tiny(epochs: 2), heldAt: 3)
            let folder = bench.store.checkpointFolder(of: run).path
            /// Whether the checkpoint has its name, and the name is on the disk.
            func isFlushed(_ name: String) -> Bool {
                let events = record.events
                guard let renamed = events.lastIndex(of: .renamed("\(folder)/.\(name).new", to: "\(folder)/\(name)"))
                else { return false }
                let files = ["model.safetensors", "training.safetensors"].map {
                    Disk.Event.flushedFile("\(folder)/.\(name).new/\($0)")
                }
                return events[..<renamed].contains(.flushedFolder("\(folder)/.\(name).new"))
                    && files.allSatisfy(events[..<renamed].contains)
                    && events[renamed...].contains(.flushedFolder(folder))
            }
            #expect(await bench.send(.checkpoint) == .tookEffect(run: run, optimizerStep: 3))
            #expect(isFlushed("00000003-user"))
            _ = await bench.edit(("loss.image_weight", .number(2)))
            #expect(isFlushed("00000003-edit-1"))
            #expect(await bench.edit(("loss.image_weight", .number(3)), at: .nextEpoch) == .waitsForEpoch)
            #expect(isFlushed("00000003-waiting"))
            await bench.close()
        }
    }

    @Test func aLongNoteIsRefused() async throws {
        let scratch = try Scratch()
        let bench = try await Bench(scratch.paths)
        _ = try await bench.start(try .tiny(epochs: 2), heldAt: 3)
        let answer = await bench.send(.note(String(repeating: "n", count: 100_000)))
        guard case .refused(let reason) = answer else { return #expect(Bool(false), "\(answer)") }
        #expect(reason.contains("64 KiB"))
        #expect(await bench.send(.note("short")) != .refused(""))
        await bench.close()
    }
}
