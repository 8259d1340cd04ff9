import ArgumentParser
import Engine
import FileFormats
import Foundation
import Network

/// Writes a network for other programs.
struct ExportNIRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-nir",
        abstract: "Write a trained network as a NIR graph, for other simulators and for chips.",
        discussion: """
            The best checkpoint of a run, or a file of weights with --preset and --set as for `saccade evaluate`. \
            Batch normalization is folded into the weights before it, dropout is left out. snnTorch and SpikingJelly \
            read average pooling, Norse and sinabs sums. `saccade help nir` says what each node means.
            """)

    @Argument(
        help: ArgumentHelp("A run (identifier, a prefix of it, or name) or a file.", valueName: "run|file"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var subject: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The graph, a .nir file.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp("Pooling: average or sum.", valueName: "kind"),
        completion: .list(GraphExport.Pooling.allCases.map(\.rawValue)), transform: Choice.parse)
    var pool = GraphExport.Pooling.average

    @Option(help: ArgumentHelp("Time step of the graph.", valueName: "seconds"))
    var dt = GraphNetwork.usualTimeStep

    @Flag(help: "Overwrite a file that exists.")
    var force = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard dt > 0, dt.isFinite else { throw ValidationError("--dt must be above 0, in seconds, as in 1e-4") }
        guard NIRGraph.endings.contains(where: { output.lowercased().hasSuffix($0) }) else {
            throw ValidationError("'\(output)' does not end in .nir, by which such files are known")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let request = EvaluationRequest(
                subject: subject, split: "test", configuration: try options.configuration(host.presets),
                isConfigured: options.isGiven)
            var export = GraphExport()
            (export.pooling, export.timeStep) = (pool, dt)
            let (graph, notes) = try GraphWriting.graph(of: request, export, in: host.store)
            try OutputFile.write(try graph.encoded(), to: output, replaces: force)
            try Output.line("\(output): \(graph.nodes.count) nodes, \(graph.edges.count) edges")
            for note in notes { try Output.line("note  \(note)") }
        }
    }
}
