import Foundation
import Testing
import TestSupport

/// The home as people have it: mistyped, empty, a file, a link, with something else in place of a file, on a full disk.
@Suite("The program and its home", .serialized)
struct HomeFolderTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func run(
        _ arguments: [String], in root: String, more: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            ["-c", "exec \"$0\" \"$@\"", Program.path] + arguments, home: home, path: "/bin/bash",
            environment: ["SACCADE_HOME": root].merging(more) { $1 })
    }

    @Test(
        "makes no home for what is not there, and names it",
        arguments: [
            ["runs", "delete", "x", "--yes"], ["runs", "reproduce", "x"], ["runs", "replay", "x"],
            ["runs", "fork", "x", "--detach"],
            ["runs", "note", "x", "y"], ["train", "--resume", "x"], ["train", "--preset", "x"],
            ["presets", "rename", "x", "y"], ["presets", "from-run", "x", "y"], ["runs", "queue", "move", "1", "2"],
            ["runs", "queue", "run", "--detach"], ["attach", "x", "--plain"], ["runs", "show", "x"],
        ])
    func mistyped(arguments: [String]) async throws {
        let typo = home.root.path + "/typo"
        let outcome = try await run(arguments, in: typo)
        #expect(outcome.code == 1 || outcome.code == 64)
        #expect(outcome.errors.contains("SACCADE_HOME names \(typo), which does not exist"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 2, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: typo))
    }

    @Test(
        "only reads a home of somebody else, and says so", .enabled(if: geteuid() == 0, "only root gives folders away"))
    func foreignHome() async throws {
        let theirs = home.root.path + "/theirs"
        try FileManager.default.createDirectory(atPath: theirs, withIntermediateDirectories: true)
        #expect(chown(theirs, 12_345, 12_345) == 0)
        for arguments in [
            ["data", "samples", "digits", "--limit", "1"], ["runs", "list"], ["data", "verify", "digits"],
        ] {
            let outcome = try await run(arguments, in: theirs)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("read-only") && outcome.errors.contains(theirs), "\(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: theirs) == [], "\(arguments)")
        }
    }

    @Test("makes no home by looking at data")
    func looking() async throws {
        let typo = home.root.path + "/typo"
        let recordings = home.root.path + "/set/a"
        try FileManager.default.createDirectory(atPath: recordings, withIntermediateDirectories: true)
        for name in ["3", "4"] {
            try Data("t,x,y,p\n1,1,1,1\n\(name),3,4,0\n".utf8).write(
                to: URL(fileURLWithPath: recordings + "/\(name).csv"))
        }
        for arguments in [
            ["data", "samples", "digits", "--limit", "1"],
            ["data", "verify", "folders", "--data", home.root.path + "/set"],
            ["data", "samples", "folders", "--data", home.root.path + "/set", "--count"],
        ] {
            let outcome = try await run(arguments, in: typo)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("SACCADE_HOME names \(typo)"))
            #expect(!FileManager.default.fileExists(atPath: typo), "\(arguments)")
        }
    }

    @Test("takes an empty SACCADE_HOME for none, and a relative one from the current folder")
    func variable() async throws {
        let person = home.root.path + "/person"
        try FileManager.default.createDirectory(atPath: person, withIntermediateDirectories: true)
        let empty = try await run(
            ["presets", "save", "p"], in: "",
            more: ["HOME": person, "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""])
        #expect(empty.code == 0, "\(empty.errors)")
        #expect(FileManager.default.fileExists(atPath: person + "/.config/saccade/presets/p.yaml"))
        let outcome = try await Program.run(
            ["-c", "cd '\(person)' && exec '\(Program.path)' presets save p"], home: home, path: "/bin/bash",
            environment: ["SACCADE_HOME": "near/it"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(FileManager.default.fileExists(atPath: person + "/near/it/config/presets/p.yaml"))
    }

    @Test(
        "says what lies in place of the home",
        arguments: [["runs"], ["train", "--preset", "digits"], ["presets"], ["data", "list"]])
    func noFolder(arguments: [String]) async throws {
        let (file, link) = (home.root.path + "/file", home.root.path + "/link")
        try Data().write(to: URL(fileURLWithPath: file))
        try? FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/no/such/disk")
        let plain = try await run(arguments, in: file)
        #expect(plain.code == 1 && plain.output.isEmpty)
        #expect(plain.errors.contains("\(file) is not a folder"))
        let dangling = try await run(arguments, in: link)
        #expect(dangling.code == 1 && dangling.output.isEmpty)
        #expect(dangling.errors.contains("\(link) is a symbolic link to /no/such/disk, which does not exist"))
    }

    /// A limit on the size of files is refused in the middle of a write, as a full disk does.
    @Test("leaves nothing of a preset that could not be written", arguments: [false, true])
    func fullDisk(replacing: Bool) async throws {
        let folder = home.root.path + "/config/presets"
        if replacing {
            #expect(try await Program.run("presets", "save", "p", "--note", "old", home: home).code == 0)
        }
        let outcome = try await Program.run(
            [
                "-c",
                "ulimit -f 0; trap '' XFSZ; '\(Program.path)' presets save p \(replacing ? "--replace" : "") "
                    + "2>/dev/null >/dev/null",
            ], home: home, path: "/bin/bash")
        #expect(outcome.code == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names == (replacing ? ["p.yaml"] : []))
        if replacing {
            #expect(try await Program.run("presets", "show", "p", home: home).output.contains("old"))
        }
    }

    @Test("finds topics and commands in any case, and those that come near")
    func help() async throws {
        #expect(try await Program.run("help", "FILES", home: home).code == 0)
        #expect(try await Program.run("help", "Train", home: home).code == 0)
        for (word, near) in [("file", "files"), ("trian", "train")] {
            let outcome = try await Program.run("help", word, home: home)
            #expect(outcome.code == 64 && outcome.errors.contains("did you mean '\(near)'?"), "\(outcome.errors)")
        }
    }
}
