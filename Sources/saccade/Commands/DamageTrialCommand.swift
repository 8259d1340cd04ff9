import ArgumentParser
import Data
import FileFormats
import Foundation

/// Tries all readers on damaged files. For those who work on the program: it is not listed among the commands.
struct DamageTrialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "damage-trial", abstract: "Read damaged files with every reader and count the outcomes.",
        discussion: """
            Exits with 0 if every input was read or refused. If the process crashes instead, the last number on \
            standard error says which thousand inputs to look at: --first and --inputs select them.
            """, shouldDisplay: false)

    @Option(help: "Number of inputs.") var inputs = 200_000
    @Option(help: "Number of the first input.") var first = 0
    @Option(help: "Seed of the damage.") var seed: UInt64 = 1
    @Option(help: "Folder of recordings to damage as well, searched recursively.") var files: String?
    @Option(
        parsing: .upToNextOption,
        help: "Readers to try; default: all. Names as the table lists them (frames, convert, png, preset, …).")
    var readers: [String] = []
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        guard inputs >= 0, first >= 0, first <= 1 << 50, inputs <= 1 << 50 else {
            throw ValidationError("--inputs and --first must not be negative")
        }
    }

    func run() async throws {
        try await reportingFailures {
            var subjects = try DamageSubject.all() + DamageSubject.frames() + DamageSubject.commands()
            if let files { subjects += try DamageSubject.files(Self.recordings(in: files)) }
            let known = Set(subjects.map(\.name))
            if let unknown = readers.first(where: { !known.contains($0) }) {
                throw CommandFailure(
                    "no reader '\(unknown)': known are \(known.sorted().joined(separator: ", "))", code: 64)
            }
            if !readers.isEmpty { subjects = subjects.filter { readers.contains($0.name) } }
            let trial = DamageTrial(seed: seed, subjects: subjects)
            let tally = try trial.run(first: first, count: inputs) { number in
                StandardError.drawn("\r\(number)")
            }
            StandardError.line("")
            if json { return try JSON.print(tally) }
            print(
                "\(tally.inputs) damaged inputs in \(String(format: "%.1f", tally.seconds)) s: \(tally.sound) read, "
                    + "\(tally.partial) read in part, \(tally.refused) refused; at most \(tally.largestMemory >> 20) MiB of memory; "
                    + "slowest \(tally.slowest.reader), number \(tally.slowest.input): "
                    + "\(String(format: "%.3f", tally.slowest.seconds)) s")
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
