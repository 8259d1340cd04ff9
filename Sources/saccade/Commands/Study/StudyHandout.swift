import Foundation
import RunStore
import Studies

/// Hands out the cells of a study to be trained one by one, in a folder.
struct StudyHandout {
    let folder: CellFolder
    let list: CellList
    /// Numbers of cells that are neither finished nor being trained.
    let left: [Int]
    /// Numbers of cells that wait in Slurm's queue or are being trained.
    let underWay: [Int]
    /// How many are left out because they were stopped in the workbench.
    let heldCount: Int
    /// Whether a search goes on once these are trained.
    let isSearchStage: Bool

    /// Writes the folder.
    ///
    /// - Parameters:
    ///   - folder: `nil`: the study's name and `-cells`, in the current folder.
    ///   - takesHeld: whether cells that were stopped in the workbench are to be trained, too.
    /// - Throws: `CellFolderError`, `RunStoreError`.
    init(_ planned: PlannedStudy, folder path: String?, takesHeld: Bool, _ host: Host) throws {
        planned.remember()
        let plan = planned.plan
        folder = CellFolder(path ?? "\(plan.study.name)-cells", beside: host.paths)
        var states = try StudyWork.known(plan, host)
        // A search counts also what has failed in the folder.
        if folder.isThere, try folder.list().study == plan.study.name {
            for entry in try folder.list().cells where states[entry.id]?.result == nil {
                guard let progress = folder.progress(of: entry.id), progress.phase == .failed else { continue }
                states[entry.id] = .failed(run: nil, reason: progress.reason ?? "")
            }
        }
        let cells = try plan.numberedCells(states)
        let finished = Set(cells.map(\.id).filter { states[$0]?.result != nil })
        list = CellList(
            plan, cells, finished: finished, file: planned.path,
            workingFolder: FileManager.default.currentDirectoryPath)
        try folder.write(list, cells, described: host.store.description)
        try folder.supply(list, cells, states, from: host.store)
        CellShelf(host.paths).remember(folder, study: plan.study.name)
        let rows = SlurmStatus.read(folder, list).cells
        underWay = rows.filter { [.pending, .running, .waiting].contains($0.state) }.map(\.number)
        let done = Set(rows.filter { $0.state == .finished }.map(\.number) + underWay)
        let held = Set(takesHeld ? [] : planned.book.read().held)
        let open = list.cells.filter { !done.contains($0.number) }
        heldCount = open.count { held.contains($0.id) }
        left = open.filter { !held.contains($0.id) }.map(\.number)
        isSearchStage = try plan.searchGoesOn(states)
    }

    /// The command that trains a cell.
    func command(_ entry: CellList.Entry, threads: Int) throws -> String {
        let words = [try Self.program, "study", "cell", folder.path, "\(entry.number)"]
        return ShellWord.line(words + (threads == 1 ? [] : ["--threads", "\(threads)"]))
    }

    static var program: String {
        get throws { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
    }

    /// What people are told of a search, which is not over with these cells.
    var searchNote: String {
        "these are the runs that the search has decided on so far: once they are trained, `saccade study gather "
            + "\(ShellWord.quoted(folder.path))` and the same command again hand out the next"
    }

    /// What people are told of cells that they have stopped.
    var heldNote: String? {
        guard heldCount > 0 else { return nil }
        return "\(heldCount) run\(heldCount == 1 ? "" : "s") stopped in the workbench: --all hands "
            + "\(heldCount == 1 ? "it" : "them") out, too"
    }

    private struct Written: Encodable {
        var study: String
        var folder: String
        var scripts: [String]
        /// Numbers of cells that the scripts train.
        var cells: [Int]
        var jobs: [String]
        var searchGoesOn: Bool
    }

    /// Writes scripts for Slurm, and hands them to it if that is wanted.
    func writeJobs(_ options: SlurmOptions, threads: Int, atOnce: Int?, isJSON: Bool) throws {
        let command = ShellWord.line(["saccade"] + CommandLine.arguments.dropFirst())
        let scripts = JobScript.arrays(
            list, folder, options.request(threads: threads, atOnce: atOnce), left: left, program: try Self.program,
            command: command)
        folder.removeScripts()
        for script in scripts { try folder.write(script: script.text, to: script.name) }
        let paths = scripts.map { "\(folder.path)/\($0.name)" }
        let jobs = options.submit ? try Slurm.submit(paths) : []
        if isJSON {
            return try JSON.print(
                Written(
                    study: list.study, folder: folder.path, scripts: paths, cells: left, jobs: jobs,
                    searchGoesOn: isSearchStage))
        }
        try tell(paths, jobs)
    }

    private func tell(_ scripts: [String], _ jobs: [String]) throws {
        let place = ShellWord.quoted(folder.path)
        if !underWay.isEmpty {
            try Output.line("\(underWay.count) cell\(underWay.count == 1 ? " is" : "s are") queued or trained already")
        }
        if let heldNote { try Output.line(heldNote) }
        guard !scripts.isEmpty else {
            try Output.line("nothing is left to submit of the \(list.cells.count) cells of \(list.study)")
            if isSearchStage { try Output.line(searchNote) }
            return try Output.line("bring them:   saccade study gather \(place)")
        }
        try Output.line(
            "\(left.count) of the \(list.cells.count) cells of \(list.study) in \(scripts.joined(separator: ", "))")
        if !jobs.isEmpty {
            try Output.line("submitted:    job \(jobs.joined(separator: ", then "))")
        } else {
            for (place, script) in scripts.enumerated() {
                let order = place == 0 ? "" : "--dependency=afterany:NUMBER_OF_THE_ONE_BEFORE "
                try Output.line(
                    "\(place == 0 ? "submit it:  " : "and then:   ")  sbatch \(order)\(ShellWord.quoted(script))")
            }
        }
        try Output.line("how far:      saccade study status \(place)")
        try Output.line("bring them:   saccade study gather \(place)")
        if isSearchStage { try Output.line(searchNote) }
    }
}
