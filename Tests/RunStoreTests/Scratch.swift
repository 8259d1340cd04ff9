import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

/// A folder of its own for one test, gone when the test lets go of it.
final class Scratch: Sendable {
    let root: URL
    var paths: StoragePaths { StoragePaths(root: root) }

    init() throws {
        root = FileManager.default.temporaryDirectory
            .appendingPathComponent("saccade-\(UUID().uuidString)", isDirectory: true).resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func write(_ text: String, to name: String) throws -> URL {
        let file = root.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file
    }

    func text(of file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
}

/// Started and ended: nobody has this identity any more.
func deadProcess() throws -> ProcessIdentity {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["60"]
    try process.run()
    let identity = ProcessIdentity(of: process.processIdentifier)
    // The test runner may have its children ignore the polite signals.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return identity
}

extension RunConfiguration {
    /// A value away from the default for every knob.
    static let unusual: RunConfiguration = {
        var configuration = RunConfiguration()
        for knob in EngineDescription.shipped.knobs {
            let value: KnobValue =
                switch knob.kind {
                case .number(let range, _, _): .number(range.lowerBound + (range.upperBound - range.lowerBound) / 3)
                case .integer(let range): .integer(range.lowerBound + 3)
                case .flag: .flag(knob.value(in: configuration) == .flag(false))
                case .choice(let choices): .text(choices.last { .text($0) != knob.value(in: configuration) } ?? "")
                case .catalogue(let catalogue):
                    .text(
                        EngineDescription.shipped.catalogues[catalogue]?.last {
                            .text($0) != knob.value(in: configuration)
                        } ?? "")
                case .curve, .unknown: .text("0:0, 0.5:0.25, 1:1")
                case .edits: .text("0.25 sliding.exponent=4; 0.5 sliding.curve=\"0:0, 1:1\" data.crop=false")
                case .text: .text("~/a b: \"c\" # \\d\n\té\u{1}")
                }
            try? knob.set(value, in: &configuration)
        }
        return configuration
    }()
}

func state(
    _ run: String, _ phase: RunState.Phase, step: Int = 0, configuration: RunConfiguration = RunConfiguration()
) -> RunState {
    RunState(
        run: run, name: nil, phase: phase, optimizerStep: step, totalSteps: 100, epoch: step / 10, epochs: 10,
        configuration: configuration)
}

func edit(_ run: String, _ number: Int, step: Int, exponent: Double) -> AppliedEdit {
    AppliedEdit(
        number: number, run: run, optimizerStep: step,
        differences: [KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(exponent))], origin: .user,
        checkpoint: nil)
}

extension StoragePaths {
    /// Why a store cannot be opened here; `nil` if it can.
    func refusal(_ access: RunStore.Access = .changing) -> StorageError? {
        do {
            try RunStore(paths: self, access: access).close()
            return nil
        } catch .storage(let error) {
            return error
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
