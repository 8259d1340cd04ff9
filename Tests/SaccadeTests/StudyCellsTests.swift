import Foundation
import Messages
import Testing
import TestSupport

/// Cells of a study with the program itself, each in a process and a home of its own.
@Suite("Cells of a study", .serialized)
struct StudyCellsTests {
    let home: Home
    private let file: String
    private let cells: String
    /// Programs that stand in for Slurm's.
    private let tools: String

    init() async throws {
        home = try await Home.inTurn()
        (cells, tools) = (home.root.path + "/my cells", home.root.path + "/tools")
        file = home.root.path + "/tiny.yaml"
        let text =
            TinyStudy.text(name: "tiny", steps: 3, seeds: 1) + """

                  fine-tuning:
                    training.start_from: arm:events only
                    sliding.strategy: events-only
                    loss.domain_alignment: false
                """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    }

    private func run(_ arguments: String..., code: Int32 = 0) async throws -> Program.Outcome {
        let outcome = try await Program.run(
            arguments, home: home, environment: ["PATH": tools + ":/usr/bin:/bin"])
        #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private func tool(_ name: String, _ script: String) throws {
        let url = URL(fileURLWithPath: tools + "/" + name)
        try Data("#!/bin/bash\n\(script)\n".utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
    }

    /// As GNU parallel does, all at once.
    private func parallel(_ lines: [String]) async throws {
        try await withThrowingTaskGroup(of: Program.Outcome.self) { group in
            for line in lines {
                group.addTask { [home] in try await Program.run(["-c", line], home: home, path: "/bin/bash") }
            }
            for try await outcome in group {
                #expect(outcome.code == 0 && outcome.output.contains("finished, test"), "\(outcome.errors)")
            }
        }
    }

    private func numbers(_ report: Program.Outcome) throws -> [[String]] {
        let rows = CSVText.rows(report.output)
        let run = try #require(rows.first?.firstIndex(of: "run"))
        return rows.map { row in row.enumerated().filter { $0.offset != run }.map(\.element) }
    }

    @Test("are lines for a shell, which train all that is left; gathered, they give the table of a study trained here")
    func parallel() async throws {
        try tool("squeue", "exit 1")
        let listed = try await run("study", "cells", file, "-o", cells)
        #expect(listed.lines.count == 3 && listed.lines.allSatisfy { $0.contains("study cell '\(cells)' ") })
        try await parallel(listed.lines)
        // They are harmless, and none is left.
        let again = try await run("study", "cell", cells, "1")
        #expect(again.lines.count == 1 && again.output.contains("finished, test"))
        #expect(try await run("study", "cells", file, "-o", cells).output.isEmpty)
        let all = try await run("study", "cells", file, "-o", cells, "--all", "--json").object()
        #expect(((all["cells"] as? [[String: Any]])?.compactMap { $0["number"] as? Int }) == [0, 1, 2])
        let status = try await run("study", "status", cells, "--json").object()
        #expect((status["counts"] as? [String: Int]) == ["finished": 3])
        #expect((status["slurm_problem"] as? String)?.isEmpty == false)

        // The study's name is enough.
        let gathered = try await run("study", "gather", "tiny")
        #expect(gathered.output.contains("3 brought, 0 here already, 0 not finished of 3 cells"))
        #expect(try await run("study", "gather", "tiny").output.contains("0 brought, 3 here already"))
        let report = try await run("study", file, "--report", "--csv")
        let other = try Home()
        let whole = try await Program.run("study", file, "--csv", "--jobs", "1", home: other)
        #expect(try numbers(report) == numbers(whole) && numbers(report).count == 4)
        // Nothing is trained any more, whoever is asked.
        let trained = try await run("study", "train", file, "--csv")
        #expect(trained.output == report.output && trained.errors.isEmpty)
        #expect(try await run("runs", "list", "--json").array().count == 3)
        #expect(try await run("study", file, "--slurm", "-o", cells).output.contains("nothing is left to submit"))
    }

    @Test("stop with a checkpoint and go on with it")
    func preempted() async throws {
        let text = try String(contentsOfFile: file, encoding: .utf8).replacing("steps: 3,", with: "steps: 400,")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        _ = try await run("study", "cells", file, "-o", cells)
        let cell = try Running(["study", "cell", cells, "0"], home: home)
        try await eventually("it trains") {
            let status = try? await run("study", "status", cells, "--json").object()
            let first = (status?["cells"] as? [[String: Any]])?.first
            return first?["state"] as? String == "running" && first?["step"] as? Int ?? 0 > 0
        }
        let busy = try await run("study", "cell", cells, "0", code: 1)
        #expect(busy.errors.contains("is being trained by another process"))
        cell.send(SIGUSR2)
        let stopped = try await cell.end()
        #expect(stopped.code == 1 && stopped.output.contains("of 400: the same command goes on"), "\(stopped.errors)")
        let listed = try await run("study", "status", cells).output
        #expect(listed.contains("0 of 3 cells finished, 1 stopped, 2 not begun"), "\(listed)")
        // What takes its weights says so.
        let hanging = try await run("study", "cell", cells, "2", code: 1)
        #expect(hanging.errors.contains("takes the weights of the cell 0") && hanging.errors.contains("train it first"))
        let done = try await run("study", "cell", cells, "0", "--json")
        let object = try done.object()
        #expect((object["progress"] as? [String: Any])?["phase"] as? String == "finished")
        #expect(done.lines.count { $0.contains(#""event":"epoch""#) } > 1)
        #expect(try await run("study", "gather", cells).output.contains("1 brought, 0 here already, 2 not finished"))
    }

    @Test("are a job array for Slurm, which gets it if that is asked for")
    func slurm() async throws {
        try tool("sbatch", "echo \"$@\" >>\(home.root.path)/asked; echo 4$(wc -l <\(home.root.path)/asked)")
        let name = "$(sed -n 's/^#SBATCH --job-name=//p' '\(cells)/job-1.sbatch')"
        try tool("squeue", "[ -e '\(cells)/job-1.sbatch' ] || exit 0; echo \"41|0|PENDING|0:00||\(name)|Resources\"")
        let written = try await run(
            "study", file, "--slurm", "--submit", "-o", cells, "--time", "2:00:00", "--jobs", "2", "--threads", "3",
            "--partition", "cpu", "--sbatch", "--mem=4G")
        #expect(written.output.contains("submitted:    job 41, then 42"))
        let asked = try String(contentsOfFile: home.root.path + "/asked", encoding: .utf8)
        #expect(
            asked == "--parsable \(cells)/job-1.sbatch\n--parsable --dependency=afterany:41 \(cells)/job-2.sbatch\n")
        let script = try String(contentsOfFile: cells + "/job-1.sbatch", encoding: .utf8)
        for line in ["--array=0-1%2", "--time=2:00:00", "--cpus-per-task=3", "--partition=cpu", "--mem=4G"] {
            #expect(script.contains("\n#SBATCH \(line)\n"), "\(line)")
        }
        let status = try await run("study", "status", file)
        #expect(status.output.contains("0 of 3 cells finished, 1 pending, 2 not begun"), "\(status.output)")
        // What is queued is not handed out once more.
        let again = try await run("study", file, "--slurm", "-o", cells, "--json").object()
        #expect(again["cells"] as? [Int] == [1, 2])
        // The script itself, without Slurm.
        let outcome = try await Program.run(
            [cells + "/job-1.sbatch"], home: home, path: "/bin/bash", environment: ["SLURM_ARRAY_TASK_ID": "1"])
        #expect(outcome.code == 0 && outcome.output.contains("finished, test"), "\(outcome.errors)")

        try tool("sbatch", "echo 'sbatch: error: invalid partition' >&2; exit 1")
        let refused = try await run("study", file, "--slurm", "--submit", "-o", home.root.path + "/b", code: 1)
        #expect(refused.errors.contains("Slurm did not take") && refused.errors.contains("invalid partition"))
        try FileManager.default.removeItem(atPath: tools + "/sbatch")
        let none = try await Program.run(
            ["study", file, "--slurm", "--submit", "-o", home.root.path + "/c"], home: home,
            environment: ["PATH": tools])
        #expect(none.code == 1 && none.errors.contains("there is no sbatch here: give the command where Slurm is"))
    }

