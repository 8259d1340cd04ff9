/// What Slurm says of the tasks of job arrays.
public enum SlurmQueue {
    /// One task of an array that waits or is at work.
    public struct Task: Sendable, Hashable {
        /// Of the whole array.
        public var job: String
        /// `SLURM_ARRAY_TASK_ID`.
        public var index: Int
        /// `PENDING`, `RUNNING`, `COMPLETING`, ….
        public var state: String
        public var jobName: String
        /// `3:07`.
        public var elapsed: String
        public var node: String
        /// Why it waits: `Resources`, `Dependency`, ….
        public var reason: String

        /// Whether it has not been started, or not again.
        public var isPending: Bool { state == "PENDING" || state.hasPrefix("REQUEUE") }
    }

    /// What `squeue` is asked for. Its JSON comes with a plugin that not every cluster has, and its layout changes from
    /// version to version; these letters mean the same in all.
    public static func command(jobNames: [String]) -> [String] {
        [
            "squeue", "--noheader", "--array", "--name=" + jobNames.joined(separator: ","),
            "--format=%F|%K|%T|%M|%N|%j|%r",
        ]
    }

    /// Reads what `command` prints. Lines that are something else are passed over: warnings, and jobs without an array.
    public static func tasks(_ text: String) -> [Task] {
        text.split(whereSeparator: \.isNewline).flatMap { line -> [Task] in
            let fields = line.split(separator: "|", maxSplits: 6, omittingEmptySubsequences: false).map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            guard fields.count == 7, let indices = ArrayIndices.numbers(fields[1]) else { return [] }
            return indices.map {
                Task(
                    job: fields[0], index: $0, state: fields[2], jobName: fields[5], elapsed: fields[3],
                    node: fields[4], reason: fields[6] == "None" ? "" : fields[6])
            }
        }
    }
}

/// Numbers as Slurm writes them: `0-3,7,9-12:3%4`.
public enum ArrayIndices {
    /// The shortest text of some numbers.
    public static func text(_ numbers: [Int]) -> String {
        var parts: [(first: Int, last: Int)] = []
        for number in Set(numbers).sorted() {
            if let last = parts.last, last.last == number - 1 {
                parts[parts.count - 1].last = number
            } else {
                parts.append((number, number))
            }
        }
        return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
    }

    /// `nil` for a text that is something else. Brackets and the limit behind `%` are passed over.
    static func numbers(_ text: String) -> [Int]? {
        let list = text.prefix { $0 != "%" && $0 != "]" }.drop { $0 == "[" }
        guard !list.isEmpty else { return nil }
        var numbers: [Int] = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            // Where the list is long, squeue ends it with dots.
            if part == "..." { continue }
            let halves = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let range = halves.first else { return nil }
            let ends = range.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
            let step = halves.count == 2 ? Int(halves[1]) : 1
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, let step, step > 0, first >= 0,
                first <= last, last <= 4_000_000
            else { return nil }
            numbers += stride(from: first, through: last, by: step)
        }
        return numbers
    }
}
