import ArgumentParser
import Configuration
import Engine
import Foundation
import Messages
import RunStore
import Training

struct RunsQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Runs that wait: list, add, move, remove, or train them one after the other.",
        discussion: "The queue outlives the program. A run that ends in the workbench hands over to the next.",
        subcommands: [List.self, Add.self, Move.self, Remove.self, Run.self], defaultSubcommand: List.self)

    struct Queued: Encodable {
        var entry: Int
        var position: Int
    }

    static func add(_ job: QueuedJob, _ host: Host, json: Bool) throws {
        let (entry, position) = try host.store.enqueue(job)
        if json { return try JSON.print(Queued(entry: entry, position: position)) }
        try Output.line("entry \(entry) waits at position \(position); `saccade runs queue run` trains the queue")
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what waits, in order.")

        @Flag(help: "Print JSON, an array.") var json = false

        func run() async throws {
            try await reportingFailures {
                let queue = try Host(.reading).store.queue()
                if json { return try JSON.print(queue) }
                guard !queue.isEmpty else { return try Output.line("nothing waits") }
                var table = Table(["entry", "what"], rightAligned: [0])
                for entry in queue {
                    table.add([
                        "\(entry.number)", entry.title + (entry.problem.map { "  ✗ cannot begin: \($0)" } ?? ""),
                    ])
                }
                try Output.line(table.text)
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a new run at the end of the queue, or --resume one. `runs fork --queue` adds a fork.")

        @OptionGroup var options: ConfigurationOptions
        @Option(help: "A label for the run.") var name: String?
        @Option(help: ArgumentHelp("Go on with a stopped or interrupted run.", valueName: "run")) var resume: String?
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws {
            if resume != nil, name != nil || options.isGiven {
                throw ValidationError("--resume goes on with the run as it was: nothing else goes with it")
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
        static let configuration = CommandConfiguration(abstract: "Put an entry at another position.")

        @Argument(help: "Number of the entry.") var entry: Int
        @Argument(help: "From 1.") var position: Int
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
        static let configuration = CommandConfiguration(abstract: "Take entries out of the queue.")

        @Argument(help: "Numbers of entries.") var entries: [Int]
        @Flag(help: "Print JSON, the queue.") var json = false

        func run() async throws {
            try await reportingFailures {
                let host = try Host(.existing)
                for entry in entries { try host.store.removeFromQueue(entry: entry) }
                if json { return try JSON.print(host.store.queue()) }
                try Output.line("\(try host.store.queue().count) runs wait")
            }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train what waits, one after the other, until nothing does.")

        @Argument(help: "The entry to begin with; the first otherwise.") var entry: Int?
        @OptionGroup var output: TrainingOutput

        func run() async throws {
            try await reportingFailures {
                try await output.train(handsOver: true, access: .existing) { host in
                    let waiting = try host.store.queue()
                    guard !waiting.isEmpty else { throw CommandFailure("nothing waits in the queue") }
                    if let entry, !waiting.contains(where: { $0.number == entry }) {
                        throw RunStoreError.unknownEntry(entry)
                    }
                    return (.trainFromQueue(entry: entry), [])
                }
            }
        }
    }
}
