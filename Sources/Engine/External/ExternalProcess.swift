import Foundation
import Messages
import Synchronization

/// An external trainer at work: a child that reads requests from its standard input, a line each, and answers on its
/// standard output. What it writes to standard error, and lines that are no objects, go to the log.
///
/// Used by one thread at a time.
final class ExternalProcess {
    let command: String
    private let process: pid_t
    private let input: Int32
    private var output: Lines
    private var errors: Lines
    private var lastRequest = 0
    private var exitStatus: Int32?
    /// The last lines of standard error, for whoever has to find out why it ended.
    private(set) var lastErrors: [String] = []
    /// Takes what is to be logged; called on the thread that waits for an answer.
    var onLog: (LogLine) -> Void = { _ in }

    /// Held while pipes are opened, and while a child is started: none gets those of another.
    private static let opening = Mutex(())

    /// Seconds of silence between two lines that say so.
    private static let silenceToTell = 30.0
    /// Seconds that a trainer has once somebody wants the end.
    static let secondsToStop = 60

    /// What is read of one of its streams.
    private struct Lines {
        let descriptor: Int32
        var rest = Foundation.Data()
        var isOpen = true
        /// Longer lines are no answers.
        static let limit = 64 << 20
    }

    /// Starts it by `/bin/sh`, in a process group of its own: Ctrl-C is for this program, which ends it in order.
    ///
    /// - Throws: `ExternalError.cannotStart`.
    init(_ command: String) throws(ExternalError) {
        self.command = command
        func failure(_ reason: String) -> ExternalError { .cannotStart(command: command, reason: reason) }
        func system() -> ExternalError { failure(String(cString: strerror(errno))) }
        var (sockets, out, err): ([Int32], [Int32], [Int32]) = ([-1, -1], [-1, -1], [-1, -1])
        // A socket, because writing to one whose reader is gone need not be a signal. Children that others start at the same
        // time get none of them.
        let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let isOpen = Self.opening.withLock { _ in
            guard socketpair(AF_UNIX, stream, 0, &sockets) == 0, pipe(&out) == 0, pipe(&err) == 0 else { return false }
            for end in out + err { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return true
        }
        guard isOpen else {
            for end in sockets + out + err where end >= 0 { close(end) }
            throw system()
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, sockets[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var arguments: [UnsafeMutablePointer<CChar>?] =
            ["/bin/sh", "-c", command].map { (word: String) in strdup(word) } + [nil]
        defer { for pointer in arguments { free(pointer) } }
        var process = pid_t()
        let code = Self.opening.withLock { _ in
            posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
        }
        for end in [sockets[1], out[1], err[1]] { close(end) }
        guard code == 0 else {
            for end in [sockets[0], out[0], err[0]] { close(end) }
            throw failure(String(cString: strerror(code)))
        }
        for end in [sockets[0], out[0], err[0]] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        (self.process, input) = (process, sockets[0])
        (output, errors) = (Lines(descriptor: out[0]), Lines(descriptor: err[0]))
    }

    deinit { end(patience: 0) }

    // MARK: Asking

    /// How long an answer is waited for.
    struct Patience {
        /// Seconds without a line.
        var seconds: Int
        /// Whether somebody wants the end of what goes on.
        var endIsWanted: () -> Bool = { false }
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: `ExternalError`.
    func ask(_ request: ExternalRequest, _ patience: Patience) throws(ExternalError) -> Foundation.Data {
        let asked = try send(request)
        var waiting = Waiting(request, patience)
        while true {
            if let answer = try take(asked, request) { return answer }
            try waiting.check(command, onLog)
            if listen(milliseconds: 100) { waiting.hasHeard() }
        }
    }

    /// Sends a request whose answer is fetched by `answer`.
    func send(_ request: ExternalRequest) throws(ExternalError) -> Int {
        lastRequest += 1
        var numbered = request
        numbered.id = lastRequest
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(numbered) else {
            throw .badAnswer(
                to: request.kind.rawValue, found: "a setting that JSON cannot hold", expected: "finite numbers")
        }
        line.append(UInt8(ascii: "\n"))
        var sent = 0
        while sent < line.count {
            let count = line.withUnsafeBytes {
                Glibc.send(input, $0.baseAddress! + sent, line.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN || errno == EINTR {
                // It has to read; what it writes meanwhile must not stop it.
                _ = listen(milliseconds: 20)
                if !isAlive { throw gone(request) }
            } else {
                throw gone(request)
            }
        }
        return lastRequest
    }

    /// The answer to a request, if it is there within a moment.
    func answer(to asked: Int, _ request: ExternalRequest, _ waiting: inout Waiting) throws(ExternalError) -> Foundation
        .Data?
    {
        if let answer = try take(asked, request) { return answer }
        try waiting.check(command, onLog)
        if listen(milliseconds: 100) { waiting.hasHeard() }
        return try take(asked, request)
    }

    /// How long an answer has been waited for.
    struct Waiting {
        private let request: ExternalRequest
        private let patience: Patience
        private var heard = DispatchTime.now().uptimeNanoseconds
        private var told = DispatchTime.now().uptimeNanoseconds
        private var wanted: UInt64?

        init(_ request: ExternalRequest, _ patience: Patience) { (self.request, self.patience) = (request, patience) }

        mutating func hasHeard() { heard = DispatchTime.now().uptimeNanoseconds }

        mutating func check(_ command: String, _ log: (LogLine) -> Void) throws(ExternalError) {
            let now = DispatchTime.now().uptimeNanoseconds
            func seconds(since begin: UInt64) -> Double { Double(now - begin) / 1e9 }
            if seconds(since: heard) >= Double(patience.seconds) {
                throw .silent(command: command, during: request.activity, seconds: patience.seconds)
            }
            if seconds(since: max(heard, told)) >= ExternalProcess.silenceToTell {
                told = now
                log(
                    LogLine(
                        level: .warning,
                        text: "the trainer has been silent for \(Int(seconds(since: heard))) s \(request.activity)"))
            }
            guard patience.endIsWanted() else {
                wanted = nil
                return
            }
            if wanted == nil { wanted = now }
            if let wanted, seconds(since: wanted) >= Double(ExternalProcess.secondsToStop) {
                throw .ignoredStop(
                    command: command, during: request.activity, seconds: ExternalProcess.secondsToStop)
            }
        }
    }

    // MARK: Listening

    /// - Returns: whether anything came.
    private func listen(milliseconds: Int32) -> Bool {
        var polled = [output, errors].filter(\.isOpen).map {
            pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
        }
        guard !polled.isEmpty else {
            usleep(UInt32(milliseconds) * 1000)
            return false
        }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return false }
        let fromOutput = Self.read(&output)
        let fromErrors = Self.read(&errors)
        for line in Self.takeLines(&errors) {
            lastErrors = (lastErrors + [line]).suffix(12)
            onLog(LogLine(level: .info, text: line))
        }
        return fromOutput || fromErrors
    }

    private static func read(_ lines: inout Lines) -> Bool {
        guard lines.isOpen else { return false }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var hasRead = false
        while lines.rest.count <= Lines.limit {
            let count = Glibc.read(lines.descriptor, &bytes, bytes.count)
            if count > 0 {
                lines.rest.append(contentsOf: bytes[..<count])
                hasRead = true
            } else {
                if count == 0 || (errno != EAGAIN && errno != EINTR) { lines.isOpen = false }
                break
            }
        }
        return hasRead
    }

    /// Whole lines as text, without their ends; of a closed stream the rest, too.
    private static func takeLines(_ lines: inout Lines) -> [String] {
        var taken: [String] = []
        while let line = nextLine(&lines) { taken.append(printable(line)) }
        if lines.rest.count > 1 << 16 || !lines.isOpen, !lines.rest.isEmpty {
            taken.append(printable(lines.rest))
            lines.rest.removeAll()
        }
        return taken
    }

    private static func nextLine(_ lines: inout Lines) -> Foundation.Data? {
        guard let end = lines.rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { lines.rest = Foundation.Data(lines.rest[(end + 1)...]) }
        return Foundation.Data(lines.rest[..<end])
    }

    /// As text that a log can take, shortened; of a progress bar what stands after its last return.
    private static func printable(_ line: Foundation.Data) -> String {
        let text = String(decoding: line, as: UTF8.self)
        let last = text.split(separator: "\r").last.map(String.init) ?? ""
        let clean = String(
            String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 || $0 == "\t" }))
        return clean.count > 500 ? clean.prefix(500) + "…" : clean
    }

    /// Looks through what came for the answer to a request; logs everything else.
    private func take(_ asked: Int, _ request: ExternalRequest) throws(ExternalError) -> Foundation.Data? {
        while let line = Self.nextLine(&output) {
            guard line.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "{") else {
                let text = Self.printable(line)
                if !text.isEmpty { onLog(LogLine(level: .info, text: text)) }
                continue
            }
            let head: ExternalLine
            do throws(ExternalError) {
                head = try ExternalAnswer.decode(line, to: request.kind)
            } catch {
                // Something that was printed, unless it was meant as an answer.
                if Self.printable(line).contains("\"id\"") { throw error }
                onLog(LogLine(level: .info, text: Self.printable(line)))
                continue
            }
            if let text = head.log { onLog(LogLine(level: head.level ?? .info, text: text)) }
            guard let id = head.id else {
                if head.log == nil { onLog(LogLine(level: .info, text: Self.printable(line))) }
                continue
            }
            guard id == asked else {
                // Of a request that nobody waits for any more.
                onLog(LogLine(level: .debug, text: "a late answer of the trainer, to request \(id)"))
                continue
            }
            if let reason = head.error {
                throw .refused(what: request.kind.rawValue, reason: reason)
            }
            return line
        }
        if output.rest.count > Lines.limit {
            output.rest.removeAll()
            throw .badAnswer(
                to: request.kind.rawValue, found: "a line of more than \(Lines.limit >> 20) MiB",
                expected: "one JSON object on a line")
        }
        if !output.isOpen { throw gone(request) }
        return nil
    }

    private func gone(_ request: ExternalRequest) -> ExternalError {
        // What it wrote on its way out.
        for _ in 0..<20 where errors.isOpen { _ = listen(milliseconds: 50) }
        reap(milliseconds: 1000)
        let status =
            exitStatus.map { status in
                let (signal, code) = (status & 0x7F, status >> 8 & 0xFF)
                // A shell says so of what it has started.
                let ofChild = (129...192).contains(code) ? ": signal \(code - 128)" : ""
                return signal == 0 ? "exit code \(code)\(ofChild)" : "signal \(signal)"
            } ?? "its standard output was closed"
        return .ended(command: command, during: request.activity, status: status, said: lastErrors)
    }

    // MARK: The end

    private var isAlive: Bool {
        reap(milliseconds: 0)
        return exitStatus == nil
    }

    private func reap(milliseconds: Int) {
        var status: Int32 = 0
        for attempt in 0...max(0, milliseconds / 20) where exitStatus == nil {
            if attempt > 0 { usleep(20_000) }
            if waitpid(process, &status, WNOHANG) == process { exitStatus = status }
        }
    }

    private var isOver = false
    private var isInputOpen = true

    /// Whether it has ended by itself, or does so within some seconds.
    func hasEnded(within seconds: Int) -> Bool {
        reap(milliseconds: seconds * 1000)
        return exitStatus != nil
    }

    /// Tells it that nothing follows.
    func closeInput() {
        guard isInputOpen else { return }
        isInputOpen = false
        close(input)
    }

    /// Closes its input, which tells it that nothing follows, and ends it if it does not go by itself.
    func end(patience milliseconds: Int = 2000) {
        guard !isOver else { return }
        isOver = true
        closeInput()
        reap(milliseconds: milliseconds)
        for signal in [SIGTERM, SIGKILL] where exitStatus == nil {
            kill(-process, signal)
            reap(milliseconds: 1000)
        }
        // What it has started itself.
        kill(-process, SIGKILL)
        close(output.descriptor)
        close(errors.descriptor)
    }
}
