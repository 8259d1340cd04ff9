import Foundation
import Testing
import TestSupport

@Suite("The program, left going and attached to", .serialized)
struct DetachTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private struct Detached {
        var run: String
        var process: Int32
    }

    private func detach(_ arguments: [String]) async throws -> Detached {
        let outcome = try await Program.run(["train", "--detach", "--json"] + arguments, home: home)
        try #require(outcome.code == 0, "\(outcome.errors)")
        let object = try outcome.object()
        return Detached(
            run: try #require(object["run"] as? String), process: Int32(try #require(object["process"] as? Int)))
    }

    private func tell(_ words: String...) async throws -> Program.Outcome {
        try await Program.run(["tell"] + words, home: home)
    }

    private func phase(_ run: String) async throws -> String? {
        let shown = try await Program.run("runs", "show", run, "--json", home: home).object()
        return (shown["summary"] as? [String: Any])?["phase"] as? String
    }

    @Test("goes on without its viewers, however they end, and tells each newcomer its past")
    func viewers() async throws {
        let detached = try await detach(["--epochs", "100000"] + Home.tiny)
        let run = detached.run
        defer { kill(detached.process, SIGKILL) }
        let socket = home.root.appendingPathComponent("state/sockets/\(detached.process).sock").path
        var status = stat()
        #expect(stat(socket, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // A session of its own: no terminal can take it along.
        #expect(getsid(detached.process) == detached.process)

        let first = try Running(["attach", "--json"], home: home)
        try await eventually("epochs; it printed \(first.output)") { first.output.contains(#""event":"epoch""#) }
        #expect(first.output.hasPrefix("{") && first.output.prefix { $0 != "\n" }.contains(#""event":"past""#))
        let edited = try await tell(run, "edit", "loss.domain_coefficient=0.25", "sliding.exponent=2", "--json")
        #expect(edited.code == 0)
        let step = try #require(try edited.object()["optimizer_step"] as? Int)
        try await eventually("the edit") { first.output.contains(#""event":"edit""#) }
        first.send(SIGKILL)
        #expect(try await first.end().code == -SIGKILL)

        // It does not even notice.
        #expect(try await tell(run, "pause").code == 0)
        #expect(try await phase(run) == "paused")
        let second = try Running(["attach", run, "--plain"], home: home)
        try await eventually("the past") { second.output.contains("edit a at step \(step): ") }
        #expect(second.output.contains("paused at step") && second.output.contains("\nepoch 1/100000 "))
        second.send(SIGSTOP)
        #expect(try await tell(run, "note", "a", "line").code == 0)
        #expect(try await tell(run, "undo").code == 0)
        #expect(try await tell(run, "go").code == 0)
        second.send(SIGCONT)
        try await eventually("the undo") { second.output.contains("edit b at step") }

        // What makes no sense harms nobody.
        #expect(try await tell(run, "edit", "training.seed=3").code == 1)
        #expect(try await tell(run, "edit", "nonsense=3").code == 64)
        #expect(try await tell(run, "dance").code == 64)
        #expect(try await tell(run, "undo", "that").code == 64)
        #expect(try await tell("nobody", "pause").code == 1)

        // The trainer dies: its viewer says so, and the socket that stays behind is known as stale.
        kill(detached.process, SIGKILL)
        let lost = try await second.end()
        #expect(lost.code == 1 && lost.errors.contains("has ended") && lost.errors.contains("--resume"))
        let late = try await Program.run("attach", run, "--plain", home: home)
        #expect(late.code == 1 && late.errors.contains("interrupted"))
        #expect(try await Program.run("attach", "--plain", home: home).errors.contains("no run is active"))
        #expect(access(socket, F_OK) != 0)

        // It goes on, again without a terminal, and HUP stops it with a checkpoint.
        let again = try await detach(["--resume", run])
        #expect(again.run == run)
        let third = try Running(["attach", "--plain"], home: home)
        try await eventually("the past") { third.output.contains("edit b at step") }
        // While its data are read there is nothing yet to make a checkpoint of.
        try await eventually("it trains") { ["running", "validating"].contains(try await phase(run)) }
        kill(again.process, SIGHUP)
        let ended = try await third.end()
        #expect(ended.code == 0 && ended.lines.last?.contains("stopped at step") == true)
        try await eventually("it ends") { kill(again.process, 0) != 0 }
        #expect(try await phase(run) == "stopped")
        let shown = try await Program.run("runs", "show", run, "--json", home: home).object()
        let checkpoints = try #require(shown["checkpoints"] as? [[String: Any]])
        #expect(checkpoints.last?["reason"] as? String == "stop")
        #expect((shown["edits"] as? [Any])?.count == 2)
    }

    /// Seconds; more than a minute, after which a viewer is let go, where the environment says so.
    private static let held = ProcessInfo.processInfo.environment["SACCADE_HELD_SECONDS"].flatMap(Double.init) ?? 2

    @Test("is not slowed down by a viewer that is held, nor grows, and the viewer comes after it")
    func heldViewer() async throws {
        let detached = try await detach(["--epochs", "100000"] + Home.tiny)
        defer { kill(detached.process, SIGKILL) }
        let viewer = try Running(["attach", detached.run, "--plain"], home: home)
        @Sendable func step() async throws -> Int {
            let shown = try await Program.run("runs", "show", detached.run, "--json", home: home).object()
            return (shown["summary"] as? [String: Any])?["optimizer_step"] as? Int ?? 0
        }
        /// Lets time pass until at least so many steps have been made.
        ///
        /// - Returns: steps a second.
        func pace(seconds: Double, steps: Int = 1) async throws -> Double {
            let (begin, first) = (ContinuousClock.now, try await step())
            try await Task.sleep(for: .seconds(seconds))
            let last = try await eventualValue("\(steps) steps", seconds: 30) {
                let last = try await step()
                return last < first + steps ? nil : last
            }
            return Double(last - first) / ((ContinuousClock.now - begin) / .seconds(1))
        }
        func residentBytes() throws -> Int {
            let words = try String(contentsOfFile: "/proc/\(detached.process)/statm", encoding: .utf8).split(
                separator: " ")
            return (Int(words[1]) ?? 0) * 4096
        }
        func sockets() throws -> Int {
            let folder = "/proc/\(detached.process)/fd"
            return try FileManager.default.contentsOfDirectory(atPath: folder).count {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0))?.hasPrefix("socket:")
                    == true
            }
        }
        try await eventually("epochs; it printed \(viewer.output)") { viewer.output.contains("\nepoch ") }
        let open = try sockets()
        let free = try await pace(seconds: min(Self.held, 5))
        viewer.send(SIGSTOP)
        let stopped = ContinuousClock.now
        // What is on its way fills the socket; from then on nothing may grow.
        // A trainer that waited for its viewer would make none for a minute.
        let early = min(Self.held, 5)
        _ = try await pace(seconds: early, steps: Int(free * early))
        // By now what it had printed before has been read.
        let printed = viewer.output
        let memory = try residentBytes()
        let held = try await pace(seconds: Self.held, steps: Int(free * Self.held))
        #expect(viewer.output == printed)
        let seconds = (ContinuousClock.now - stopped) / .seconds(1)
        // A minute, not two: it is let go once it has taken nothing for so long.
        if seconds > 68, seconds < 110 { #expect(try sockets() == open - 1, "after \(seconds) s") }
        let growth = try residentBytes() - memory
        #expect(growth < 32 << 20, "\(growth >> 20) MiB more while the viewer was held")

        #expect(try await tell(detached.run, "note", "said", "meanwhile").code == 0)
        let reached = try await step()
        viewer.send(SIGCONT)
        try await eventually("what it missed; it printed \(viewer.output.suffix(300))") {
            viewer.output.contains("said meanwhile")
        }
        try await eventually("what came after; it printed \(viewer.output.suffix(300))") {
            viewer.output.split(separator: "\n").contains { line in
                line.hasPrefix("epoch ") && (Int(line.dropFirst(6).prefix { $0 != "/" }) ?? 0) * 3 > reached
            }
        }
        if Self.held > 60 { #expect(viewer.output.contains("reconnected after the connection was lost")) }
        #expect(try await tell(detached.run, "stop").code == 0)
        let ended = try await viewer.end()
        #expect(ended.code == 0 && ended.lines.last?.contains("stopped at step") == true, "\(ended.errors)")
        print("held \(Self.held) s: \(free) steps a second free, \(held) held, \(growth >> 10) KiB more")
    }

    @Test("that cannot begin says why, with the exit code that it would have without --detach")
    func refusals() async throws {
        for (arguments, code, text) in [
            (["--preset", "nothing"], Int32(64), "no preset 'nothing'"),
            (["--set", "network.model=nothing"], 64, "nothing"),
            (["--resume", "nobody"], 1, "no run 'nobody'"),
        ] {
            let outcome = try await Program.run(["train", "--detach"] + arguments, home: home)
            #expect(outcome.code == code && outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
        }
        #expect(try await Program.run("attach", home: home).code == 64)
    }

    @Test("trains the queue to its end")
    func queue() async throws {
        for name in ["one", "two"] {
            let added = try await Program.run(
                ["runs", "queue", "add", "--epochs", "1", "--name", name, "--json"] + Home.tiny, home: home)
            #expect(added.code == 0)
        }
        let begun = try await Program.run("runs", "queue", "run", "--detach", "--json", home: home)
        #expect(begun.code == 0)
        let process = Int32(try #require(try begun.object()["process"] as? Int))
        try await eventually("it ends") { kill(process, 0) != 0 }
        let runs = try await Program.run("runs", "list", "--filter", "state:finished", "--json", home: home).array()
        #expect(runs.compactMap { ($0 as? [String: Any])?["name"] as? String } == ["two", "one"])
    }

    @Test("is shown on the screens, which leave it going", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"))
    func screens() async throws {
        let detached = try await detach(["--epochs", "100000", "--name", "afar"] + Home.tiny)
        defer { kill(detached.process, SIGKILL) }
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter("\(Program.path) attach afar; echo left with $?")
        try await terminal.see("afar")
        try await terminal.see("▶")
        try terminal.press("Space")
        try await eventually("it pauses") { try await phase(detached.run) == "paused" }
        try terminal.press("Space")
        try await eventually("it goes on") { try await phase(detached.run) != "paused" }
        try terminal.press("q")
        try await terminal.see("Detach and keep training?")
        try terminal.press("Right", "Enter")
        try await terminal.see("left with 0")
        #expect(["running", "validating"].contains(try await phase(detached.run)))
        #expect(try await tell("afar", "stop").code == 0)
        try await eventually("it ends") { kill(detached.process, 0) != 0 }
    }
}
