import Configuration
import Engine
import Foundation
import Messages
import RunStore
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens
@testable import saccade

/// An idea of a researcher is one file and its place in a catalogue; everything else knows it by the engine's description.
@Suite("An idea that is one file") struct ExtensionTests {
    @Test("is set from the text of a preset and comes back out of it", arguments: Idea.all)
    func presets(idea: Idea) async throws {
        let workshop = try Workshop(idea.catalogue)
        let presets = workshop.presets
        let file = presets.userFolder.appendingPathComponent("mine.yaml")
        try FileManager.default.createDirectory(at: presets.userFolder, withIntermediateDirectories: true)
        try Data("\(idea.knob.section):\n  \(idea.knob.name): \(idea.value)\n".utf8).write(to: file)
        let configuration = try presets.load("mine").configuration
        #expect(idea.knob.value(in: configuration) == idea.value)
        #expect(
            workshop.description.differences(from: RunConfiguration(), to: configuration).map(\.key) == [idea.knob.key])
        try presets.save(name: "again", configuration: configuration, note: "", replacing: false)
        #expect(try presets.load("again").configuration == configuration)
        // An engine without it says what it does not know.
        let other = PresetStore(userFolder: presets.userFolder, described: .shipped)
        #expect { try other.load("mine") } throws: { "\($0)".contains(idea.knob.name) }
        await workshop.close()
    }

    @Test(
        "is tuned while a run goes on, journalled, undone, summarized, and trained again bit for bit",
        arguments: Idea.all.filter(\.knob.isLive))
    func runs(idea: Idea) async throws {
        let workshop = try Workshop(idea.catalogue)
        let configuration = try workshop.configuration(idea.settings)
        let plain = try workshop.run(await workshop.bus.send(.start(configuration: configuration, name: nil)))
        _ = try await workshop.reports { plain }

        let reports = try await workshop.reports {
            let started = await workshop.bus.place(.start(configuration: configuration, name: nil))
            let paused = await workshop.bus.place(.pause)
            let run = try workshop.run(await started.value)
            _ = try workshop.run(await paused.value)
            for command in [
                TuningCommand.edit([KnobChange(key: idea.knob.key, value: idea.value)], at: .nextStep), .step,
                .undo, .redo, .proceed,
            ] {
                let answer = await workshop.bus.send(command)
                guard case .tookEffect = answer else { throw WorkshopError(text: "\(command): \(answer)") }
            }
            return run
        }
        guard case .description(let told) = reports.first else {
            Issue.record("the first report is \(String(describing: reports.first))")
            return
        }
        #expect(told == workshop.description)
        let run = try #require(
            reports.compactMap { if case .finished(let result) = $0 { result.run } else { nil } }.last)
        let detail = try workshop.store.run(run)
        #expect(detail.edits.flatMap(\.differences).allSatisfy { $0.key == idea.knob.key })
        #expect(
            detail.edits.map { $0.differences.last?.new } == [
                idea.value, idea.knob.value(in: configuration), idea.value,
            ])
        #expect(idea.knob.value(in: try workshop.store.lastState(run: run).configuration) == idea.value)

        if let series = idea.series {
            let points = try workshop.store.metrics(run: run, series: series.series)
            #expect(points.count == detail.summary.optimizerStep)
            let summary = try String(
                contentsOf: workshop.store.folder(of: run).appendingPathComponent("summary.csv"), encoding: .utf8)
            let lines = summary.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            let column = try #require(lines[0].firstIndex { $0 == series.column })
            #expect(lines.dropFirst().allSatisfy { Double($0[column]) != nil })
        } else if idea.changesWeights {
            // What moves weights otherwise is seen in them.
            #expect(try workshop.finalWeights(of: run) != workshop.finalWeights(of: plain))
        }

        let again = try workshop.run(await workshop.bus.send(.reproduce(run: run, name: nil)))
        _ = try await workshop.reports { again }
        #expect(try workshop.finalWeights(of: again) == workshop.finalWeights(of: run))
        await workshop.close()
    }

    @Test(
        "is chosen before a run, takes part in it, cannot be changed in it, and is trained again bit for bit",
        arguments: Idea.all.filter { !$0.knob.isLive })
    func beginnings(idea: Idea) async throws {
        let workshop = try Workshop(idea.catalogue)
        let changes = idea.settings + ["\(idea.knob.key)=\(idea.value)"]
        var weights: [String] = []
        for assignments in [idea.settings, changes] {
            let configuration = try workshop.configuration(assignments)
            let reports = try await workshop.reports {
                let started = await workshop.bus.place(.start(configuration: configuration, name: nil))
                let edited = await workshop.bus.place(
                    .edit([KnobChange(key: idea.knob.key, value: idea.value)], at: .nextStep))
                guard case .refused(let problem) = await edited.value, problem.contains(idea.knob.key) else {
                    throw WorkshopError(text: "the edit: \(await edited.value)")
                }
                return try workshop.run(await started.value)
            }
            let run = try #require(
                reports.compactMap { if case .finished(let result) = $0 { result.run } else { nil } }.last)
            weights.append(try workshop.finalWeights(of: run))
            #expect(
                idea.knob.value(in: try workshop.store.lastState(run: run).configuration).description
                    == (assignments == changes ? idea.value : idea.knob.defaultValue).description)
            let again = try workshop.run(await workshop.bus.send(.reproduce(run: run, name: nil)))
            _ = try await workshop.reports { again }
            #expect(try workshop.finalWeights(of: again) == weights.last)
        }
        #expect(weights[0] != weights[1])
        let names = try #require(idea.settings.first).split(separator: "=")
        // A name that does not exist is refused before anything is read, and those that do are said.
        var wrong = try workshop.configuration([])
        try workshop.description.set(String(names[0]), to: .text("nothing"), in: &wrong)
        guard case .refused(let problem) = await workshop.bus.send(.start(configuration: wrong, name: nil)) else {
            Issue.record("it was begun")
            return
        }
        #expect(problem.contains(String(names[1])) && problem.contains("nothing"))
        await workshop.close()
    }

    /// In the middle of a run that has told so much of its curves, a point a step.
    private static func workbench(
        _ description: EngineDescription, _ curves: [MetricSeries: [Double]]
    ) -> WorkbenchState {
        var state = WorkbenchState(described: description)
        _ = state.update(.size(Size(width: 200, height: 60)))
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .description(description),
            .state(
                RunState(
                    run: "r", name: "r", phase: .running, optimizerStep: 5, totalSteps: 12, epoch: 0, epochs: 4,
                    configuration: RunConfiguration())),
        ]
        batch.metricsRun = "r"
        for (series, values) in curves {
            batch.metrics[series] = values.enumerated().map {
                MetricPoint(series: series, optimizerStep: $0.offset + 1, value: $0.element)
            }
        }
        _ = state.update(.reports(batch))
        return state
    }

    private static func drawn(_ state: WorkbenchState) -> String {
        var canvas = Canvas(size: Size(width: 200, height: 60), charset: .unicode, style: Theme.builtIn.background)
        _ = state.draw(&canvas, theme: .builtIn)
        return canvas.plainText
    }

    @Test("is on the training screen, in the palette and among the exports", arguments: Idea.all)
    func screens(idea: Idea) throws {
        let description = idea.catalogue.description
        var state = Self.workbench(
            description, idea.series.map { [$0.series: (1...5).map { Double($0) + 0.125 }] } ?? [:])
        #expect(state.train.tuning.knobs.contains { $0.key == idea.knob.key })
        #expect(state.palette.entries.contains { $0.title == idea.knob.title })
        state.train.tuning.cursor.filter = idea.knob.key
        #expect(Self.drawn(state).contains(idea.knob.title))

        guard let series = idea.series else { return }
        let panel = TrainState.Panel(series.panel)
        #expect(state.train.panels.contains(panel))
        state.train.setFocus(panel)
        let short = try #require(description.series(series.series)).shortTitle
        #expect(Self.drawn(state).contains(short))
        let csv = state.train.figure(of: [panel], name: "r").csv
        #expect(csv.contains("5.125"))
        #expect(
            RunFigure.Plot.all(description).contains {
                if case .curves(let curves) = $0.kind { curves.contains(series.series) } else { false }
            })
    }

    /// Values a time step are drawn over the time steps, values a layer a line a layer; both are exported.
    @Test func profilesAndTables() throws {
        var catalogue = TrainingCatalogue.shipped
        catalogue.metrics.append(SpikeProfile())
        let description = catalogue.description
        var state = Self.workbench(
            description,
            [
                SpikeProfile.byTimeStep.ofTimeStep(1): [0.5, 0.125],
                SpikeProfile.byTimeStep.ofTimeStep(2): [0.5, 0.875],
                SpikeProfile.silent.ofLayer("conv1"): [0.25, 0.75], SpikeProfile.silent.ofLayer("conv2"): [0, 0.125],
            ])
        #expect(description.title(of: SpikeProfile.silent.ofLayer("conv1")) == "silent neurons conv1")
        func drawn(_ panel: String) -> String {
            state.train.setFocus(TrainState.Panel(panel))
            state.train.isZoomed = true
            return Self.drawn(state)
        }
        let profile = drawn("spike-profile")
        #expect(profile.contains("Rate over the time steps") && profile.contains("rate at start"))
        let table = drawn("silent-layers")
        let lines = table.split(separator: "\n").filter { $0.contains("conv") }
        #expect(lines.count == 2 && lines[0].contains("0.75") && lines[1].contains("0.125"))
        let csv = state.train.figure(of: [TrainState.Panel("spike-profile")], name: "r").csv
        #expect(csv.contains("time step") && csv.contains("0.875"))
        #expect(state.train.figure(of: [TrainState.Panel("silent-layers")], name: "r").csv.contains("0.125"))
        #expect(
            RunFigure.Plot.all(description).contains {
                if case .parts(let series) = $0.kind {
                    series.map(\.series) == [SpikeProfile.byTimeStep]
                } else {
                    false
                }
            })
        let coded = try JSONDecoder().decode(
            EngineDescription.self, from: JSONEncoder().encode(description))
        #expect(coded == description)
    }

    /// What README says of one file and one line is so: nothing in the package names what the idea declares.
    @Test(arguments: Idea.all) func noOtherFileKnowsIt(idea: Idea) throws {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        let sources = try #require(
            FileManager.default.enumerator(
                at: package.appendingPathComponent("Sources"), includingPropertiesForKeys: nil))
        let words = [idea.knob.key, idea.file] + (idea.series.map { [$0.series.rawValue, $0.column] } ?? [])
        var count = 0
        for case let file as URL in sources where file.pathExtension == "swift" {
            count += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            for word in words { #expect(!text.contains(word), "\(file.lastPathComponent) names \(word)") }
        }
        #expect(count > 400)
        #expect(!EngineDescription.shipped.knobs.contains { $0.key == idea.knob.key })
    }

    /// The ways of README's table lead to catalogues that there are.
    @Test func theTableOfReadme() throws {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        let readme = try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
        let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("Catalogue`") }
        for (idea, folder, catalogue) in [
            ("loss term", "Training/Losses", "LossTermCatalogue"),
            ("alignment measure", "Training/Losses", "AlignmentMeasureCatalogue"),
            ("optimizer", "Training/Optimizer", "OptimizerCatalogue"),
            ("metric,", "Training/Metrics", "MetricCatalogue"),
            ("learning rate schedule", "Training/Schedules", "LearningRateScheduleCatalogue"),
            ("network", "Network/Models", "ModelCatalogue"),
            ("neuron", "Network/Neurons", "NeuronCatalogue"),
            ("surrogate gradient", "Network/Surrogates", "SurrogateCatalogue"),
            ("slicing", "Data/Slicing", "SlicingCatalogue"),
            ("data set", "Data/DataSets", "DataSetCatalogue"),
            ("sliding strategy", "Training/Sliding", "SlidingStrategyCatalogue"),
            ("augmentation", "Data/Augmentation", "AugmentationCatalogue"),
            ("way to look into a trained network", "Analyses", "AnalysisCatalogue"),
        ] {
            let row = try #require(rows.first { $0.contains("| \(idea) ") }, "\(idea)")
            #expect(row.contains(folder) && row.contains(catalogue), "\(row)")
            let files = try SourceFolder.files(folder)
            let sources = try files.map {
                try String(
                    contentsOf: package.appendingPathComponent("Sources/\(folder)/\($0).swift"), encoding: .utf8)
            }
            #expect(sources.contains { $0.contains(" \(catalogue)") }, "\(catalogue)")
        }
    }
}
