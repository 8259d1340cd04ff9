import Foundation
import Testing

/// `saccade runs pull`.
@Suite("Pulling runs") struct PullTests {
    let home: Home
    let other: Home

    init() async throws {
        home = try await Home.inTurn()
        other = try Home()
        _ = try await Program.run(["train", "--epochs", "1", "--name", "theirs"] + Home.tiny, home: other)
    }

    @Test("brings them from a folder, also as the folder of the history alone, once")
    func local() async throws {
        let first = try await Program.run("runs", "pull", other.root.path, home: home)
        #expect(first.code == 0 && first.output.contains("1 of 1 runs copied"))
        let second = try await Program.run("runs", "pull", other.root.path + "/data", "theirs", "--json", home: home)
        #expect(second.output.contains("\"known\""))
        #expect(try await Program.run("evaluate", "theirs", home: home).code == 0)
        #expect(try await Program.run("runs", "pull", home.root.path, home: home).code == 64)
        let none = try await Program.run("runs", "pull", home.root.path + "/none", home: home)
        #expect(none.code == 1 && none.errors.contains("expected data/runs.sqlite"))
    }

    @Test("brings them from another machine with scp, and says what scp says")
    func remote() async throws {
        let bin = home.root.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        // Copies from this machine whatever is before the colon; patterns are the other shell's.
        let script = """
            #!/bin/sh
            while [ "$1" != -- ]; do shift; done
            case "$2" in away:*) ;; *) echo "no route to host" >&2; exit 255;; esac
            cp -r ${2#away:} "$3"
            """
        let scp = bin.appendingPathComponent("scp")
        try script.write(to: scp, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scp.path)
        let path = bin.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        let environment = ["PATH": path]
        let pulled = try await Program.run(
            ["runs", "pull", "away:" + other.root.path], home: home, environment: environment)
        #expect(pulled.code == 0 && pulled.output.contains("1 of 1 runs copied"), "\(pulled.errors)")
        #expect(try await Program.run("evaluate", "theirs", home: home).code == 0)
        let lost = try await Program.run(["runs", "pull", "nowhere:x"], home: home, environment: environment)
        #expect(lost.code == 1 && lost.errors.contains("no route to host"))
    }
}
