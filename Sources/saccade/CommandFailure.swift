import Analyses
import ArgumentParser
import Attachment
import Communication
import Configuration
import Data
import Engine
import FileFormats
import Foundation
import Messages
import Network
import Plotting
import RunStore
import Studies
import Terminal
import Training

/// Ends a command: one clear message on standard error, exit 64 for usage and 1 for the rest.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    let code: Int32

    init(_ text: String, code: Int32 = 1) { (description, self.code) = (text, code) }
}

/// Runs a command's body; whatever it throws becomes a message and an exit code, never a trace.
func reportingFailures(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as ExitCode {
        throw error
    } catch let error as Output.Failure {
        // Told at the end, with what could only be seen then.
        throw error
    } catch {
        let (text, code) = failureText(of: ofAnotherHome(error) ?? error)
        MissingHome.sayIfItMatters(isUnknown: isOfSomethingUnknown(error))
        StandardError.line("saccade: \(text)")
        throw ExitCode(code)
    }
}

/// What there is to say of a run that is not in this home, but in one of those that are listed beside it.
private func ofAnotherHome(_ error: any Error) -> RunStoreError? {
    guard case RunStoreError.unknownRun(let reference, _) = error else { return nil }
    return OtherHomes(of: StoragePaths(), described: .shipped).refusal(of: reference)
}

/// Whether something was not found that a home would hold.
private func isOfSomethingUnknown(_ error: any Error) -> Bool {
    switch error {
    case PresetError.unknown, RunStoreError.unknownRun, RunStoreError.unknownEntry: true
    default: false
    }
}

/// What is said of an error, and the exit code.
func failureText(of error: any Error) -> (String, Int32) {
    switch error {
    case let error as CommandFailure: (error.description, error.code)
    case ConfigurationError.unknownKey(let key, nil):
        // A key of ours may be unknown to an external trainer.
        (
            ConfigurationError.unknownKey(key, suggestion: Choice.knob(key).flatMap { $0 == key ? nil : $0 })
                .description, 64
        )
    case let error as ConfigurationError: (error.description, 64)
    case let error as PresetError: (error.description, error.isUsage ? 64 : 1)
    case AnalysisError.unknown(let name, let known):
        (
            AnalysisError.unknown(name, known: known).description + (Choice.nearest(to: name, among: known) ?? ""), 64
        )
    case let error as AnalysisError: (error.description, error.isUsage ? 64 : 1)
    case let error as StudyError: (error.description, error.isUsage ? 64 : 1)
    case let error as CellFolderError: (error.description, error.isUsage ? 64 : 1)
    case let error as RunStoreError: (error.description, 1)
    case let error as StorageError: (error.description, 1)
    case let error as AttachmentError: (error.description, 1)
    case let error as FigureError: (error.description, 1)
    case let error as FilterError: (error.description, 64)
    case let error as CommunicationError: ("\(error.description); \(error.advice)", 1)
    case let error as TrainingError: ("\(error.description); \(error.advice)\(error.nearest)", error.isUsage ? 64 : 1)
    case let error as DataSetError: (error.description + error.nearest, error.isUsage ? 64 : 1)
    case let error as FileFormatError: (error.description, 1)
    case let error as NetworkStateError: (error.description, 1)
    case let error as TerminalError: (error.description, 1)
    case ThemeError.unknown(let name, let known):
        ("\(ThemeError.unknown(name: name, known: known))\(Choice.nearest(to: name, among: known) ?? "")", 64)
    case let error as ThemeError: (error.description, 1)
    default: ("\(error)", 1)
    }
}

extension TrainingError {
    /// What was meant by a name that is not one.
    fileprivate var nearest: String {
        guard case .unknownName(_, let name, let known) = self else { return "" }
        return Choice.nearest(to: name, among: known) ?? ""
    }

    var isUsage: Bool {
        switch self {
        case .unknownName, .sizeTooSmall: true
        default: false
        }
    }
}

extension DataSetError {
    fileprivate var nearest: String {
        guard case .unknownName(let name, _, let known) = self else { return "" }
        return Choice.nearest(to: name, among: known) ?? ""
    }

    var isUsage: Bool {
        switch self {
        case .unknownName, .badOption: true
        default: false
        }
    }
}

extension AnalysisError {
    var isUsage: Bool {
        switch self {
        case .unknown, .unknownLayer, .badOption: true
        case .impossible: false
        }
    }
}

extension PresetError {
    var isUsage: Bool {
        switch self {
        case .unknown, .unsuitableName, .taken, .builtIn: true
        default: false
        }
    }
}
