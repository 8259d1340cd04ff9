import Communication
import TestSupport
import Testing

@Suite("Ranks") struct RankGroupTests {
    /// In the order of ranks, so that every rank has the same bits, and every time.
    @Test(arguments: [1, 2, 3, 5]) func sums(count: Int) throws {
        let numbers = (0..<count).map { rank in (0..<40).map { 1 / Double(3 + rank * 40 + $0) } }
        let found = try LocalRanks(count).run { $0.sums(numbers[$0.rank]) }
        let wanted = (0..<40).map { place in numbers.reduce(0) { $0 + $1[place] } }
        for sums in found { #expect(sums == wanted) }
    }

    /// Texts and bytes of any length, also none and more than are sent at a time.
    @Test func bytesOfAnyLength() throws {
        let sizes = [0, 1, 20 << 20]
        let found = try LocalRanks(3).run { group in
            try group.gather(bytes: [UInt8](repeating: UInt8(group.rank + 1), count: sizes[group.rank]))
        }
        for all in found {
            #expect(all.map(\.count) == sizes)
            #expect(all.enumerated().allSatisfy { rank, bytes in bytes.allSatisfy { $0 == rank + 1 } })
        }
        let texts = try LocalRanks(2).run { try $0.gather(texts: $0.isFirst ? "größer" : "") }
        #expect(texts == [["größer", ""], ["größer", ""]])
    }

    @Test func firstRanksBytesForAll() throws {
        let found = try LocalRanks(3).run { try $0.broadcast($0.isFirst ? [7, 8, 9] : [1]) }
        #expect(found == [[7, 8, 9], [7, 8, 9], [7, 8, 9]])
    }

    /// A rank of which nothing comes is not waited for without end; afterwards nothing waits any more.
    @Test func aSilentRank() throws {
        let ranks = LocalRanks(2)
        ranks.lose(1)
        let found = try ranks.run(patience: 0.3) { group in
            guard group.isFirst else { return (true, 0.0) }
            _ = group.sums([1])
            guard case .silent = group.failure else { return (false, 0.0) }
            // What was there stays.
            let left = group.sums([5])
            #expect(throws: CommunicationError.self) { _ = try group.broadcast([1]) }
            return (true, left[0])
        }
        #expect(found[0] == (true, 5))
    }

    /// 2 (n − 1) / n of the bytes is the least; gathers send what they must.
    @Test func traffic() throws {
        let traffic = try LocalRanks(4).run { group in
            _ = group.sums([Double](repeating: 1, count: 10))
            return group.traffic
        }
        for own in traffic {
            #expect(own.otherBytes == 3 * 80)
            #expect(own.messages == 3)
        }
    }
}

@Suite("What launchers say") struct LaunchTests {
    struct Entry: Sendable, CustomTestStringConvertible {
        let environment: [String: String]
        let (tasks, local): (Int, Int)
        var testDescription: String { "\(environment)" }
        init(_ environment: [String: String], _ tasks: Int, _ local: Int) {
            (self.environment, self.tasks, self.local) = (environment, tasks, local)
        }
    }

    @Test(arguments: [
        Entry([:], 1, 1),
        Entry(["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_SIZE": "2"], 4, 2),
        Entry(["PMI_SIZE": "8", "MPI_LOCALNRANKS": "4"], 8, 4),
        Entry(["SLURM_STEP_NUM_TASKS": "6", "SLURM_STEP_TASKS_PER_NODE": "3(x2)", "SLURM_STEP_ID": "0"], 6, 3),
        // A step of one task within a job of four.
        Entry(["SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0", "SLURM_STEP_ID": "1"], 1, 1),
        // A batch script of a job of four tasks: one process, which would leave three idle.
        Entry(["SLURM_NTASKS": "4", "SLURM_PROCID": "0"], 4, 1),
        // Within an allocation, on a login node: nothing was started.
        Entry(["SLURM_NTASKS": "4", "SLURM_JOB_ID": "9"], 1, 1),
        Entry(["OMPI_COMM_WORLD_SIZE": "none"], 1, 1),
    ]) func counts(_ entry: Entry) {
        let launch = Launch(entry.environment)
        #expect((launch.taskCount, launch.localCount) == (entry.tasks, entry.local))
        #expect(launch.hasOthers == (entry.tasks > 1))
    }

    @Test func libraries() {
        #expect(Launch([:]).libraries.first == "libmpi.so.40")
        #expect(Launch(["PMI_SIZE": "2"]).libraries.first == "libmpich.so.12")
        #expect(Launch(["SACCADE_MPI": "/opt/libmpi.so", "PMI_SIZE": "2"]).libraries == ["/opt/libmpi.so"])
    }

    /// A library that is not there, and one that is no MPI: said with what to do, before anything begins.
    @Test(arguments: ["libno-such-mpi.so.1", "libc.so.6"]) func wrongLibraries(name: String) {
        var launch = Launch(["OMPI_COMM_WORLD_SIZE": "2"])
        launch.libraries = [name]
        do {
            _ = try MPITransport(launch)
            Issue.record("\(name) was taken for MPI")
        } catch {
            guard case .noLibrary(let tried) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(tried.count == 1)
            #expect(tried[0].contains(name == "libc.so.6" ? "MPI_Init_thread" : name))
            #expect(error.advice.contains("SACCADE_MPI"))
        }
    }
}
