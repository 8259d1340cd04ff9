/// Why processes that train together cannot go on, or cannot begin.
public enum CommunicationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A rank's process is no longer there.
    case lost(rank: Int, place: RankPlace)
    /// Nobody knows who is missing: nothing has come for a while.
    case silent(seconds: Int, places: [RankPlace])
    /// The library says so.
    case failed(call: String, code: Int32)
    /// No library could be opened.
    case noLibrary(tried: [String])
    /// One of the launcher's processes believes to be alone.
    case alone(tasks: Int, variable: String, library: String)
    /// A rank could not prepare what it is to do.
    case rankRefused(rank: Int, place: RankPlace, problem: String)
    /// What the ranks were given cannot be shared among so many.
    case notDivisible(batchSize: Int, rankCount: Int)

    public var description: String {
        switch self {
        case .lost(let rank, let place):
            "rank \(rank) (process \(place.process) on \(place.host)) has ended"
        case .silent(let seconds, let places):
            "no answer for \(seconds) s from at least one of the other ranks ("
                + places.enumerated().map { "\($0.offset): \($0.element.host)" }.joined(separator: ", ") + ")"
        case .failed(let call, let code): "MPI's \(call) failed with error \(code)"
        case .noLibrary(let tried):
            "several processes were started together, but no MPI library could be opened: "
                + tried.joined(separator: "; ")
        case .alone(let tasks, let variable, let library):
            "the launcher started \(tasks) processes (\(variable)=\(tasks)), but \(library) says that this is the only one"
        case .rankRefused(let rank, let place, let problem): "rank \(rank) on \(place.host): \(problem)"
        case .notDivisible(let batchSize, let rankCount):
            "training.batch_size \(batchSize) cannot be shared equally by \(rankCount) ranks"
        }
    }

    /// What to do about it.
    public var advice: String {
        switch self {
        case .lost, .silent, .failed:
            "the run has a checkpoint of its last complete step: start the same number of ranks, or any other, with "
                + "`saccade train --resume RUN`; what the launcher printed may say why it ended"
        case .noLibrary:
            "install the MPI that your launcher belongs to (Debian: libopenmpi3 or libmpich12; on a cluster: module load "
                + "openmpi), or name its library with SACCADE_MPI=/path/to/libmpi.so"
        case .alone:
            "use the launcher of the same MPI: mpirun of that installation, or srun --mpi=pmix for Open MPI and srun "
                + "--mpi=pmi2 for MPICH; SACCADE_MPI names another library; for one process start one task (srun -n 1)"
        case .rankRefused:
            "all ranks need the same program and the same files under the same paths, as on a shared file system"
        case .notDivisible(let batchSize, let rankCount):
            "set training.batch_size to a multiple of \(rankCount), such as \((batchSize / rankCount + 1) * rankCount), or "
                + "start fewer ranks"
        }
    }
}