    @Test("that were stopped in the workbench are handed out only if that is asked for, and failures say why")
    func held() async throws {
        let all = try await run("study", "cells", file, "-o", cells, "--json").object()
        let ids = try #require(all["cells"] as? [[String: Any]]).compactMap { $0["id"] as? String }
        let orders = home.root.path + "/state/studies/tiny/orders.json"
        let text = #"{"mode":"train","held":["\#(ids[1])"],"first":[],"seeds":[]}"#
        try Data(text.utf8).write(to: URL(fileURLWithPath: orders))
        let listed = try await run("study", "cells", file, "-o", cells)
        #expect(listed.lines.count == ids.count - 1 && listed.errors.contains("1 run stopped in the workbench"))
        #expect(try await run("study", "cells", file, "-o", cells, "--all").lines.count == ids.count)
        #expect(try await run("study", file, "--slurm", "-o", cells).output.contains("2 of the 3 cells of tiny"))
        #expect(try await run("study", file, "--slurm", "--all", "-o", cells).output.contains("3 of the 3 cells"))
        // A file in place of the history: that run cannot begin.
        try Data("no history".utf8).write(
            to: URL(fileURLWithPath: cells + "/homes/\(ids[0])/data"))
        let failed = try await run("study", "cell", cells, ids[0], code: 1)
        #expect(failed.errors.contains("is not a folder"))
        let status = try await run("study", "status", cells)
        #expect(status.output.contains("1 failed") && status.output.contains("is not a folder"))
    }

