import Configuration
import Foundation
import Messages

extension RunOrigin {
    /// This program on this machine.
    static let current = RunOrigin(
        host: currentHost, processor: processorName, version: EngineDescription.programVersion)

    static let currentHost = ProcessInfo.processInfo.hostName

    private static var processorName: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }
}
