import Foundation

/// Talks to a Slurm through its commands.
enum Slurm {
    struct Answer {
        var code: Int32
        var output: String
        /// The last line that it has said of what is wrong.
        var problem: String
    }

    /// Runs one of its commands to the end; blocks.
    ///
    /// - Returns: `nil` if there is no such command here.
    static func ask(_ command: [String]) -> Answer? {
        guard let path = program(command[0]) else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = Array(command.dropFirst())
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (output, errors)
        do { try process.run() } catch { return nil }
        let said = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        // Few lines: they wait in the pipe until the output is read.
        let problem = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        let lines = String(decoding: problem, as: UTF8.self).split(whereSeparator: \.isNewline)
        return Answer(
            code: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
            problem: lines.last.map(String.init) ?? "it ended with \(process.terminationStatus)")
    }

    private static func program(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Hands scripts to Slurm, each to begin once the one before has ended, however that went.
    ///
    /// - Returns: the numbers of the jobs.
    /// - Throws: `CommandFailure` that says which were taken.
    static func submit(_ scripts: [String]) throws -> [String] {
        var jobs: [String] = []
        for script in scripts {
            let dependency = jobs.last.map { ["--dependency=afterany:\($0)"] } ?? []
            let command = ["sbatch", "--parsable"] + dependency + [script]
            guard let answer = ask(command) else {
                throw CommandFailure(
                    "there is no sbatch here: give the command where Slurm is, `\(command.joined(separator: " "))`, or "
                        + "train here, `saccade study cells FILE | parallel`")
            }
            // `123`, or `123;cluster`.
            let job = answer.output.split { $0 == ";" || $0.isWhitespace }.first.map(String.init)
            guard answer.code == 0, let job else {
                throw CommandFailure(
                    "Slurm did not take \(script): \(answer.problem)"
                        + (jobs.isEmpty ? "" : "; job \(jobs.joined(separator: ", ")) was taken: `scancel` ends it"))
            }
            jobs.append(job)
        }
        return jobs
    }
}
