import ArgumentParser
import FileFormats
import Foundation
import RunStore
import Studies

/// What only the script of a single run has.
struct TrainJobOptions: ParsableArguments {
    @Option(help: "Tasks that train the run together over MPI (srun --mpi=pmix).") var ntasks: Int?
    @Option(help: "Processors of each task (default: 1).") var cpusPerTask: Int?
    @Option(
        help: ArgumentHelp(
            "Folder of script, logs and run; default: the run's name and -job.", valueName: "dir"))
    var folder: String?

    var isGiven: Bool { ntasks != nil || cpusPerTask != nil || folder != nil }

    func validate() throws {
        if let ntasks, !(1...100_000).contains(ntasks) { throw ValidationError("--ntasks takes 1 to 100000") }
        if let cpusPerTask, !(1...1024).contains(cpusPerTask) {
            throw ValidationError("--cpus-per-task takes 1 to 1024")
        }
    }
}

/// A single long run as a job of Slurm.
struct TrainJob {
    private let arguments: [String]
    private let run: String
    private let isJSON: Bool

    /// - Parameter name: of the run; `nil`: that of the preset.
    init(_ options: ConfigurationOptions, preset: Preset?, name: String?, _ output: TrainingOutput) {
        // Presets of the user's own are not in the home of the job.
        let place = preset.map { $0.isBuiltIn ? $0.name : $0.file.standardizedFileURL.path }
        arguments = options.words(preset: place) + output.words
        run = name ?? preset?.name ?? "run"
        isJSON = output.json
    }

    private struct Written: Encodable {
        var run: String
        var folder: String
        var script: String
        var job: String?
    }

    /// Writes the script into a folder of the run's own, and hands it to Slurm if that is wanted.
    ///
    /// - Throws: `CommandFailure` if something else lies there.
    func write(_ options: SlurmOptions, _ job: TrainJobOptions) throws {
        let folder = URL(fileURLWithPath: job.folder ?? "\(Self.fileName(run))-job", isDirectory: true)
            .standardizedFileURL
        let script = JobScript.single(
            arguments, run: run, folder: folder.path, options.request(threads: job.cpusPerTask ?? 1), tasks: job.ntasks,
            program: try StudyHandout.program, workingFolder: FileManager.default.currentDirectoryPath,
            command: ShellWord.line(["saccade"] + CommandLine.arguments.dropFirst()))
        let file = folder.appendingPathComponent(script.name)
        let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard found.isEmpty || found.contains(script.name) else {
            throw CommandFailure(
                "\(folder.path) holds something else than a job: give another one with --folder", code: 64)
        }
        // Another script would go on with the run that is there, whatever its settings.
        guard !found.contains("home") else {
            throw CommandFailure(
                "the job in \(folder.path) has begun: submit its script again to go on with it, or give another folder with "
                    + "--folder")
        }
        for folder in [folder, folder.appendingPathComponent("logs")] { try StoragePaths.ensure(folder) }
        try AtomicFile.replace(file.path, with: Array(script.text.utf8))
        let submitted = options.submit ? try Slurm.submit([file.path]).first : nil
        if isJSON {
            return try JSON.print(Written(run: run, folder: folder.path, script: file.path, job: submitted))
        }
        let home = ShellWord.quoted(folder.path + "/home")
        try Output.line(
            """
            \(run) is trained by \(file.path)
            \(submitted.map { "submitted:    job \($0)" } ?? "submit it:    sbatch \(ShellWord.quoted(file.path))")
            watch it:     ssh -t MACHINE env SACCADE_HOME=\(home) saccade attach
            bring it:     saccade runs pull \(home)
            """)
    }

    private static func fileName(_ run: String) -> String {
        String(run.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    }
}
