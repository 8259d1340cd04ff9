/// Scripts for `sbatch` that people can read and change.
public struct JobScript: Sendable, Hashable {
    /// Of the file.
    public var name: String
    public var text: String

    /// The job arrays that train what is left of a list: one script, or several that follow each other.
    ///
    /// Cells that take weights of others stand in a later array than these, and so do those beyond the greatest index that
    /// Slurm takes.
    ///
    /// - Parameters:
    ///   - program: the program's path.
    ///   - command: that has written it, for the comment.
    ///   - left: numbers of cells to train.
    public static func arrays(
        _ list: CellList, _ folder: CellFolder, _ request: JobRequest, left: [Int], program: String, command: String
    ) -> [JobScript] {
        let limit = JobName.indexLimit
        let wanted = list.cells.filter { Set(left).contains($0.number) }
        let parts = Dictionary(grouping: wanted) { [$0.stage, $0.number / limit] }.sorted {
            ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1])
        }
        return parts.enumerated().map { place, part in
            let first = part.key[1] * limit
            let name = parts.count == 1 ? "job.sbatch" : "job-\(place + 1).sbatch"
            return JobScript(
                name: name,
                text: array(
                    list, folder, request, part.value.map { $0.number - first }, first: first,
                    place: (place + 1, parts.count), file: name, program: program, command: command))
        }
    }

    private static func array(
        _ list: CellList, _ folder: CellFolder, _ request: JobRequest, _ indices: [Int], first: Int,
        place: (number: Int, count: Int), file: String, program: String, command: String
    ) -> String {
        let path = ShellWord.quoted(folder.path)
        func scriptPath(_ number: Int) -> String {
            ShellWord.quoted("\(folder.path)/job\(place.count == 1 ? "" : "-\(number)").sbatch")
        }
        var order = ["sbatch \(scriptPath(place.number))"]
        if place.count > 1 {
            order = [
                "Part \(place.number) of \(place.count). In this order, each with the number that the one before has printed:",
                "",
            ]
            order += (1...place.count).map {
                "    sbatch " + ($0 == 1 ? "" : "--dependency=afterany:NUMBER ") + scriptPath($0)
            }
            order.append("")
        }
        let heading =
            [
                "\(indices.count) of the \(list.cells.count) cells of the study \(list.study) as a job array. Written by",
                "    \(command)", "",
            ] + order + [
                "saccade study status \(path)     how far it is",
                "saccade study gather \(path)     brings finished runs into your history", "",
                "Each task trains the cell of its number in cells.txt, in a home of its own below homes/:",
                "no two machines ever write to one history. \(JobRequest.noticeSeconds) seconds before the time limit Slurm sends USR2;",
                "the cell stops with a checkpoint, the task is queued again and goes on from there.",
                "A cell that is finished ends at once: submitting this again repeats nothing.",
                "Everything here may be changed; the lines with #SBATCH are for Slurm.",
            ]
        let name = JobName(study: list.study, folder: folder.path)
        let index = first == 0 ? "$SLURM_ARRAY_TASK_ID" : "$((SLURM_ARRAY_TASK_ID + \(first)))"
        return script(
            heading,
            request.lines(
                name: name.text(first: first), array: indices, log: JobRequest.path(folder.path, "/logs/%A_%a.log")),
            """
            # Where the machines that train find the program.
            saccade=\(ShellWord.quoted(program))
            folder=\(path)

            "$saccade" study cell "$folder" "\(index)" --threads "${SLURM_CPUS_PER_TASK:-\(request.threads)}" &
            """,
            // One that has come to its end all the same is not begun again.
            again: #" && [ "$code" -ne 0 ]"#)
    }

    /// One long run.
    ///
    /// - Parameters:
    ///   - arguments: of `saccade train`, without a name.
    ///   - run: its name.
    ///   - folder: a whole path, for home and logs.
    ///   - tasks: processes that train it together.
    public static func single(
        _ arguments: [String], run: String, folder: String, _ request: JobRequest, tasks: Int?, program: String,
        workingFolder: String, command: String
    ) -> JobScript {
        let home = ShellWord.quoted(folder + "/home")
        let heading = [
            "One run of saccade, which goes on from its checkpoint when it is preempted. Written by", "    \(command)",
            "",
            "sbatch \(ShellWord.quoted(folder + "/job.sbatch"))", "",
            "\(JobRequest.noticeSeconds) seconds before the time limit Slurm sends USR2; the run stops with a checkpoint, the job is",
            "queued again and goes on from there. It is in a home of its own: a history must not be",
            "written by several machines over a network. squeue says on which machine it is at work:", "",
            "    ssh -t MACHINE env SACCADE_HOME=\(home) saccade attach",
            "    saccade runs pull \(home)     brings it into your history", "",
            "Everything here may be changed; the lines with #SBATCH are for Slurm.",
        ]
        let name = JobName(study: run, folder: folder).text
        let start = tasks.map { "srun --kill-on-bad-exit=1 --mpi=pmix -n \($0) " } ?? ""
        return JobScript(
            name: "job.sbatch",
            text: script(
                heading,
                request.lines(
                    name: name, array: nil, log: JobRequest.path(folder, "/logs/%j.log"), tasks: tasks ?? 1),
                """
                # Where the machines that train find the program.
                saccade=\(ShellWord.quoted(program))
                export SACCADE_HOME=\(home)
                export SACCADE_THREADS="${SLURM_CPUS_PER_TASK:-\(request.threads)}"
                cd \(ShellWord.quoted(workingFolder)) || exit 1
                run=\(ShellWord.quoted(run))

                if "$saccade" runs show "$run" >/dev/null 2>&1; then
                    \(start)"$saccade" train --resume "$run" &
                else
                    \(start)"$saccade" train \(ShellWord.line(arguments)) --name "$run" &
                fi
                """))
    }

    /// - Parameters:
    ///   - start: begins what trains in the background, as the last thing.
    ///   - again: what else must hold for the job to be queued again after a notice.
    private static func script(
        _ heading: [String], _ options: [String], _ start: String, again: String = ""
    ) -> String {
        """
        #!/bin/bash
        \(comment(heading))
        #
        \(options.joined(separator: "\n"))

        \(start)
        training=$!

        # In the background, because a shell hears signals only while it waits.
        trap 'again=1; notice=1; kill -USR2 "$training" 2>/dev/null' USR2
        trap 'again=1; kill -TERM "$training" 2>/dev/null' TERM INT
        again=1
        while [ -n "$again" ]; do
            again=
            wait "$training"
            code=$?
        done
        if [ -n "$notice" ]\(again); then
            echo "told to stop: the job is queued again, and goes on from its checkpoint"
            scontrol requeue "$SLURM_JOB_ID"
        fi
        exit "$code"

        """
    }

    /// Also of a word with a line break in it nothing may leave the comment.
    private static func comment(_ lines: [String]) -> String {
        lines.flatMap { $0.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) }
            .map { $0.isEmpty ? "#" : "# \($0)" }.joined(separator: "\n")
    }
}
