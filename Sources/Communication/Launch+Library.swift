import MPILibrary

extension Launch {
    /// The first of the MPI libraries that can be opened, by its file's name, and why those before it cannot.
    ///
    /// It is opened and stays so; MPI itself is not begun.
    public func findLibrary() -> (name: String?, problems: [String]) {
        var problems: [String] = []
        for name in libraries {
            var problem = [CChar](repeating: 0, count: 512)
            if mpi_open(name, &problem, problem.count) != 0 { return (name, problems) }
            problems.append(
                String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return (nil, problems)
    }
}
