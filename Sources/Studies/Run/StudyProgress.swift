/// How far a study is.
public struct StudyProgress: Sendable, Hashable, Codable {
    public var finished: Int
    public var failed: Int
    /// By people, who have to say that they are to go on.
    public var stopped: Int
    public var active: Int
    /// Those that are known: a search that has not decided yet has more.
    public var cells: Int
    /// Until the known cells are done, as long as steps of the finished ones took; `nil` while none says it.
    public var secondsLeft: Double?

    /// - Parameters:
    ///   - active: identifiers of cells that are being trained.
    ///   - held: of those that nobody waits for.
    ///   - jobs: how many at once.
    init(
        _ cells: [Cell], _ states: [String: CellState], active: Set<String>, held: Set<String> = [], jobs: Int
    ) {
        self.cells = cells.count
        self.active = active.count
        (finished, failed, stopped) = (0, 0, 0)
        // Arms differ in what a step costs; one of which nothing is known costs as much as all others.
        var cost: [String: (seconds: Double, steps: Int)] = [:]
        var all = (seconds: 0.0, steps: 0)
        var left: [String: Double] = [:]
        for cell in cells {
            switch states[cell.id] ?? .absent {
            case .finished(let result):
                finished += 1
                let known = cost[cell.arm] ?? (0, 0)
                cost[cell.arm] = (known.seconds + result.seconds, known.steps + result.optimizerSteps)
                all = (all.seconds + result.seconds, all.steps + result.optimizerSteps)
            case .failed: failed += 1
            case _ where held.contains(cell.id) && !active.contains(cell.id): stopped += 1
            // One that goes on is half done, as nobody says better.
            default: left[cell.arm, default: 0] += Double(cell.steps) * (active.contains(cell.id) ? 0.5 : 1)
            }
        }
        guard all.steps > 0 else { return }
        let work = left.reduce(0.0) { sum, arm in
            let known = cost[arm.key].flatMap { $0.steps > 0 ? $0 : nil } ?? all
            return sum + arm.value * known.seconds / Double(known.steps)
        }
        secondsLeft = work / Double(jobs)
    }

    /// `12 of 40 runs finished, 2 under way, about 3 minutes left`.
    public var text: String {
        var parts = ["\(finished) of \(cells) runs finished"]
        if failed > 0 { parts.append("\(failed) failed") }
        if stopped > 0 { parts.append("\(stopped) stopped") }
        if active > 0 { parts.append("\(active) under way") }
        if let secondsLeft, finished + failed + stopped < cells {
            parts.append("about \(Self.duration(secondsLeft)) left")
        }
        return parts.joined(separator: ", ")
    }

    static func duration(_ seconds: Double) -> String {
        func many(_ count: Int, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
        switch seconds {
        case ..<90: return many(max(1, Int(seconds.rounded())), "second")
        case ..<5400: return many(Int((seconds / 60).rounded()), "minute")
        case ..<172_800: return many(Int((seconds / 3600).rounded()), "hour")
        default: return many(Int((seconds / 86_400).rounded()), "day")
        }
    }
}
