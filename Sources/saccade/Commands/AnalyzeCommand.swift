import Analyses
import ArgumentParser
import Configuration
import Engine
import Foundation
import Messages
import RunStore

/// Looks into a trained network.
struct AnalyzeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Look into a trained network: confusion, spikes, feature maps, Grad-CAM, embedding, loss landscape.",
        discussion: """
            Analyses:
            \(AnalysisCatalogue.shipped.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

            Without a name all are made that the run has what it takes for. Tables are printed; with --output they are \
            written, too, with every picture and the numbers behind it, and an account of all in report.md. Of a run the \
            best checkpoint is taken, of a file what --preset and --set say.
            """)

    @Argument(
        help: ArgumentHelp("A run (identifier, a prefix of it, or name) or a file.", valueName: "run|file"))
    var subject: String

    @Argument(help: ArgumentHelp("What to make; all if none is named.", valueName: "analysis"))
    var analyses: [String] = []

    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("Folder for report.md, pictures and tables.", valueName: "folder"))
    var output: String?

    @Flag(help: "Write into a folder that has a report.md already.")
    var force = false

    @Flag(help: "Pictures as PNG instead of SVG.")
    var png = false

    @Option(help: ArgumentHelp("Another run, for gains by class.", valueName: "run"))
    var against: String?

    @Option(help: "Which recordings: training, validation or test.")
    var split: String?

    @Option(help: "At most so many recordings, from all over the split.")
    var recordings: Int?

    @Option(help: "Recordings that feature maps and Grad-CAM show.")
    var examples = AnalysisOptions().examples

    @Option(help: ArgumentHelp("A layer of neurons, as conv2, for feature maps and Grad-CAM.", valueName: "layer"))
    var layer: String?

    @Option(help: "Points along each side of the loss landscape, odd.")
    var grid = AnalysisOptions().gridSize

    @Option(help: "How far the loss landscape reaches, in lengths of the filters.")
    var reach = AnalysisOptions().reach

    @Option(help: "Perplexity of t-SNE.")
    var perplexity = AnalysisOptions().perplexity

    @Option(name: .customLong("draw"), help: ArgumentHelp("Seed of random directions.", valueName: "seed"))
    var drawSeed = 0

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print a JSON array: an object with every number for each analysis.")
    var json = false

    func validate() throws {
        if png, output == nil { throw ValidationError("--png is about pictures: name a folder for them with --output") }
    }

    func run() async throws {
        try await reportingFailures {
            for name in analyses { _ = try AnalysisCatalogue.shipped.analysis(name) }
            try wanted.check()
            let host = try Host(.reading)
            let service = AnalysisService(store: host.store, keepsNetwork: true)
            let request = EvaluationRequest(
                subject: subject, split: split ?? "test", configuration: try options.configuration(host.presets),
                isConfigured: options.isGiven)
            let names = analyses.isEmpty ? AnalysisCatalogue.shipped.all.map(\.name) : analyses
            let files = try output.map { try AnalysisFiles(folder: $0, isRaster: png, replaces: force) }
            var (reports, left) = ([AnalysisReport](), [String]())
            for name in names {
                let progress = Progress(quiet: json)
                defer { progress.end() }
                do {
                    let report = try await service.run(name, of: request, wanted) { progress.show($0, $1) }
                    progress.end()
                    reports.append(report)
                    try files?.write(report)
                    if !json { try show(report) }
                } catch AnalysisError.impossible(let reason) where analyses.isEmpty {
                    // Who asks for all wants those that can be made.
                    left.append("\(name): \(reason)")
                }
            }
            try files?.writeAccount(reports, left: left, of: subject)
            for line in left { StandardError.line("left out: \(line)") }
            if json { return try JSON.print(reports) }
            if let files {
                StandardError.line("written: \(files.folder)/report.md and \(files.count) files beside it")
            } else if reports.contains(where: { !$0.pictures.isEmpty }) {
                StandardError.line("pictures are written with --output FOLDER")
            }
        }
    }

    private var wanted: AnalysisOptions {
        var wanted = AnalysisOptions()
        (wanted.split, wanted.recordings, wanted.layer, wanted.reference) = (split, recordings, layer, against)
        (wanted.gridSize, wanted.reach, wanted.perplexity) = (grid, reach, perplexity)
        (wanted.seed, wanted.examples) = (drawSeed, examples)
        return wanted
    }

    private func show(_ report: AnalysisReport) throws {
        var lines = ["# \(report.title)"] + report.findings
        for content in report.tables {
            guard content.columns.count <= AnalysisFiles.mostColumns else {
                lines += ["", "\(content.title): \(content.columns.count) columns, written with --output"]
                continue
            }
            var table = Table(content.columns, rightAligned: Set(1..<max(1, content.columns.count)))
            for row in content.rows { table.add(row) }
            lines += ["", content.title, table.text]
        }
        if !report.notes.isEmpty { lines += [""] + report.notes.map { "note  \($0)" } }
        try Output.text(lines.joined(separator: "\n") + "\n\n")
    }
}
