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

    /// What is said instead of an answer; `nil` if there is one.
    private func failure<Answer>(_ ask: () async throws(LibraryFailure) -> Answer) async -> String? {
        do throws(LibraryFailure) {
            _ = try await ask()
            return nil
        } catch {
            return error.description
        }
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
        let sets = try await library(try RunStore(paths: scratch.paths)).dataSets()
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
        func folders() async throws -> DataSetSummary? { try await library.dataSets().first { $0.name == "folders" } }
        #expect(try await folders()?.isPresent == false)
        var configuration = try RunConfiguration.tiny()
        try configuration.set("data.set", to: .text("folders"))
        try configuration.set("data.folder", to: .text(folder.path))
        _ = try store.create(configuration: configuration, name: nil, parent: nil)
        let found = try #require(try await folders())
        #expect(found.isPresent && found.recordingCount == 2 && found.classCount == 2)
        #expect(try await library.samples(of: "folders").samples.count == 2)
        try FileManager.default.removeItem(at: folder)
        #expect(try await folders()?.isPresent == false)
    }

    @Test("shows samples and recordings")
    func samples() async throws {
        let library = library(try RunStore(paths: scratch.paths))
        let list = try await library.samples(of: "digits")
        let (samples, names) = (list.samples, list.classNames)
        #expect(names == (0...9).map(String.init))
        #expect(samples.map(\.index) == Array(samples.indices))
        #expect(Set(samples.map(\.split)) == ["training", "test"])
        let last = try #require(samples.last)
        let picture = try await library.recording(.init(dataSet: "digits", index: last.index))
        #expect(picture.name == last.name && picture.className == names[last.classIndex] && picture.split == "test")
        #expect(picture.width == 34 && picture.height == 34 && picture.isSimulated && picture.events.count > 100)
        #expect(picture.events.first?.microseconds == 0)
        #expect(picture.events.map(\.microseconds) == picture.events.map(\.microseconds).sorted())
        #expect(picture.events.allSatisfy { $0.x < 34 && $0.y < 34 })
        #expect(picture.events.contains(where: \.isOn) && picture.events.contains { !$0.isOn })
        let pair = try #require(picture.staticPair)
        #expect(pair.values.count == pair.width * pair.height && pair.values.allSatisfy { (0...1).contains($0) })
        #expect(pair.values.contains { $0 > 0.5 })

        for (index, text) in [(1165, "0…1164"), (-1, "0…1164")] {
            let said = await failure { () throws(LibraryFailure) in
                try await library.recording(.init(dataSet: "digits", index: index))
            }
            #expect(said?.contains(text) == true)
        }
        for (set, text) in [("none", "digits"), ("nmnist", "Looked in")] {
            let said = await failure { () throws(LibraryFailure) in try await library.samples(of: set) }
            #expect(said?.contains(text) == true)
        }
    }

    @Test("a recording that is looked at does not have all the others simulated")
    func oneOfMany() async throws {
        let paths = StoragePaths(root: scratch.root.appendingPathComponent("fresh"))
        let library = EngineLibrary(
            stored: StoredLibrary(runs: try RunStore(paths: paths), presets: PresetStore(paths: paths)),
            folders: DataFolders(environment: ["HOME": scratch.root.path]))
        #expect(try await library.recording(.init(dataSet: "digits", index: 7)).events.count > 100)
        #expect((try? FileManager.default.contentsOfDirectory(atPath: paths.cache.path))?.isEmpty ?? true)
    }

    @Test("reads what only the recordings tell, and every file")
    func readingAll() async throws {
        let library = library(try RunStore(paths: scratch.paths))
        let some = Array(try await library.samples(of: "digits").samples.prefix(5))
        #expect(some.allSatisfy { $0.eventCount == nil && $0.durationMicroseconds == nil })
        let counted = try await library.counted(some, of: "digits", onProgress: { _ in }).samples
        #expect(counted.map(\.index) == some.map(\.index))
        for sample in counted {
            let picture = try await library.recording(.init(dataSet: "digits", index: sample.index))
            #expect(sample.eventCount == picture.events.count)
            #expect(sample.durationMicroseconds == picture.durationMicroseconds)
        }
        await #expect(throws: LibraryFailure.self) { try await library.counted(some, of: "none", onProgress: { _ in }) }
        await #expect(throws: LibraryFailure.self) { try await library.check(dataSet: "none", onProgress: { _ in }) }
        await #expect(throws: LibraryFailure.self) { try await library.check(dataSet: "nmnist", onProgress: { _ in }) }
    }

    @Test("tells what a run would take, of presets, of settings, and of data that are absent")
    func cost() async throws {
        let library = library(try RunStore(paths: scratch.paths))
        let settings = ComparisonSide.configuration(title: "tiny", try .tiny(epochs: 3))
        let text = try await library.cost(of: settings)
        #expect(text.contains("3 epochs of") && text.contains("30 training recordings"))
        var absent = try RunConfiguration.tiny()
        absent.data.set = "nmnist"
        #expect(try await library.cost(of: .configuration(title: "", absent)).contains("in the full data set"))
        await #expect(throws: LibraryFailure.self) { try await library.cost(of: .preset("none")) }
        absent.network.model = "none"
        let unknown = ComparisonSide.configuration(title: "", absent)
        await #expect(throws: LibraryFailure.self) { try await library.cost(of: unknown) }
    }

    @Test("shows what a checkpoint makes of a sample, and tests a run as the run was tested")
    func modelView() async throws {
        let bench = try await Bench(scratch.paths)
        let library = library(bench.store)
        let sample = SampleReference(dataSet: "digits", index: 1000)
        let held = try await bench.start(.tiny(), heldAt: 3)
        let fresh = try bench.store.create(configuration: .tiny(), name: nil, parent: nil)
        let early = await failure { () throws(LibraryFailure) in try await library.modelView(of: sample, run: fresh) }
        #expect(early?.contains("no checkpoint yet") == true)
        await bench.send(.stop)
        let run = try await bench.start(.tiny(epochs: 3))
        try await bench.diary.state { $0.run == run && $0.phase == .finished }
        let view = try await library.modelView(of: sample, run: run)
        #expect(view.run == run && view.reference == sample)
        for guesses in [view.imageGuesses, view.eventGuesses] {
            #expect(guesses.count == 5)
            #expect(guesses.map(\.probability) == guesses.map(\.probability).sorted(by: >))
            #expect(guesses.allSatisfy { (0...1).contains($0.probability) })
        }
        #expect(!view.spikes.layers.isEmpty)
        #expect(view.spikes.layers.allSatisfy { $0.rates.count == 2 && $0.rates.allSatisfy((0...1).contains) })
        await #expect(throws: LibraryFailure.self) {
            try await library.modelView(of: .init(dataSet: "nmnist", index: 0), run: run)
        }

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
        // What was kept of the run's own test, recording by recording.
        let kept = try #require(try bench.store.predictions(of: run))
        #expect(kept.rows.count == 539 && kept.accuracy == report.accuracy)
        #expect(Set(kept.rows.map(\.recording)).count == 539)
        for (label, row) in report.confusion.enumerated() {
            let own = kept.rows.filter { $0.className == report.classNames[label] }
            #expect(report.classNames.map { answer in own.count { $0.answer == answer } } == row)
        }
        #expect(try bench.store.predictions(of: held) == nil)
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
        #expect(try library.history.listRuns().map(\.id) == [run])
        #expect(try library.history.detail(of: "one").summary.id == run)
        #expect(try library.history.listPresets().contains { $0.name == "digits" && $0.isBuiltIn && $0.problem == nil })
    }
}
