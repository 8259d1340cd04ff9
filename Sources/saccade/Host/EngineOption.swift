import ArgumentParser
import Communication
import Configuration
import Engine
import Foundation
import Messages
import RunStore
import Training

/// The program that trains in the place of this one.
struct EngineOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Command that starts an external trainer, which trains in place of Saccade's own engine (`saccade help engine`).",
            valueName: "command"))
    var engine: String?

    /// Not given.
    static var none: EngineOption {
        var option = EngineOption()
        option.engine = nil
        return option
    }

    func validate() throws {
        if let engine, engine.allSatisfy(\.isWhitespace) { throw ValidationError("--engine needs a command") }
    }

    /// Starts it, and hears what it can do.
    ///
    /// - Parameter run: a run that goes on or is begun again, whose own trainer is started where none is named.
    /// - Returns: `nil` where this program trains itself.
    /// - Throws: `ExternalError`, `RunStoreError`.
    func trainer(of run: String? = nil) throws -> ExternalTrainer? {
        var command = engine ?? ""
        if command.isEmpty, let run {
            let store = try RunStore(paths: StoragePaths(), access: .reading, described: .shipped)
            command = try store.run(run).configuration.externalCommand
        }
        guard !command.isEmpty else { return nil }
        guard !Launch().hasOthers else {
            throw CommandFailure(
                "an external trainer starts its own processes: start saccade once, without mpirun or srun", code: 64)
        }
        do {
            return try ExternalTrainer(command) { StandardError.line($0.text) }
        } catch {
            throw CommandFailure(error.advice.isEmpty ? error.description : "\(error); \(error.advice)")
        }
    }

    /// The same as words of a command line that is given elsewhere.
    var words: [String] { engine.map { ["--engine=\($0)"] } ?? [] }
}
