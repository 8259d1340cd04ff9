import Messages

/// Pixels that fire whatever the camera sees. They take the scale of a picture away from everything else.
enum HotPixels {
    /// Fewer events than this say nothing about a pixel.
    static let leastEvents = 16

    /// A pixel is hot that has more than eight times the events of the pixels around it (the median of the 5×5 without
    /// itself), and more than the median of all that fired plus ten times their median deviation. Edges are bright, too,
    /// but never alone.
    ///
    /// - Returns: positions `y · width + x` on the sensor, ascending.
    static func found(in recording: RecordingPicture) -> [Int] {
        let (width, height) = (recording.width, recording.height)
        // Beyond any sensor; a count a pixel would fill the memory.
        guard width > 0, height > 0, width <= 1 << 12, height <= 1 << 12 else { return [] }
        var counts = [Int](repeating: 0, count: width * height)
        for event in recording.events where Int(event.x) < width && Int(event.y) < height {
            counts[Int(event.y) * width + Int(event.x)] += 1
        }
        let active = counts.filter { $0 > 0 }.sorted()
        guard let usual = active.median else { return [] }
        let deviation = active.map { abs($0 - usual) }.sorted().median ?? 0
        let least = max(leastEvents, usual + 10 * max(1, deviation))
        return counts.indices.filter { position in
            guard counts[position] > least else { return false }
            return counts[position] > 8 * (around(position, counts, width, height).median ?? 0)
        }
    }

    /// Sorted counts of the pixels at most two away.
    private static func around(_ position: Int, _ counts: [Int], _ width: Int, _ height: Int) -> [Int] {
        let (x, y) = (position % width, position / width)
        var found: [Int] = []
        for row in max(0, y - 2)...min(height - 1, y + 2) {
            for column in max(0, x - 2)...min(width - 1, x + 2) where row != y || column != x {
                found.append(counts[row * width + column])
            }
        }
        return found.sorted()
    }
}

extension RecordingPicture {
    /// The same recording without the events of these pixels.
    func without(pixels: [Int]) -> RecordingPicture {
        guard !pixels.isEmpty else { return self }
        let masked = Set(pixels)
        var copy = self
        copy.events = events.filter { !masked.contains(Int($0.y) * width + Int($0.x)) }
        return copy
    }
}

extension [Int] {
    /// The middle one of sorted numbers.
    fileprivate var median: Int? { isEmpty ? nil : self[count / 2] }
}
