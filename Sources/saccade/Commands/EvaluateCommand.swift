import ArgumentParser
import Engine
import FileFormats
import Foundation
import Messages
import Network
import RunStore

/// Tests a network.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluate a run's best checkpoint, or a file of weights, on event recordings.",
        discussion: """
            A run, or a file that this program wrote, is evaluated with its own configuration. Any other file, \
            safetensors or PyTorch's .pth, .pt or .pth.tar, is evaluated with --preset and --set: give the network, \
            size and time steps that it was trained with. No code in a PyTorch file is executed. A graph of NIR (.nir) \
            is run node by node; --preset and --set give recordings, time steps and slicing.
            """)

    @Argument(
        help: ArgumentHelp("A run (identifier, a prefix of it, or name) or a file.", valueName: "run|file"))
    var subject: String

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Which recordings: training, validation or test.")
    var split = "test"

    @Option(
        help: ArgumentHelp(
            "Time step of a NIR graph. Default: as the file says, or \(GraphNetwork.usualTimeStep).",
            valueName: "seconds"))
    var dt: Double?

    @Option(
        help: ArgumentHelp(
            "Also write frames, labels and logits of every recording as npz.", valueName: "file"))
    var save: String?

    @Flag(help: "Overwrite the file of --save.")
    var force = false

    @Flag(help: "Also print the operations and the energy of each layer.")
    var energy = false

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws {
        if let dt {
            guard dt > 0, dt.isFinite else { throw ValidationError("--dt must be above 0, in seconds, as in 1e-4") }
            guard NIRGraph.isNamed(subject) else {
                throw ValidationError("--dt is for NIR graphs: networks of this program count in time steps")
            }
        }
        if let save, !save.lowercased().hasSuffix(".npz") { throw ValidationError("--save writes .npz files") }
    }

    private func evaluate(_ request: EvaluationRequest, _ host: Host) async throws -> EvaluationReport {
        do {
            let (report, answers) = try await EvaluationService(store: host.store).evaluate(
                request, keepsAnswers: save != nil)
            if let save, let answers { try OutputFile.write(try answers.encoded(save), to: save, replaces: force) }
            return report
        } catch let error as RunStoreError {
            guard case .unknownRun = error else { throw error }
            // No run: then it is a path, or what lies there, that is wrong.
            if subject.contains("/") || FileManager.default.fileExists(atPath: subject) {
                _ = try TensorFile.open(subject)
            }
            throw error
        }
    }

    private func show(_ operations: [LayerOperations]) {
        let total = operations.reduce(0) { $0 + $1.nanojoules }
        print(
            "\(Energy.text(nanojoules: total)) per inference, estimated: "
                + "\(LayerOperations.picojoulesPerMultiplyAccumulate) pJ a multiply-accumulate where numbers arrive, "
                + "\(LayerOperations.picojoulesPerAccumulate) pJ an accumulate a spike and synapse (45 nm, float32); "
                + "neurons, biases and memory are not counted")
        guard energy else { return }
        var table = Table(
            ["layer", "spikes in", "accumulates", "multiply-accumulates", "energy"], rightAligned: [1, 2, 3, 4])
        for layer in operations {
            table.add([
                layer.layer, String(format: "%.0f", layer.inputSpikes), String(format: "%.0f", layer.accumulates),
                String(format: "%.0f", layer.multiplyAccumulates), Energy.text(nanojoules: layer.nanojoules),
            ])
        }
        print(table.text)
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            var request = EvaluationRequest(
                subject: subject, split: split, configuration: try options.configuration(host.presets),
                isConfigured: options.isGiven)
            request.timeStep = dt
            let report = try await evaluate(request, host)
            if json {
                try JSON.print(report)
                return
            }
            print("\(report.subject)")
            print(
                "\(report.split): \(percent(report.accuracy)) of \(report.count) recordings, loss \(String(format: "%.4f", report.loss))"
            )
            if let spikes = report.spikesPerInference {
                print("\(Int(spikes.rounded())) spikes per inference, over all layers and time steps")
            }
            if let operations = report.operations {
                show(operations)
            } else if energy, NIRGraph.isNamed(subject) {
                print("energy: not estimated of graphs of NIR")
            } else if energy {
                print("energy: unknown, the neurons of this network fire values other than spikes")
            }
            var table = Table(["class", "correct", "of", "most confused with"], rightAligned: [1, 2])
            for (index, row) in report.confusion.enumerated() {
                let wrong = row.enumerated().filter { $0.offset != index && $0.element > 0 }.max {
                    $0.element < $1.element
                }
                table.add([
                    report.classNames[index], "\(row[index])", "\(row.reduce(0, +))",
                    wrong.map { "\(report.classNames[$0.offset]) (\($0.element))" } ?? "",
                ])
            }
            print(table.text)
            for note in report.notes { print("note  \(note)") }
        }
    }
}
