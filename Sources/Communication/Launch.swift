import Foundation

/// What the environment says of how this process was started: whether it is one of several that belong together.
public struct Launch: Sendable, Hashable {
    /// Processes that were started together; 1 where nobody says so.
    public var taskCount: Int
    /// Which variable says so.
    public var variable: String
    /// Of those, on this machine.
    public var localCount: Int
    /// This one's place among them, 0…
    public var localRank: Int
    /// Libraries to try, in this order.
    public var libraries: [String]

    /// Whether there are others to work with.
    public var hasOthers: Bool { taskCount > 1 }

    /// Launchers and how they count: Open MPI's, MPICH's (Hydra), Slurm's, and whoever follows PMIx.
    private static let counts = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "SLURM_STEP_NUM_TASKS"]
    private static let localCounts = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SACCADE_LOCAL_RANKS"]
    private static let openMPI = ["libmpi.so.40", "libmpi.so.80", "libmpi.so"]
    private static let mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi_cray.so.12", "libmpich.so"]

    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
        let found = Self.counts.lazy.compactMap { name in number(name).map { (name, $0) } }.first
        // A batch script is one process: where its job has several tasks, those that it does not start would idle.
        let batch = environment["SLURM_PROCID"] != nil && environment["SLURM_STEP_ID"] == nil
        let tasks = found ?? (batch ? number("SLURM_NTASKS").map { ("SLURM_NTASKS", $0) } : nil)
        (variable, taskCount) = tasks ?? ("", 1)
        localCount = Self.localCounts.lazy.compactMap(number).first ?? Self.slurmLocalCount(environment) ?? 1
        localRank =
            ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"].lazy.compactMap { name in
                environment[name].flatMap { Int($0) }
            }.first ?? 0
        if let own = environment["SACCADE_MPI"], !own.isEmpty {
            libraries = [own]
        } else {
            let isHydra = environment["PMI_SIZE"] != nil && environment["OMPI_COMM_WORLD_SIZE"] == nil
            libraries = isHydra ? Self.mpich + Self.openMPI : Self.openMPI + Self.mpich
        }
    }

    /// `4(x2),3`: what this node has is told by the step alone where all have the same.
    private static func slurmLocalCount(_ environment: [String: String]) -> Int? {
        guard let text = environment["SLURM_STEP_TASKS_PER_NODE"] ?? environment["SLURM_TASKS_PER_NODE"] else {
            return nil
        }
        return Int(text.prefix { $0.isNumber })
    }
}
