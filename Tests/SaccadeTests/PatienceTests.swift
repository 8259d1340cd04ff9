import Foundation
import Synchronization
import Testing
import TestSupport

@Suite("The program, among those that try its patience", .serialized)
struct PatienceTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func train(_ arguments: [String], descriptors: Int? = nil) async throws -> Running {
        let all = ["train", "--json", "--epochs", "100000", "--name", "r"] + Home.tiny + arguments
        let program =
            try descriptors.map {
                try Running(
                    ["-c", "ulimit -n \($0); exec \"$0\" \"$@\"", Program.path] + all, home: home, path: "/bin/sh")
            } ?? Running(all, home: home)
        try await eventually("epochs; it printed \(program.output)") { program.output.contains(#""event":"epoch""#) }
        return program
    }

    private func phase() async throws -> String? {
        let shown = try await Program.run("runs", "show", "r", "--json", home: home).object()
        return (shown["summary"] as? [String: Any])?["phase"] as? String
    }

    /// Each takes a descriptor, and a run needs some: for checkpoints, its summary, the history.
    @Test("keeps training, and what it needs for that, while more viewers come than there may be open files")
    func crowd() async throws {
        let program = try await train(["--set", "training.checkpoint_every_epochs=1"], descriptors: 96)
        let socket = home.root.appendingPathComponent("state/sockets/\(program.identifier).sock").path
        let idle = Mutex<[Int32]>([])
        let comeAndWait = { @Sendable (count: Int) in
            for _ in 0..<count {
                let descriptor = try Self.connection(to: socket)
                idle.withLock { $0.append(descriptor) }
            }
        }
        let leave = { @Sendable in
            idle.withLock { idle in
                for descriptor in idle { close(descriptor) }
                idle = []
            }
        }
        defer { leave() }
        try comeAndWait(200)
        let printed = program.output.count
        try await eventually("it goes on") { program.output.count > printed + 2000 }
        try await eventually("one is turned away") {
            // Those that take nothing are let go after a while, and this may take longer.
            try comeAndWait(12)
            let late = try await Program.run("tell", "r", "note", "late", home: home)
            return late.code == 1 && late.errors.contains("12 viewers are attached to process \(program.identifier)")
        }
        leave()
        try await eventually("there is room again") {
            try await Program.run("tell", "r", "stop", home: home).code == 0
        }
        let ended = try await program.end()
        #expect(ended.code == 0 && !ended.output.contains("cannot be written") && ended.errors.isEmpty)
        #expect(try await phase() == "stopped")
    }

    private static func connection(to path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(descriptor >= 0 && path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(code == 0)
        return descriptor
    }

    @Test("waits for a trainer that is stopped no longer than it was told, and says how it goes on")
    func stopped() async throws {
        let program = try await train([])
        program.send(SIGSTOP)
        for command in [["tell", "r", "pause"], ["attach", "r", "--plain"]] {
            let outcome = try await Program.run(command + ["--timeout", "0.5"], home: home)
            #expect(
                outcome.code == 1
                    && outcome.errors
                        == "saccade: process \(program.identifier) has not sent a greeting within 0.5 s: it is "
                        + "suspended; `kill -CONT \(program.identifier)` continues it\n"
            )
        }
        #expect(try await Program.run("tell", "r", "pause", "--timeout", "0", home: home).code == 64)
        program.send(SIGCONT)
        #expect(try await Program.run("tell", "r", "stop", home: home).code == 0)
        #expect(try await program.end().code == 0)
    }
}
