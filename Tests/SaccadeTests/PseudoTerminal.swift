import Foundation
import Synchronization
import TestSupport

/// The program on a terminal that is nothing but a pair of descriptors: what it writes is kept with its time, so that
/// frames can be counted and waits measured. It draws between `CSI ?2026h` and `l`, as for a terminal that knows them.
final class PseudoTerminal: Sendable {
    struct Chunk: Sendable {
        var time: ContinuousClock.Instant
        var bytes: [UInt8]
    }

    let process: pid_t
    private let main: Int32
    private let received = Mutex<[Chunk]>([])

    init(
        _ path: String, _ arguments: [String], home: Home, width: UInt16 = 120, height: UInt16 = 36,
        variables: [String: String] = [:]
    ) throws {
        main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK and TIOCGPTN, macros that are not imported: unlocks the other end, tells its number.
        var (isLocked, number): (Int32, Int32) = (0, 0)
        guard main >= 0, ioctl(main, 0x4004_5431, &isLocked) == 0, ioctl(main, 0x8004_5430, &number) == 0 else {
            throw ProgramError("no pseudo-terminal can be had")
        }
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(main, UInt(TIOCSWINSZ), &size)
        var environment = home.environment
        environment["TERM"] = "xterm-256color"
        environment["TERM_PROGRAM"] = "WezTerm"
        environment["LC_ALL"] = "C.UTF-8"
        environment["TMUX"] = nil
        environment.merge(variables) { $1 }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a process of a new session opens becomes its own.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        posix_spawn_file_actions_addclose(&actions, main)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (blocked, usual) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        sigfillset(&usual)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        let setsid: Int32 = 0x80  // POSIX_SPAWN_SETSID, a macro that is not imported
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | Int16(setsid))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var process: pid_t = 0
        guard posix_spawn(&process, path, &actions, &attributes, &words, &settings) == 0 else {
            throw ProgramError("\(path) cannot be run")
        }
        self.process = process
        let thread = Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(main, &buffer, buffer.count)
                guard count > 0 else { return }
                let chunk = Chunk(time: .now, bytes: Array(buffer[..<count]))
                received.withLock { $0.append(chunk) }
            }
        }
        thread.start()
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(main, bytes, bytes.count)
    }

    func take() -> [Chunk] {
        received.withLock { chunks in
            defer { chunks = [] }
            return chunks
        }
    }

    var text: String { String(decoding: received.withLock { $0.flatMap(\.bytes) }, as: UTF8.self) }

    /// Waits until a text has been written since the last `take`.
    ///
    /// - Returns: when the chunk that completed it came.
    @discardableResult
    func see(_ text: String, seconds: Double = 30) async throws -> ContinuousClock.Instant {
        let wanted = Array(text.utf8)
        return try await eventualValue("'\(text)' to be written", seconds: seconds) {
            var bytes: [UInt8] = []
            for chunk in received.withLock({ $0 }) {
                let before = max(0, bytes.count - wanted.count)
                bytes += chunk.bytes
                if bytes[before...].contains(sequence: wanted) { return chunk.time }
            }
            return nil
        }
    }

    func end() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Sizes of the frames that were written whole.
    static func frames(_ chunks: [Chunk]) -> [Int] {
        let text = chunks.flatMap(\.bytes)
        let (begin, end) = (Array("\u{1B}[?2026h".utf8), Array("\u{1B}[?2026l".utf8))
        var (sizes, start, index) = ([Int](), Int?.none, 0)
        while index + end.count <= text.count {
            let slice = text[index..<index + end.count]
            if slice.elementsEqual(begin) { start = index }
            if slice.elementsEqual(end), let first = start {
                sizes.append(index + end.count - first)
                start = nil
            }
            index += 1
        }
        return sizes
    }

    /// Numbers of the threads of that name.
    func threads(named name: String) -> Set<String> {
        let folder = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Set(
            threads.filter { (try? String(contentsOfFile: "\(folder)/\($0)/comm", encoding: .utf8)) == name + "\n" })
    }

    /// Nanoseconds that these threads, or the whole process, have been on a processor.
    func processorTime(of chosen: Set<String>? = nil) -> UInt64 {
        let folder = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.reduce(0) { sum, thread in
            guard chosen?.contains(thread) ?? true else { return sum }
            let times = (try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8)) ?? ""
            return sum + (times.split(separator: " ").first.flatMap { UInt64($0) } ?? 0)
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        guard count >= sequence.count, let first = sequence.first else { return false }
        return (startIndex...endIndex - sequence.count).contains {
            self[$0] == first && self[$0...].starts(with: sequence)
        }
    }
}
