import Foundation
import Synchronization
import TestSupport

/// The program itself, as it was built beside these tests.
enum Program {
    static let path: String =
        Bundle.main.bundleURL.appendingPathComponent("saccade").path

    struct Outcome: Sendable {
        var code: Int32
        var output: String
        var errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// The last line, or any other, as an object.
        func object(line: Int? = nil) throws -> [String: Any] {
            let lines = lines
            guard let text = line.map({ lines[$0] }) ?? lines.last,
                let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            else { throw ProgramError("no object in: \(output)\(errors)") }
            return object
        }

        func array() throws -> [Any] {
            guard let array = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [Any] else {
                throw ProgramError("no array in: \(output)")
            }
            return array
        }
    }

    /// Runs it to its end.
    static func run(_ arguments: String..., home: Home) async throws -> Outcome {
        try await Running(arguments, home: home).end()
    }

    /// - Parameters:
    ///   - path: another build of it, or another program.
    ///   - environment: more of it.
    static func run(
        _ arguments: [String], home: Home, path: String = path, environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await Running(arguments, home: home, path: path, environment: environment).end()
    }
}

struct ProgramError: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = text }
}

/// The program while it runs. What it prints goes into files, so that it never waits for us.
final class Running: Sendable {
    private let process: Mutex<Process>
    private let folder: URL
    private let ended: AsyncStream<Int32>
    let identifier: Int32

    init(
        _ arguments: [String], home: Home, path: String = Program.path, environment: [String: String] = [:]
    ) throws {
        let folder = home.root.appendingPathComponent("output-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func file(_ name: String) throws -> FileHandle {
            let url = folder.appendingPathComponent(name)
            try Data().write(to: url)
            return try FileHandle(forWritingTo: url)
        }
        self.folder = folder
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = home.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try file("output")
        process.standardError = try file("errors")
        let (ended, continuation) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            continuation.yield(
                process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
            continuation.finish()
        }
        self.ended = ended
        try process.run()
        identifier = process.processIdentifier
        self.process = Mutex(process)
    }

    /// A test that gave up leaves nothing behind that would slow the others.
    deinit { process.withLock { if $0.isRunning { kill(identifier, SIGKILL) } } }

    var output: String { (try? String(contentsOf: folder.appendingPathComponent("output"), encoding: .utf8)) ?? "" }

    var errors: String { (try? String(contentsOf: folder.appendingPathComponent("errors"), encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// - Returns: with a negative code if a signal ended it.
    func end() async throws -> Program.Outcome {
        let watch = Task { [identifier] in
            try await Patience.runsOut(seconds: 120)
            kill(identifier, SIGKILL)
        }
        defer { watch.cancel() }
        var code: Int32 = 0
        for await value in ended { code = value }
        let errors = try String(contentsOf: folder.appendingPathComponent("errors"), encoding: .utf8)
        return Program.Outcome(code: code, output: output, errors: errors)
    }
}
