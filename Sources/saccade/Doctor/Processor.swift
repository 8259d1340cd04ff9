import Foundation

/// What the system tells of the processor.
struct Processor {
    var name = ""
    /// Of `/proc/cpuinfo`: what a core has beside plain arithmetic.
    var features: Set<String> = []
    /// The highest that the system names; `nil` where it names none.
    var gigahertz: Double?

    init(information: String = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "") {
        for line in information.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "model name" where name.isEmpty: name = parts[1]
            case "flags" where features.isEmpty: features = Set(parts[1].split(separator: " ").map(String.init))
            case "cpu MHz": gigahertz = max(gigahertz ?? 0, (Double(parts[1]) ?? 0) / 1000)
            default: break
            }
        }
        let file = "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"
        let text = try? String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        if let kilohertz = text.flatMap({ Double($0) }) { gigahertz = kilohertz / 1e6 }
        if gigahertz == 0 { gigahertz = nil }
    }

    var vectorFeatures: [String] {
        ["sse4_2", "avx", "fma", "avx2", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16"].filter(
            features.contains)
    }

    /// Additions and multiplications of 32 bits a cycle: the width of the vectors × 2 of a fused operation × 2 units. Some
    /// processors with AVX-512 have one unit of that width.
    var operationsPerCycle: Int? {
        if features.contains("avx512f") { return 64 }
        if features.contains("avx2"), features.contains("fma") { return 32 }
        if features.contains("avx") { return 16 }
        return features.contains("sse2") ? 8 : nil
    }

    /// What one core could do at that clock, in 10⁹ operations a second; it may run faster for a while.
    var peakGflops: Double? {
        guard let gigahertz, let operationsPerCycle else { return nil }
        return gigahertz * Double(operationsPerCycle)
    }
}
