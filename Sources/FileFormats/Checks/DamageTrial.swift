import Foundation

/// Reads damaged copies of files with every reader, and counts the outcomes. That it comes back at all is the result:
/// a reader that reads beyond its bytes, or asks for memory that a damaged length names, ends the process.
///
/// Input `index` depends on the seed and its own number alone, so that any of them can be read again by itself.
public struct DamageTrial: Sendable {
    public var seed: UInt64
    public var subjects: [DamageSubject]

    public init(seed: UInt64, subjects: [DamageSubject]) { (self.seed, self.subjects) = (seed, subjects) }

    public struct Tally: Sendable, Hashable, Codable {
        public var inputs = 0
        /// Read as if nothing were wrong: a changed time is as good a time.
        public var sound = 0
        /// Read in tolerant mode, with something left out.
        public var partial = 0
        /// Refused with a typed error.
        public var refused = 0
        /// Inputs by reader.
        public var readers: [String: Int] = [:]
        /// The largest amount of memory the process has had, in bytes.
        public var largestMemory = 0
        public var seconds = 0.0
        /// What took longest: its number, its reader and how long.
        public var slowest = Slowest()

        public struct Slowest: Sendable, Hashable, Codable {
            public var input = 0
            public var reader = ""
            public var seconds = 0.0
        }
    }

    /// Reads `count` inputs from number `first` on; `progress` hears the number of each thousandth before it is read.
    ///
    /// - Throws: `FileFormatError` if no temporary folder can be made.
    public func run(
        first: Int = 0, count: Int, progress: (Int) -> Void = { _ in }
    ) throws(FileFormatError) -> Tally {
        precondition(!subjects.isEmpty, "a trial of nothing")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "saccade-damage-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder.path, reason: error.localizedDescription)
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        var tally = Tally()
        let begin = Date()
        for number in first..<first + count {
            if number % 1000 == 0 { progress(number) }
            let subject = subjects[number % subjects.count]
            var damage = Damage(seed: seed, number: number)
            let bytes = damage.applied(to: subject.bytes, other: subjects[damage.next(subjects.count)].bytes)
            tally.inputs += 1
            tally.readers[subject.name, default: 0] += 1
            let start = Date()
            do {
                let isWhole = try subject.read(bytes, folder, number % 2 == 1)
                if isWhole { tally.sound += 1 } else { tally.partial += 1 }
            } catch {
                tally.refused += 1
            }
            let seconds = Date().timeIntervalSince(start)
            if seconds > tally.slowest.seconds {
                tally.slowest = Tally.Slowest(input: number, reader: subject.name, seconds: seconds)
            }
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        tally.largestMemory = usage.ru_maxrss * 1024
        tally.seconds = Date().timeIntervalSince(begin)
        return tally
    }
}

/// Ways to damage bytes, drawn from a seed.
struct Damage {
    private var state: UInt64

    init(seed: UInt64, number: Int) { state = seed &* 0xD134_2543_DE82_EF95 &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15 }

    /// 0 ..< bound; 0 if that is empty.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        return bound > 0 ? Int(word % UInt64(bound)) : 0
    }

    /// Half of all damage lies in the first 256 bytes, where headers are.
    private mutating func place(_ count: Int) -> Int { next(2) == 0 ? next(min(count, 256)) : next(count) }

    mutating func applied(to original: [UInt8], other: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...next(3) { apply(to: &bytes, other: other) }
        return bytes
    }

    private static let extremes: [UInt64] = [
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, .max, 1 << 63, 1 << 40,
    ]

    private mutating func apply(to bytes: inout [UInt8], other: [UInt8]) {
        guard !bytes.isEmpty else { return }
        switch next(8) {
        case 0, 1: bytes[place(bytes.count)] = UInt8(next(256))
        case 2: bytes[place(bytes.count)] ^= 1 << UInt8(next(8))
        case 3: bytes.removeLast(next(bytes.count))
        case 4:
            // A length or place that says too much, or nothing.
            let number = Self.extremes[next(Self.extremes.count)]
            let (start, width, isBigEndian) = (place(bytes.count), 1 << next(4), next(4) == 0)
            for index in 0..<width where start + index < bytes.count {
                let shift = UInt64(8 * (isBigEndian ? width - 1 - index : index))
                bytes[start + index] = UInt8(truncatingIfNeeded: number >> shift)
            }
        case 5:
            let start = place(bytes.count)
            bytes.removeSubrange(start..<min(bytes.count, start + 1 + next(64)))
        case 6:
            let start = place(bytes.count)
            bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + 1 + next(64))], at: place(bytes.count))
        default:
            let start = place(bytes.count)
            let piece = other.prefix(other.isEmpty ? 0 : 1 + next(other.count)).suffix(1 + next(256))
            for (index, byte) in piece.enumerated() where start + index < bytes.count { bytes[start + index] = byte }
        }
    }
}