    @Test("a single run is a job that goes on with its run")
    func train() async throws {
        let folder = home.root.path + "/a job"
        _ = try await Program.run(["presets", "save", "mine", "--preset", "digits", "--epochs", "2"], home: home)
        let written = try await Program.run(
            ["train", "--preset", "mine", "--slurm", "--folder", folder, "--name", "long", "--seed", "3"] + Home.tiny,
            home: home)
        #expect(written.code == 0 && written.output.contains("sbatch '\(folder)/job.sbatch'"), "\(written.errors)")
        let script = try String(contentsOfFile: folder + "/job.sbatch", encoding: .utf8)
        #expect(script.contains("--preset=\(home.root.path)/config/presets/mine.yaml") && script.contains("--seed=3"))
        for _ in 0..<2 {
            let outcome = try await Program.run([folder + "/job.sbatch"], home: home, path: "/bin/bash")
            #expect(outcome.code == 0 && outcome.output.contains("finished"), "\(outcome.errors)")
        }
        let pulled = try await run("runs", "pull", folder + "/home")
        #expect(pulled.output.contains("1 of 1 runs copied"), "\(pulled.output)")
        let again = try await run("train", "--preset", "mine", "--slurm", "--folder", folder, code: 1)
        #expect(again.errors.contains("has begun"))
    }

    @Test(
        "are refused with what is taken",
        arguments: [
            (["study", "cell", "/nowhere", "0"], "/nowhere holds no cells"),
            (["study", "status", "nothing"], "there is no study 'nothing'"),
            (["study", "status", "/tmp"], "/tmp holds no cells"), (["study", "gather", "./no"], "/no holds no cells"),
            (["study", "gather", "digits"], "digits-cells holds no cells"),
            (["study", "digits", "--submit"], "add --slurm"),
            (["study", "digits", "--slurm", "--plan"], "--slurm writes a script"),
            (["study", "digits", "--slurm", "--time", "soon"], "'soon' is not a time limit"),
            (["study", "digits", "--slurm", "--sbatch", "mem"], "'mem' is not an option"),
            (["study", "digits", "--slurm", "--partition", "a b"], "'a b' cannot name"),
            (["train", "--slurm", "--detach"], "--slurm writes a script"),
            (["train", "--ntasks", "2"], "add --slurm"),
            (["study", "digits", "--jobs", "0"], "--jobs takes 1 to 1024"),
            (["study", "cells", "digits", "--threads", "0"], "--threads takes"),
        ])
    func refused(arguments: [String], words: String) async throws {
        let outcome = try await Program.run(arguments, home: home)
        #expect(outcome.code == 64 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: home.root.path + "/data"))
    }
}
