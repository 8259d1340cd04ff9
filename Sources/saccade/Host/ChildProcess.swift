import Foundation

/// Another program, started as a shell starts one: in the group of this process, so that Ctrl-C reaches it, too, and it may
/// ask on the terminal; with the usual signals, whatever this process ignores.
enum ChildProcess {
    struct Outcome {
        /// The exit code; 128 and the signal that ended it.
        var status: Int32
        /// What it wrote to standard error, where that was asked for.
        var errors: String
    }

    /// Runs it to its end; blocks. Standard input is empty, standard output goes nowhere unless it is passed on.
    ///
    /// - Parameters:
    ///   - arguments: the program, looked for as a shell does, and what it is given.
    ///   - environment: besides that of this process.
    ///   - passesOutput: whether its standard output is that of this process.
    ///   - inherits: an open file that it gets, too.
    ///   - ownGroup: whether it hears nothing of Ctrl-C: who starts it tells it what it should know.
    ///   - onStart: gets its process identifier.
    /// - Throws: `CommandFailure` if it cannot be started.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], capturesErrors: Bool = false,
        passesOutput: Bool = false, inherits descriptor: Int32? = nil, ownGroup: Bool = false,
        onStart: (pid_t) -> Void = { _ in }
    ) throws -> Outcome {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if !passesOutput { posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) }
        var ends: [Int32] = [-1, -1]
        if capturesErrors {
            guard pipe(&ends) == 0 else { throw failure("make a pipe", errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        // To itself: that clears the flag by which it would be closed.
        if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor) }
        let process: pid_t
        do {
            defer { if ends[1] >= 0 { close(ends[1]) } }
            process = try spawn(arguments, environment, ownGroup: ownGroup, &actions)
        } catch {
            if ends[0] >= 0 { close(ends[0]) }
            throw error
        }
        onStart(process)
        var errors = Data()
        if ends[0] >= 0 {
            errors = (try? FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).readToEnd()) ?? Data()
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, errors: String(decoding: errors, as: UTF8.self))
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], ownGroup: Bool,
        _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let group = ownGroup ? Int16(POSIX_SPAWN_SETPGROUP) : 0
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | group)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw failure("start \(arguments[0])", code) }
        return process
    }

    private static func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("cannot \(what): \(String(cString: strerror(code)))")
    }
}
