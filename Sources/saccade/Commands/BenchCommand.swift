import ArgumentParser
import Data
import Engine
import FileFormats
import Foundation
import Messages
import Network

/// Measures the engine on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Benchmark training steps (against this machine's matrix products), the loader and file formats.",
        discussion: """
            full is the paper's network (48×48, T = 10, batch 8, both streams), mini that of the built-in presets \
            (32×32, T = 6, batch 32). The ratio compares the operations of a step, counted as if all inputs were \
            dense, with sgemm 2048² on all cores, measured alternately in the same process. The frames come from --set \
            data.set=NAME; the network trains for a few warm-up steps before it is measured. loader measures simulated \
            N-MNIST recordings from file to network input. formats reads the same events from every format on one \
            core, alternating with a copy of the same bytes. threads times every block of full and mini on one thread and \
            counts what 2 to 128 threads would make of them. ranks measures what one of 1 to 64 ranks computes, counts \
            what it sends, and reckons with the nominal speed of three interconnects what that takes.
            """)

    enum Configuration: String, CaseIterable {
        case full, mini, loader, formats, threads, ranks, all
    }

    @Option(
        help: "What to measure: \(Configuration.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(Configuration.allCases.map(\.rawValue)), transform: Choice.parse)
    var config = Configuration.mini

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Repetitions; use more on a noisy machine.")
    var turns: Int?

    @Option(help: "Number of events in the recording that formats reads.")
    var events: Int?

    @Flag(help: "Print one JSON object per configuration.")
    var json = false

    func validate() throws {
        if let turns, turns < 1 { throw ValidationError("--turns is \(turns), expected 1 or more") }
        if let events, !(1...100_000_000 ~= events) {
            throw ValidationError("--events is \(events), expected 1 to 100000000")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let base = try options.configuration(host.presets)
            if config == .full || config == .all { try measure(StepBenchmark.full(base)) }
            if config == .mini || config == .all { try measure(StepBenchmark.mini(base)) }
            if config == .loader || config == .all { try measureLoader() }
            if config == .formats || config == .all { try measureFormats() }
            if config == .threads {
                for setting in [StepBenchmark.mini(base), StepBenchmark.full(base)] { try forecastThreads(setting) }
            }
            if config == .ranks {
                for setting in [StepBenchmark.mini(base), StepBenchmark.full(base), StepBenchmark.resnet18(base)] {
                    try forecastRanks(setting)
                }
            }
        }
    }

    private func measure(_ setting: StepBenchmark.Setting) throws {
        var setting = setting
        if let turns { setting.turns = turns }
        let name = setting.name
        let result = try StepBenchmark(setting).run { text in
            StandardError.line("\(name): \(text)")
        }
        if json { try JSON.print(result) } else { print(text(of: result)) }
    }

    /// What several measurements of one configuration found.
    private struct Results<Found: Encodable>: Encodable {
        let config: String
        let results: [Found]
    }

    private func measureLoader() throws {
        let results = try LoaderBenchmark.standard.map { try $0.run() }
        if json {
            try JSON.print(Results(config: "loader", results: results))
            return
        }
        var table = Table(
            [
                "size", "recordings/s per core", "recordings/s in all", "Mevents/s", "bytes kept", "read", "count",
                "fill",
            ],
            rightAligned: Set(0...7))
        for result in results {
            table.add([
                "\(result.size)", String(format: "%.0f", result.recordingsPerSecond),
                String(format: "%.0f", result.recordingsPerWallSecond),
                String(format: "%.1f", result.millionEventsPerSecond),
                String(format: "%.0f", result.keptBytesPerRecording), percent(result.shares.read),
                percent(result.shares.count), percent(result.shares.fill),
            ])
        }
        print("loader: N-MNIST recordings from file to network input, T = \(results.first?.timeStepCount ?? 0)")
        print(table.text)
    }

    private func measureFormats() throws {
        var benchmark = FormatBenchmark()
        if let turns { benchmark.turns = turns }
        if let events { benchmark.eventCount = events }
        let results = try benchmark.run()
        if json {
            try JSON.print(Results(config: "formats", results: results))
            return
        }
        var table = Table(
            ["format", "layout", "bytes per event", "Mevents/s", "best", "GB/s", "copy GB/s", "vs copy"],
            rightAligned: Set(2...7))
        for result in results {
            table.add([
                result.format, result.variant, String(format: "%.1f", Double(result.bytes) / Double(result.events)),
                String(format: "%.1f", result.millionEventsPerSecond),
                String(format: "%.1f", result.millionEventsPerSecondBest),
                String(format: "%.2f", result.gigabytesPerSecond),
                String(format: "%.1f", result.copyGigabytesPerSecond),
                String(format: "%.1f", result.timesSlowerThanCopy),
            ])
        }
        print("formats: \(benchmark.eventCount) events on one core, median of \(benchmark.turns) turns")
        print(table.text)
    }

    private func forecastThreads(_ setting: StepBenchmark.Setting) throws {
        let result = try ThreadForecast(setting).run { StandardError.line("\(setting.name): \($0)") }
        if json { return try JSON.print(result) }
        var table = Table(["threads", "ms", "speed-up", "idle", "what is waited for"], rightAligned: [0, 1, 2, 3])
        for row in result.rows {
            table.add([
                "\(row.threads)", String(format: "%.1f", row.seconds * 1000), String(format: "%.1f", row.speedUp),
                percent(row.idleShare),
                row.longestWaits.map { "\($0.part) \(percent($0.shareOfStep))" }.joined(separator: ", "),
            ])
        }
        print(
            "\(result.config), batch \(result.batchSize): \(result.jobsPerStep) jobs a step, counted from measured blocks"
        )
        print(table.text + "\n")
    }

    private func forecastRanks(_ setting: StepBenchmark.Setting) throws {
        let result = try RankForecast(setting).run { StandardError.line("\(setting.name): \($0)") }
        if json { return try JSON.print(result) }
        func megabytes(_ bytes: Int) -> String { String(format: "%.2f", Double(bytes) / 1e6) }
        let names = RankForecast.Interconnect.all.map(\.name)
        var table = Table(
            ["ranks", "batch", "ms", "loss ms", "gradients MB", "least", "other MB", "collectives", "messages"]
                + names.map { "% on \($0)" }, rightAligned: Set(0...(8 + names.count)))
        for row in result.rows {
            let efficiencies = names.map { String(format: "%.0f", (row.efficiency[$0] ?? 0) * 100) }
            table.add(
                [
                    "\(row.ranks)", "\(row.batchSize)", String(format: "%.1f", row.computeSeconds * 1000),
                    String(format: "%.1f", row.lossSeconds * 1000), megabytes(row.gradientBytes),
                    megabytes(row.leastGradientBytes), megabytes(row.otherBytes), "\(row.collectives)",
                    "\(row.messages)",
                ] + efficiencies)
        }
        print(
            "\(result.config), \(result.samplesPerRank) samples a rank, \(result.parameterCount) parameters: what a rank "
                + "computes is measured, what it sends a step counted, the rest reckoned from nominal speeds")
        print(table.text + "\n")
    }

    private func text(of result: StepBenchmark.Result) -> String {
        func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        var table = Table(["part", "kernel", "density", "ms", "share"], rightAligned: [2, 3, 4])
        for layer in result.layers {
            table.add([
                layer.name, layer.kernel, layer.density.map { number($0 * 100, 1) + " %" } ?? "",
                number(layer.seconds * 1000, 2), percent(layer.shareOfStep),
            ])
        }
        return """
            \(result.config) on \(result.dataSet), batch \(result.batchSize), \(result.threads) threads, \
            \(result.kernels) kernels (\(result.vectors)), \(result.memory) memory
            step      \(number(result.stepSecondsMin * 1000, 1)) ms at best, \
            \(number(result.stepSecondsMedian * 1000, 1)) ms median; \
            \(number(result.denseGflopPerStep, 1)) GFLOP if all inputs were dense
            speed     \(number(result.gflops, 1)) GFLOP/s; sgemm 2048² \(number(result.sgemmGflops, 1)) GFLOP/s; \
            ratio \(number(result.ratioToSgemm, 2)), \(number(result.ratioToSgemmAtBest, 2)) at best
            memory    \(number(result.plannedMbPerSample, 1)) MB per sample planned, \
            \(number(result.peakMbPerSample, 1)) MB per sample measured; process \(number(result.processPeakMb, 0)) MB at peak
            \(table.text)

            """
    }
}
