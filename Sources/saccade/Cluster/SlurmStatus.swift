import Studies

/// How far the cells of a folder are, with what Slurm says, if there is one.
enum SlurmStatus {
    static func read(_ folder: CellFolder, _ list: CellList) -> StudyStatus {
        let name = JobName(study: list.study, folder: folder.path)
        guard let answer = Slurm.ask(SlurmQueue.command(jobNames: name.all(cells: list.cells.count))) else {
            return StudyStatus(folder, list, tasks: [], slurmProblem: "there is no squeue here")
        }
        guard answer.code == 0 else {
            return StudyStatus(folder, list, tasks: [], slurmProblem: answer.problem)
        }
        return StudyStatus(folder, list, tasks: SlurmQueue.tasks(answer.output), slurmProblem: nil)
    }
}
