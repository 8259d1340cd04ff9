import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

/// A home that the program of November 2026 has left: everything in it is as it was.
@Suite("A home of an older program", .enabled(if: OldHome.isPresent, Comment(rawValue: MethodFixture.absence)))
struct OldHomeTests {
    /// - Returns: the paths of a copy, and what holds it.
    private func home() throws -> (paths: StoragePaths, scratch: Scratch) {
        let scratch = try Scratch()
        let unpacking = Process()
        unpacking.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        unpacking.arguments = ["tar", "xzf", OldHome.archive.path, "-C", scratch.root.path]
        try unpacking.run()
        unpacking.waitUntilExit()
        try #require(unpacking.terminationStatus == 0)
        return (scratch.paths, scratch)
    }

    @Test func everyRunIsListedAndShown() throws {
        let (paths, scratch) = try home()
        let store = try RunStore(paths: paths)
        let runs = try store.runs()
        #expect(runs.count == 4 && runs.allSatisfy { $0.problem == nil && $0.phase == .finished })
        for run in runs {
            let timeline = try store.timeline(of: run.id)
            #expect(!timeline.detail.metrics.isEmpty && timeline.detail.summary.testAccuracy != nil)
            let configuration = timeline.detail.configuration
            #expect(EngineDescription.shipped.unknownKeys(in: configuration).isEmpty)
            try EngineDescription.shipped.check(configuration)
            #expect(configuration.training.epochs == run.epochs)
            #expect(try #require(try store.result(run: run.id)).testedStep == nil)
        }
        let edited = try #require(runs.first { $0.name == "digits-n8n2" })
        let steps = try store.run(edited.id).edits.map(\.optimizerStep)
        #expect(steps == [20, 32, 41])
        #expect(try store.timeline(of: edited.id).configuration(at: 33, described: .shipped)[Sliding.exponent] == 2)
        #expect(try store.queue().map(\.title) == ["new run of digits, seed 2"])
        withExtendedLifetime(scratch) {}
    }

    @Test func itsPresetIsLoaded() throws {
        let (paths, scratch) = try home()
        let preset = try PresetStore(paths: paths).load("mine")
        #expect(preset.configuration.training.epochs == 40 && preset.configuration.training.seed == 3)
        #expect(try preset.configuration.scheduledEdits().count == 3)
        #expect(
            try EngineDescription.shipped.scheduledEdits(of: preset.configuration).map(\.progress) == [
                0.1, 0.16, 0.205,
            ])
        withExtendedLifetime(scratch) {}
    }

    @Test func itsRunsGoOnForkAndAreMadeAgain() async throws {
        let (paths, scratch) = try home()
        let bench = try await Bench(paths, handsOver: false)
        let runs = try bench.store.runs()
        let edited = try #require(runs.first { $0.name == "digits-n8n2" }).id
        // It is finished: what came of it is told again.
        #expect(try await bench.resume(edited) == 200)
        let answer = await bench.send(
            .fork(
                run: edited, checkpoint: nil, changes: [KnobChange(key: "loss.domain_coefficient", value: .number(1))],
                name: nil))
        guard case .tookEffect(let fork?, 200) = answer else {
            Issue.record("the fork was answered with \(answer)")
            return
        }
        let ended = try await bench.diary.state { $0.run == fork && $0.phase.isEnd }
        #expect(ended.phase == .finished && ended.configuration[DomainAlignment.coefficient] == 1)
        #expect(try #require(try bench.store.result(run: fork)).testedStep == 200)
        // A short one, once more; on another processor it may have other bits.
        let short = try #require(runs.first { $0.name == "digits-y2f7" }).id
        guard case .tookEffect(let again?, 0) = await bench.send(.reproduce(run: short, name: nil)) else {
            Issue.record("it cannot be made again")
            return
        }
        #expect(try await bench.diary.state { $0.run == again && $0.phase.isEnd }.optimizerStep == 6)
        #expect(try bench.store.run(again).configuration == bench.store.run(short).configuration)
        await bench.close()
        withExtendedLifetime(scratch) {}
    }
}

private enum OldHome {
    static let archive = MethodFixture.folder.deletingLastPathComponent()
        .appendingPathComponent("homes/2026-11.tar.gz")
    static let isPresent = FileManager.default.fileExists(atPath: archive.path)
}
