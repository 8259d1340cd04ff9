import ArgumentParser
import FileFormats
import Foundation

/// Tries all readers on damaged files. For those who work on the program: it is not listed among the commands.
struct DamageTrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "damage-trial", abstract: "Read damaged files with every reader, and count what comes of it.",
        discussion: """
            Ends with 0 if every input was read or refused. If the process dies instead, the last number on standard error \
            says among which thousand to look: --first and --inputs read them alone.
            """, shouldDisplay: false)

    @Option(help: "How many inputs.") var inputs = 200_000
    @Option(help: "Number of the first.") var first = 0
    @Option(help: "Seed of the damage.") var seed: UInt64 = 1
    @Option(help: "Recordings to damage as well: a folder, searched with all it holds.") var files: String?
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        guard inputs >= 0, first >= 0, first <= 1 << 50, inputs <= 1 << 50 else {
            throw ValidationError("--inputs and --first are not negative")
        }
    }

    func run() async throws {
        try await reportingFailures {
            var trial = DamageTrial(seed: seed)
            if let files { trial.files = Self.recordings(in: files) }
            let tally = try trial.run(first: first, count: inputs) { number in
                StandardError.drawn("\r\(number)")
            }
            StandardError.line("")
            if json { return try JSON.print(tally) }
            print(
                "\(tally.inputs) damaged inputs in \(String(format: "%.1f", tally.seconds)) s: \(tally.sound) read, "
                    + "\(tally.partial) read in part, \(tally.refused) refused; at most \(tally.largestMemory >> 20) MiB"
            )
            var table = Table(["reader", "inputs"], rightAligned: [1])
            for (name, count) in tally.readers.sorted(by: { $0.key < $1.key }) { table.add([name, "\(count)"]) }
            print(table.text)
        }
    }

    private static func recordings(in folder: String) -> [URL] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { URL(fileURLWithPath: folder + "/" + $0) }.filter { url in
            (try? EventFormatCatalogue.format(of: url.path)) != nil
        }
    }
}
