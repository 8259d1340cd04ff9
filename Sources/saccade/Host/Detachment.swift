import Foundation
import RunStore
import Synchronization

/// Leaves a copy of this program going on its own: in a session of its own, without a terminal, its output in a file.
enum Detachment {
    /// What the copy says once it knows, over a pipe.
    struct Message: Codable {
        var run: String?
        /// What is wrong, if it could not begin.
        var failure: String?
        var code: Int32?
    }

    struct Started: Encodable {
        var run: String
        var process: Int32
        var log: String
    }

    /// What people are told of a run that goes on on its own.
    static func text(of started: Started) -> String {
        """
        \(started.run) is training in process \(started.process)
        open it:     saccade attach \(started.run)
        stop it:     saccade tell \(started.run) stop
        output:      \(started.log)
        """
    }

    /// `POSIX_SPAWN_SETSID`, which C libraries define but do not export to Swift.
    private static let newSession: Int16 = 0x80
    /// Where the copy finds its end of the pipe.
    static let reportDescriptor: Int32 = 3

    /// Starts the copy and waits until its run has begun.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Throws: `CommandFailure` with the copy's own words.
    static func start(_ arguments: [String], _ paths: StoragePaths) throws -> Started {
        try paths.checkTrust()
        try StoragePaths.ensure(paths.logs)
        let log = paths.logs.appendingPathComponent("detached-\(Int(Date().timeIntervalSince1970))-\(getpid()).log")
            .path
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw failure("pipe", errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process: pid_t
        do {
            defer { close(ends[1]) }
            process = try spawn(arguments, log: log, report: ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        let said = try? FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).readToEnd()
        guard let message = try? JSONDecoder().decode(Message.self, from: said ?? Data()) else {
            throw CommandFailure("the training process ended before the run began; its output is in \(log)")
        }
        if let text = message.failure { throw CommandFailure(text, code: message.code ?? 1) }
        return Started(run: message.run ?? "", process: process, log: log)
    }

    private static func spawn(_ arguments: [String], log: String, report: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, report, reportDescriptor)
        // Whoever started this waits until nobody holds the other ends of its pipes any more.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            guard let descriptor = Int32(name), descriptor > reportDescriptor else { continue }
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)

        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var process = pid_t()
        let code = posix_spawn(&process, program, &actions, &attributes, &argv, environ)
        guard code == 0 else { throw failure("start \(program)", code) }
        return process
    }

    private static func failure(_ what: String, _ code: Int32) -> CommandFailure {
        CommandFailure("cannot \(what): \(String(cString: strerror(code)))")
    }

    private static let hasReported = Mutex(false)

    /// In the copy: says how it went, once. What happens later is nobody's to hear, and the descriptor is another file's.
    static func report(_ message: Message) {
        let isFirst = hasReported.withLock { has in
            defer { has = true }
            return !has
        }
        guard isFirst else { return }
        guard let data = try? JSONEncoder().encode(message) else { return }
        let pipe = FileHandle(fileDescriptor: reportDescriptor, closeOnDealloc: false)
        // The one that waits may have gone: the run goes on all the same.
        try? pipe.write(contentsOf: data)
        close(reportDescriptor)
    }
}
