import Foundation

/// Memory of this machine and this process, from `/proc`.
enum MachineMemory {
    /// Bytes that can be taken without swapping; `nil` where the kernel does not say.
    static var available: Int? { kilobytes("MemAvailable", in: "/proc/meminfo") }
    /// Bytes that this process holds.
    static var resident: Int { kilobytes("VmRSS", in: "/proc/self/status") ?? 0 }

    /// Most bytes that this process has held.
    static var peak: Int { kilobytes("VmHWM", in: "/proc/self/status") ?? 0 }

    private static func kilobytes(_ key: String, in file: String) -> Int? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
            return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }
}
