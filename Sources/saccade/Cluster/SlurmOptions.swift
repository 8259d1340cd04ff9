import ArgumentParser
import Studies

/// Whether something is trained by Slurm, and what is asked of it.
struct SlurmOptions: ParsableArguments {
    @Flag(help: "Write a script for Slurm's sbatch instead of training here (`saccade help cluster`).") var slurm =
        false
    @Flag(help: "Hand the script to Slurm, too, and print the number of the job.") var submit = false
    @Option(help: ArgumentHelp("Time limit, such as 2:00:00; it goes on after it.", valueName: "time")) var time:
        String?
    @Option(help: "Slurm's partition.") var partition: String?
    @Option(help: "Slurm's account.") var account: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Another option of sbatch, such as '--mem=4G'; may be repeated.", valueName: "option"))
    var sbatch: [String] = []

    func validate() throws {
        guard slurm else {
            guard !submit, time == nil, partition == nil, account == nil, sbatch.isEmpty else {
                throw ValidationError(
                    "--submit, --time, --partition, --account and --sbatch are for Slurm: add --slurm")
            }
            return
        }
        if let time, !JobRequest.isTime(time) {
            throw ValidationError(
                "--time: '\(time)' is not a time limit; expected such as 2:00:00, 90 (minutes) or 1-12:00:00")
        }
        for word in [partition, account].compactMap({ $0 }) where !Self.isWord(word) {
            throw ValidationError("'\(word)' cannot name a partition or an account of Slurm")
        }
        for option in sbatch where !option.hasPrefix("-") || option.contains(where: \.isNewline) {
            throw ValidationError("--sbatch: '\(option)' is not an option; expected such as '--mem=4G'")
        }
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-") && !text.contains { $0.isWhitespace || "\"'\\#".contains($0) }
    }

    func request(threads: Int, atOnce: Int? = nil) -> JobRequest {
        JobRequest(
            time: time, partition: partition, account: account, threads: threads, atOnce: atOnce, options: sbatch)
    }
}
