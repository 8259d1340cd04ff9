import ArgumentParser
import Attachment
import Foundation
import Messages
import RunStore

/// Finds the process that trains a run, and attaches to it.
enum Attached {
    /// - Parameter run: identifier, beginning or name; `nil`: the only one that goes on.
    /// - Throws: `CommandFailure` that says which runs go on.
    static func attach(_ run: String?, timeout: Double, _ host: Host) async throws -> AttachmentClient {
        try await AttachmentClient.attach(path: try path(of: run, host), timeout: timeout)
    }

    /// Where the process listens that trains it.
    static func path(of run: String?, _ host: Host) throws -> String {
        let sockets = AttachmentSockets(folder: host.paths.sockets)
        let process = try run.map { try Self.process(of: $0, host, sockets) } ?? onlyProcess(host, sockets)
        return sockets.path(of: process)
    }

    /// Takes the place of this program: a viewer of the run, in the same terminal, once that has been given back.
    ///
    /// - Throws: `CommandFailure` if the program cannot be started again.
    static func become(_ run: String, theme: String?) throws -> Never {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let arguments = [program, "attach", run] + (theme.map { ["--theme", $0] } ?? [])
        let pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        // What this process ignores or holds back, the viewer must not.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        for signal in 1..<32 as Range<Int32> { _ = Foundation.signal(signal, SIG_DFL) }
        execv(program, pointers)
        throw CommandFailure(
            "cannot attach here: \(String(cString: strerror(errno))); use `saccade attach \(run)` instead")
    }

    private static func process(of run: String, _ host: Host, _ sockets: AttachmentSockets) throws -> Int32 {
        let summary = try host.store.run(run).summary
        guard let process = summary.processIdentifier else {
            throw CommandFailure(
                "the run \(summary.id) is not active (\(summary.stateName))"
                    + (summary.phase == .finished
                        ? ": `saccade runs show \(summary.name)` shows it"
                        : ": `saccade train --resume \(summary.name) --detach` resumes it"))
        }
        guard sockets.listening().contains(process) else {
            throw CommandFailure("process \(process) is training \(summary.id), but does not accept viewers")
        }
        return process
    }

    private static func onlyProcess(_ host: Host, _ sockets: AttachmentSockets) throws -> Int32 {
        let listening = sockets.listening()
        let live = try host.store.runs().filter { $0.processIdentifier.map(listening.contains) ?? false }
        if live.count == 1, let process = live[0].processIdentifier { return process }
        guard !live.isEmpty else {
            throw CommandFailure("no run is active: `saccade train --preset digits --detach` begins one")
        }
        throw CommandFailure(
            "\(live.count) runs are active: name one of \(live.map(\.name).joined(separator: ", "))", code: 64)
    }
}

/// How long a process that says nothing is waited for.
struct AttachmentTimeout: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Time to wait for the training process to accept the connection, and for each answer.",
            valueName: "seconds"))
    var timeout = AttachmentClient.usualTimeout

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be more than 0 and at most 86400 seconds")
        }
    }
}
