/// What a job asks of Slurm.
public struct JobRequest: Sendable, Hashable {
    /// As Slurm writes it, `2:00:00`; `nil`: what the partition has.
    public var time: String?
    public var partition: String?
    public var account: String?
    /// Processors of a task, and threads of its run.
    public var threads: Int
    /// Tasks of an array at once; `nil`: as many as Slurm finds room for.
    public var atOnce: Int?
    /// More options of `sbatch`, each with what belongs to it.
    public var options: [String]

    public init(
        time: String? = nil, partition: String? = nil, account: String? = nil, threads: Int = 1, atOnce: Int? = nil,
        options: [String] = []
    ) {
        (self.time, self.partition, self.account) = (time, partition, account)
        (self.threads, self.atOnce, self.options) = (threads, atOnce, options)
    }

    /// Seconds before the time limit at which a run is told to stop: enough to end a step and write a checkpoint.
    static let noticeSeconds = 90

    /// Whether Slurm takes a text for a time limit: minutes, minutes:seconds, hours:minutes:seconds, days-hours, ….
    public static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let clock = parts.last, (1...2).contains(parts.count) else { return false }
        func areNumbers(_ words: [Substring]) -> Bool {
            words.allSatisfy { !$0.isEmpty && $0.count <= 6 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        return (1...3).contains(fields.count) && areNumbers(fields) && (parts.count == 1 || areNumbers([parts[0]]))
    }

    /// The lines that Slurm reads in a script.
    ///
    /// - Parameters:
    ///   - array: indices; `nil` for a single job.
    ///   - log: a path in which `%A` and the like stand for what Slurm puts there.
    ///   - tasks: processes of the job.
    func lines(name: String, array: [Int]?, log: String, tasks: Int = 1) -> [String] {
        var options = ["--job-name=\(name)"]
        if let array { options.append("--array=\(ArrayIndices.text(array))" + (atOnce.map { "%\($0)" } ?? "")) }
        if let time { options.append("--time=\(time)") }
        if let partition { options.append("--partition=\(partition)") }
        if let account { options.append("--account=\(account)") }
        options += ["--ntasks=\(tasks)", "--cpus-per-task=\(threads)"]
        options += ["--signal=B:USR2@\(Self.noticeSeconds)", "--requeue", "--open-mode=append", "--output=\(log)"]
        options += self.options
        // Slurm reads to the end of a line: nothing may stand behind an option that people are to take in.
        let hint =
            time == nil
            ? ["# The time limit is the partition's. For another, take away one #:", "##SBATCH --time=2:00:00"] : []
        return options.map { "#SBATCH \($0)" } + hint
    }

    /// A path as the value of an option in a script: Slurm takes what stands in quotes for one word.
    static func path(_ path: String, _ pattern: String = "") -> String {
        // What begins with % is replaced by Slurm.
        let text = path.replacing("%", with: "%%") + pattern
        let isPlain = !text.contains { $0.isWhitespace || "\"'\\#".contains($0) }
        return isPlain ? text : "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
