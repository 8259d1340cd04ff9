import Foundation

/// The descriptors that every program finds open, or should.
enum StandardStream {
    case output, error

    private var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

    /// Writes everything, also to a descriptor that somebody else has made one that does not wait.
    func write(_ data: Data) throws(Output.Failure) {
        let code: Int32 = data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&entry, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        if code != 0 { throw Output.Failure(code: code) }
    }

    /// Puts something in the place of descriptors that were closed when the program began (`>&-`): a file that is opened
    /// later, perhaps the history, must not get their numbers and with them what is printed. Each is opened the wrong way
    /// round, so that using it fails as if it were closed.
    static func occupy() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one: those below are taken.
            _ = open("/dev/null", mode)
        }
    }

    /// A closed pipe and a file that has reached its limit are errors of the writing instead of the end of the process, so
    /// that a run can go on or stop with a checkpoint.
    static func reportFailedWrites() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Ends the process as a closed pipe ends any other program that prints.
    static func endOfClosedPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGPIPE)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(SIGPIPE)
        exit(128 + SIGPIPE)
    }
}
