import Configuration
import Foundation
import Testing

@testable import Studies

@Suite("Scripts for Slurm", .serialized)
struct JobScriptTests {
    private func scripts(
        _ made: MadeCells, _ request: JobRequest = JobRequest(), left: [Int]? = nil
    ) throws -> [JobScript] {
        let list = try made.list
        return JobScript.arrays(
            list, made.folder, request, left: left ?? list.cells.map(\.number), program: "/opt/my tools/saccade",
            command: "saccade study made --slurm")
    }

    private func options(_ script: JobScript) -> [String] {
        script.text.split(separator: "\n").filter { $0.hasPrefix("#SBATCH ") }.map { String($0.dropFirst(8)) }
    }

    /// What bash thinks of its grammar.
    private func isGrammatical(_ script: JobScript) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-n", "/dev/stdin"]
        let input = Pipe()
        process.standardInput = input
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(script.text.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("train an array of cells, with what was asked for")
    func array() throws {
        let made = try MadeCells()
        let request = JobRequest(
            time: "2:00:00", partition: "cpu", account: "lab", threads: 4, atOnce: 3,
            options: ["--mem=4G", "--constraint='a b'"])
        let script = try #require(try scripts(made, request, left: [0, 1, 2, 5, 7]).first)
        let name = JobName(study: "made", folder: made.folder.path).text
        #expect(script.name == "job.sbatch")
        #expect(
            options(script) == [
                "--job-name=\(name)", "--array=0-2,5,7%3", "--time=2:00:00", "--partition=cpu", "--account=lab",
                "--ntasks=1", "--cpus-per-task=4", "--signal=B:USR2@90", "--requeue", "--open-mode=append",
                "--output=\"\(made.folder.path)/logs/%A_%a.log\"", "--mem=4G", "--constraint='a b'",
            ])
        let lines = script.text.split(separator: "\n").map(String.init)
        #expect(
            lines[0] == "#!/bin/bash" && lines[1] == "# 5 of the 8 cells of the study made as a job array. Written by")
        #expect(lines.contains("saccade='/opt/my tools/saccade'") && lines.contains("folder='\(made.folder.path)'"))
        #expect(
            lines.contains(
                #""$saccade" study cell "$folder" "$SLURM_ARRAY_TASK_ID" --threads "${SLURM_CPUS_PER_TASK:-4}" &"#))
        #expect(script.text.contains(#"scontrol requeue "$SLURM_JOB_ID""#))
        #expect(try isGrammatical(script))
        // Slurm reads its lines before the first command.
        let command = try #require(lines.firstIndex { !$0.hasPrefix("#") })
        #expect(lines[command...].allSatisfy { !$0.hasPrefix("#SBATCH") })
        #expect(lines.allSatisfy { $0.count < 120 || $0.contains(made.folder.path) })
    }

    @Test("leave out nothing else than is asked, and nothing where nothing is left")
    func nothing() throws {
        let made = try MadeCells()
        #expect(try scripts(made, left: []).isEmpty)
        let script = try #require(try scripts(made, left: [4]).first)
        #expect(options(script).contains("--array=4") && script.text.contains("\n##SBATCH --time=2:00:00\n"))
    }

    @Test("train cells that take weights after those that give them")
    func stages() throws {
        let made = try MadeCells(
            MadeStudy.study { study in
                study.axes = []
                study.arms[1].takes = ["training.start_from": "events"]
            })
        let parts = try scripts(made)
        #expect(parts.map(\.name) == ["job-1.sbatch", "job-2.sbatch"])
        let (givers, takers) = (
            try made.list.cells.filter { $0.stage == 0 }, try made.list.cells.filter { $0.stage == 1 }
        )
        #expect(options(parts[0]).contains("--array=\(ArrayIndices.text(givers.map(\.number)))"))
        #expect(options(parts[1]).contains("--array=\(ArrayIndices.text(takers.map(\.number)))"))
        #expect(parts.allSatisfy { $0.text.contains("--dependency=afterany:NUMBER") })
        // Once the first stage is done, one array is left.
        #expect(try scripts(made, left: takers.map(\.number)).map(\.name) == ["job.sbatch"])
    }

    @Test("take cells beyond Slurm's greatest index in arrays of their own")
    func many() throws {
        let made = try MadeCells(MadeStudy.study { ($0.seeds, $0.axes) = (Array(1...600), []) })
        let parts = try scripts(made)
        #expect(parts.count == 2)
        #expect(options(parts[0]).contains("--array=0-999") && options(parts[1]).contains("--array=0-199"))
        #expect(parts[1].text.contains(#""$((SLURM_ARRAY_TASK_ID + 1000))""#))
        #expect(options(parts[1])[0].hasSuffix("+1000"))
        #expect(try isGrammatical(parts[1]))
    }

    @Test("go on with a single run")
    func single() throws {
        let script = JobScript.single(
            ["--preset=full", "--set", "a=b c"], run: "my run", folder: "/lab/50% done", JobRequest(threads: 16),
            tasks: 4, program: "/bin/saccade", workingFolder: "/lab", command: "saccade train\nrm -rf /")
        let lines = script.text.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(
            options(script).contains("--output=\"/lab/50%% done/logs/%j.log\"")
                && options(script).contains("--ntasks=4"))
        #expect(lines.contains(#"srun --kill-on-bad-exit=1 --mpi=pmix -n 4 "$saccade" train --resume "$run" &"#))
        #expect(
            lines.contains(
                #"srun --kill-on-bad-exit=1 --mpi=pmix -n 4 "$saccade" train --preset=full --set 'a=b c' --name "$run" &"#
            ))
        #expect(lines.contains("export SACCADE_HOME='/lab/50% done/home'") && lines.contains("run='my run'"))
        // Nothing of the command that wrote it is carried out.
        #expect(lines.contains("# rm -rf /'") || lines.contains("# rm -rf /"))
        #expect(try isGrammatical(script))
    }
}
