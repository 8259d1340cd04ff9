import ArgumentParser
import Configuration
import Engine
import Foundation
import Messages
import RunStore
import Training

struct RunsQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "List, add, move, remove and train queued runs.",
        discussion:
            "The queue is kept when the program quits. In the workbench the next queued run begins when a run ends.",
        subcommands: [List.self, Add.self, Move.self, Remove.self, Run.self], defaultSubcommand: List.self)

    struct Queued: Encodable {
        var entry: Int
        var position: Int
    }

    static func add(_ job: QueuedJob, _ host: Host, json: Bool) throws {
        let (entry, position) = try host.store.enqueue(job)
        if json { return try JSON.print(Queued(entry: entry, position: position)) }
        try Output.line("entry \(entry) added at position \(position); `saccade runs queue run` trains the queue")
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the queued runs in order.")

        @Flag(help: "Print JSON, an array.") var json = false

        func run() async throws {
            try await reportingFailures {
                let queue = try Host(.reading).store.queue()
                if json { return try JSON.print(queue) }
                guard !queue.isEmpty else { return try Output.line("the queue is empty") }
                var table = Table(["entry", "what"], rightAligned: [0])
                for entry in queue {
                    table.add([
                        "\(entry.number)", entry.title + (entry.problem.map { "  ✗ could not start: \($0)" } ?? ""),
                    ])
                }
                try Output.line(table.text)
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a new run to the end of the queue, or one to --resume. `runs fork --queue` adds a fork.")

        @OptionGroup var options: ConfigurationOptions
        @Option(help: "Name of the run.") var name: String?
        @Option(help: ArgumentHelp("Resume a stopped or interrupted run.", valueName: "run")) var resume: String?
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws {
            if resume != nil, name != nil || options.isGiven {
                throw ValidationError(
                    "--resume continues the run with its own settings: it cannot be combined with other options")
            }
        }

        func run() async throws {
            try await reportingFailures {
                if let resume {
                    let host = try Host(.existing)
                    return try RunsQueue.add(.resume(run: try host.store.identifier(of: resume)), host, json: json)
                }
                let presets = PresetStore(paths: StoragePaths(), described: .shipped)
                let configuration = try options.configuration(presets)
                try RunCheck.check(configuration)
                let preset = try options.presetName(presets)
                try RunsQueue.add(
                    .start(configuration: configuration, name: name, preset: preset), try Host(), json: json)
            }
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Move an entry to another position.")

        @Argument(help: "Number of the entry.") var entry: Int
        @Argument(help: "New position, from 1.") var position: Int
        @Flag(help: "Print JSON, the queue.") var json = false

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.existing)
                try host.store.moveInQueue(entry: entry, position: position)
                if json { return try JSON.print(host.store.queue()) }
                for (index, entry) in try host.store.queue().enumerated() {
                    try Output.line("\(index + 1). entry \(entry.number): \(entry.title)")
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove entries from the queue.")

        @Argument(help: "Numbers of entries.") var entries: [Int]
        @Flag(help: "Print JSON, the queue.") var json = false

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.existing)
                for entry in entries { try host.store.removeFromQueue(entry: entry) }
                if json { return try JSON.print(host.store.queue()) }
                try Output.line("\(try host.store.queue().count) runs left in the queue")
            }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train the queued runs one after another until the queue is empty.")

        @Argument(help: "Entry to begin with; default: the first.") var entry: Int?
        @OptionGroup var output: TrainingOutput

        func run() async throws {
            try await reportingFailures {
                try await output.train(handsOver: true, access: .existing) { host in
                    let waiting = try host.store.queue()
                    guard !waiting.isEmpty else { throw CommandFailure("the queue is empty") }
                    if let entry, !waiting.contains(where: { $0.number == entry }) {
                        throw RunStoreError.unknownEntry(entry)
                    }
                    return (.trainFromQueue(entry: entry), [])
                }
            }
        }
    }
}
