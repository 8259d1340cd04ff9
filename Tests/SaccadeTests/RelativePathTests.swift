import Foundation
import Testing

/// Paths as they are typed: `.`, one letter, a folder above.
@Suite("The program, with relative paths")
struct RelativePathTests {
    let home: Home

    init() async throws {
        home = try await Home.inTurn()
        let manager = FileManager.default
        for folder in ["N-Caltech101/airplanes", "101_ObjectCategories/airplanes"] {
            try manager.createDirectory(atPath: home.root.path + "/d/" + folder, withIntermediateDirectories: true)
        }
        try Data([1, 1, 128, 0, 9, 1, 1, 128, 0, 9]).write(
            to: URL(fileURLWithPath: home.root.path + "/d/N-Caltech101/airplanes/image_0001.bin"))
    }

    private func run(_ arguments: [String], in folder: String) async throws -> Program.Outcome {
        try await Program.run(
            ["-c", #"cd "$0" && exec "$@""#, home.root.path + "/" + folder, Program.path] + arguments, home: home,
            path: "/bin/sh")
    }

    @Test(
        "as with the absolute path",
        arguments: [
            ["data", "show", "ncaltech101"], ["data", "samples", "ncaltech101"], ["data", "verify", "ncaltech101"],
            ["data", "show", "nmnist"], ["data", "show", "cifar10-dvs"],
        ])
    func folders(arguments: [String]) async throws {
        let expected = try await run(arguments + ["--data", home.root.path + "/d"], in: "d")
        func plain(_ text: String, _ folder: String) -> String { text.replacing(folder + "/", with: "") }
        for (folder, path) in [("d", "."), ("d", "./"), (".", "d"), ("d/N-Caltech101", "..")] {
            let outcome = try await run(arguments + ["--data", path], in: folder)
            #expect(outcome.code == expected.code, "\(path): \(outcome.errors)")
            guard path == "." || path == "d" else { continue }
            #expect(plain(outcome.output, path) == plain(expected.output, home.root.path + "/d"), "\(path)")
        }
    }

    @Test("one letter is a file")
    func outputs() async throws {
        for (arguments, name) in [
            (["events", "convert", "N-Caltech101/airplanes/image_0001.bin", "q", "--format", "csv"], "q"),
            (["events", "frames", "N-Caltech101/airplanes/image_0001.bin", "-o", "./r.npz"], "r.npz"),
            (["data", "export", "digits", "0", "-o", "s", "--csv"], "s"), (["screen", "data", "-o", "t"], "t"),
        ] {
            let outcome = try await run(arguments, in: "d")
            #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
            #expect(FileManager.default.fileExists(atPath: home.root.path + "/d/" + name), "\(name)")
        }
    }

    @Test("what is too large is refused before it takes memory")
    func sizes() async throws {
        let file = "N-Caltech101/airplanes/image_0001.bin"
        for (arguments, says) in [
            (["--time-steps", "1000", "--size", "256"], "fewer --time-steps"),
            (["--time-steps", "100000", "-o", "x.png"], "fewer --time-steps"),
            (["--sensor", "4097x10"], "at most 4096"),
        ] {
            let outcome = try await run(["events", "frames", file] + arguments, in: "d")
            #expect(outcome.code == 64 && outcome.errors.contains(says), "\(outcome.errors)")
        }
    }

    @Test("a pipe among recordings is told and not waited for")
    func pipes() async throws {
        try FileManager.default.createDirectory(
            atPath: home.root.path + "/f/a", withIntermediateDirectories: true)
        #expect(mkfifo(home.root.path + "/f/a/x.npz", 0o600) == 0)
        let read = try await run(["events", "info", "f/a/x.npz"], in: ".")
        #expect(read.code == 1 && read.errors.contains("named pipe"), "\(read.errors)")
        let checked = try await run(["data", "verify", "folders", "--data", "f"], in: ".")
        #expect(checked.code == 1 && (checked.output + checked.errors).contains("named pipe"), "\(checked)")
    }
}
