import Configuration
import Data
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@testable import Engine

@Suite("The library", .serialized)
struct LibraryTests {
    let scratch = try! Scratch()

    private func library(_ store: RunStore) -> EngineLibrary {
        EngineLibrary(
            stored: StoredLibrary(runs: store, presets: PresetStore(paths: scratch.paths)),
            folders: DataFolders(environment: ["HOME": scratch.root.path]))
    }

    private func failure(_ reply: LibraryReply) -> String? {
        if case .failure(_, let message) = reply { message } else { nil }
    }

    @Test("knows a catalogue for every knob that asks for one")
    func catalogues() async throws {
        let catalogues = EngineDescription.shipped.catalogues
        for knob in EngineDescription.shipped.knobs {
            guard case .catalogue(let name) = knob.kind else { continue }
            let names = try #require(catalogues[name], "\(knob.key)")
            #expect(Set(names).count == names.count)
            #expect(names.contains(knob.value(in: RunConfiguration()).description), "\(knob.key)")
        }
    }

    @Test("knows the data sets, those that are absent too")
    func dataSets() async throws {
        guard case .dataSets(let sets) = await library(try RunStore(paths: scratch.paths)).answer(.dataSets) else {
            Issue.record("no data sets")
            return
        }
        #expect(sets.map(\.name) == DataSetCatalogue.names)
        let digits = try #require(sets.first { $0.name == "digits" })
        #expect(digits.isPresent && digits.isSimulated && digits.classCount == 10)
        #expect(digits.recordingCount == 1165 && digits.imageCount == 632)
        #expect(digits.sensorWidth == 34 && digits.sensorHeight == 34)
        let absent = try #require(sets.first { $0.name == "nmnist" })
        #expect(!absent.isPresent && absent.recordingCount == 0 && !absent.location.isEmpty)
    }

    @Test("knows where the latest run on a set has read it that is not in its usual place")
    func setsOfRuns() async throws {
        let store = try RunStore(paths: scratch.paths)
        let folder = scratch.root.appendingPathComponent("mine")
        for name in ["a", "b"] {
            let inner = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
            let rows = (0..<20).map { "\($0 * 1000),\($0 % 8),\($0 % 6),\($0 % 2)" }
            try ("t,x,y,p\n" + rows.joined(separator: "\n") + "\n").write(
                to: inner.appendingPathComponent("one.csv"), atomically: true, encoding: .utf8)
        }
        let library = library(store)
        func folders() async -> DataSetSummary? {
            guard case .dataSets(let sets) = await library.answer(.dataSets) else { return nil }
            return sets.first { $0.name == "folders" }
        }
        #expect(await folders()?.isPresent == false)
        var configuration = try RunConfiguration.tiny()
        try configuration.set("data.set", to: .text("folders"))
        try configuration.set("data.folder", to: .text(folder.path))
        _ = try store.create(configuration: configuration, name: nil, parent: nil)
        let found = try #require(await folders())
        #expect(found.isPresent && found.recordingCount == 2 && found.classCount == 2)
        guard case .samples(_, let samples, _) = await library.answer(.samples(dataSet: "folders")) else {
            Issue.record("no samples")
            return
        }
        #expect(samples.count == 2)
        try FileManager.default.removeItem(at: folder)
        #expect(await folders()?.isPresent == false)
    }

    @Test("shows samples and recordings")
    func samples() async throws {
        let library = library(try RunStore(paths: scratch.paths))
        guard case .samples(_, let samples, let names) = await library.answer(.samples(dataSet: "digits")) else {
            Issue.record("no samples")
            return
        }
        #expect(names == (0...9).map(String.init))
        #expect(samples.map(\.index) == Array(samples.indices))
        #expect(Set(samples.map(\.split)) == ["training", "test"])
        let last = try #require(samples.last)
        guard
            case .recording(let picture) = await library.answer(.recording(.init(dataSet: "digits", index: last.index)))
        else {
            Issue.record("no recording")
            return
        }
        #expect(picture.name == last.name && picture.className == names[last.classIndex] && picture.split == "test")
        #expect(picture.width == 34 && picture.height == 34 && picture.isSimulated && picture.events.count > 100)
        #expect(picture.events.first?.microseconds == 0)
        #expect(picture.events.map(\.microseconds) == picture.events.map(\.microseconds).sorted())
        #expect(picture.events.allSatisfy { $0.x < 34 && $0.y < 34 })
        #expect(picture.events.contains(where: \.isOn) && picture.events.contains { !$0.isOn })
        let pair = try #require(picture.staticPair)
        #expect(pair.values.count == pair.width * pair.height && pair.values.allSatisfy { (0...1).contains($0) })
        #expect(pair.values.contains { $0 > 0.5 })

        #expect(
            failure(await library.answer(.recording(.init(dataSet: "digits", index: 1165))))?.contains("0…1164") == true
        )
        #expect(failure(await library.answer(.recording(.init(dataSet: "digits", index: -1)))) != nil)
        #expect(failure(await library.answer(.samples(dataSet: "none")))?.contains("digits") == true)
        #expect(failure(await library.answer(.samples(dataSet: "nmnist")))?.contains("Looked in") == true)
    }

    @Test("a recording that is looked at does not have all the others simulated")
    func oneOfMany() async throws {
        let paths = StoragePaths(root: scratch.root.appendingPathComponent("fresh"))
        let library = EngineLibrary(
            stored: StoredLibrary(runs: try RunStore(paths: paths), presets: PresetStore(paths: paths)),
            folders: DataFolders(environment: ["HOME": scratch.root.path]))
        guard case .recording(let picture) = await library.answer(.recording(.init(dataSet: "digits", index: 7))) else {
            Issue.record("no recording")
            return
        }
        #expect(picture.events.count > 100)
        #expect((try? FileManager.default.contentsOfDirectory(atPath: paths.cache.path))?.isEmpty ?? true)
    }

    @Test("reads what only the recordings tell, and every file")
    func readingAll() async throws {
        let library = library(try RunStore(paths: scratch.paths))
        guard case .samples(_, let samples, _) = await library.answer(.samples(dataSet: "digits")) else {
            Issue.record("no samples")
            return
        }
        let some = Array(samples.prefix(5))
        #expect(some.allSatisfy { $0.eventCount == nil && $0.durationMicroseconds == nil })
        guard case .samples(_, let counted, _) = await library.answer(.counted(dataSet: "digits", some)) else {
            Issue.record("nothing counted")
            return
        }
        #expect(counted.map(\.index) == some.map(\.index))
        for sample in counted {
            guard
                case .recording(let picture) = await library.answer(
                    .recording(.init(dataSet: "digits", index: sample.index)))
            else { continue }
            #expect(sample.eventCount == picture.events.count)
            #expect(sample.durationMicroseconds == picture.durationMicroseconds)
        }
        #expect(failure(await library.answer(.counted(dataSet: "none", some))) != nil)
        #expect(failure(await library.answer(.check(dataSet: "none"))) != nil)
        #expect(failure(await library.answer(.check(dataSet: "nmnist"))) != nil)
    }

    @Test("tells what a run would take, of presets, of settings, and of data that are absent")
    func cost() async throws {
        let library = library(try RunStore(paths: scratch.paths))
        let settings = ComparisonSide.configuration(title: "tiny", try .tiny(epochs: 3))
        guard case .cost(let side, let text) = await library.answer(.cost(settings)) else {
            Issue.record("no cost")
            return
        }
        #expect(side == settings && text.contains("3 epochs of") && text.contains("30 training recordings"))
        var absent = try RunConfiguration.tiny()
        absent.data.set = "nmnist"
        guard case .cost(_, let words) = await library.answer(.cost(.configuration(title: "", absent))) else {
            Issue.record("no cost")
            return
        }
        #expect(words.contains("when it is whole"))
        #expect(failure(await library.answer(.cost(.preset("none")))) != nil)
        absent.network.model = "none"
        #expect(failure(await library.answer(.cost(.configuration(title: "", absent)))) != nil)
    }

    @Test("shows what a checkpoint makes of a sample, and tests a run as the run was tested")
    func modelView() async throws {
        let bench = try await Bench(scratch.paths)
        let library = library(bench.store)
        let sample = SampleReference(dataSet: "digits", index: 1000)
        let held = try await bench.start(.tiny(), heldAt: 3)
        let fresh = try bench.store.create(configuration: .tiny(), name: nil, parent: nil)
        #expect(failure(await library.answer(.modelView(sample, run: fresh)))?.contains("no checkpoint yet") == true)
        await bench.send(.stop)
        let run = try await bench.start(.tiny(epochs: 3))
        try await bench.diary.state { $0.run == run && $0.phase == .finished }
        guard case .modelView(let view) = await library.answer(.modelView(sample, run: run)) else {
            Issue.record("no view")
            return
        }
        #expect(view.run == run && view.reference == sample)
        for guesses in [view.imageGuesses, view.eventGuesses] {
            #expect(guesses.count == 5)
            #expect(guesses.map(\.probability) == guesses.map(\.probability).sorted(by: >))
            #expect(guesses.allSatisfy { (0...1).contains($0.probability) })
        }
        #expect(!view.spikes.layers.isEmpty)
        #expect(view.spikes.layers.allSatisfy { $0.rates.count == 2 && $0.rates.allSatisfy((0...1).contains) })
        #expect(failure(await library.answer(.modelView(.init(dataSet: "nmnist", index: 0), run: run))) != nil)

        let service = EvaluationService(store: bench.store)
        func request(_ subject: String, _ split: String = "test", isConfigured: Bool = false) throws
            -> EvaluationRequest
        {
            EvaluationRequest(
                subject: subject, split: split, configuration: try .tiny(), isConfigured: isConfigured)
        }
        let report = try await service.evaluate(request(run))
        #expect(report.accuracy == (try bench.store.result(run: run)?.testAccuracy))
        #expect(report.count == 539 && report.confusion.joined().reduce(0, +) == 539)
        let file = try bench.store.checkpoint(of: run, reason: "best").path + "/model.safetensors"
        #expect(try await service.evaluate(request(file)).accuracy == report.accuracy)
        #expect(try await service.evaluate(request(run, "validation")).count == 30)
        await #expect(throws: (any Error).self) { try await service.evaluate(request(run, "none")) }
        await #expect(throws: (any Error).self) { try await service.evaluate(request(run, isConfigured: true)) }
        await #expect(throws: (any Error).self) { try await service.evaluate(request(fresh)) }
        await #expect(throws: (any Error).self) { try await service.evaluate(request("none")) }
        await #expect(throws: (any Error).self) { try await service.evaluate(request("/none.safetensors")) }
        #expect(try bench.store.run(held).summary.phase == .stopped)
        await bench.close()
    }

    @Test("hands on what is asked about runs and presets")
    func stored() async throws {
        let store = try RunStore(paths: scratch.paths)
        let library = library(store)
        let run = try store.create(configuration: .tiny(), name: "one", parent: nil)
        guard case .runs(let runs) = await library.answer(.runs),
            case .run(let detail) = await library.answer(.run("one"))
        else {
            Issue.record("no runs")
            return
        }
        #expect(runs.map(\.id) == [run] && detail.summary.id == run)
        guard case .presets(let presets) = await library.answer(.presets) else {
            Issue.record("no presets")
            return
        }
        #expect(presets.contains { $0.name == "digits" && $0.isBuiltIn && $0.problem == nil })
    }
}
