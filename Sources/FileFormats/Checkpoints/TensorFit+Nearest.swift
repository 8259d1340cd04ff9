extension TensorFit {
    /// For each of the first missing tensors, at most `count`, the name in the file that differs least from it; each once.
    public func nearestNames(_ count: Int, in file: any NamedTensors) -> [String] {
        let taken = Set(names.values)
        // Enough to say what the file is like: more would take seconds.
        let beginning = prefix + "."
        var open: [(name: String, rest: [UInt8])] = []
        for name in file.names where !taken.contains(name) && open.count < 2000 {
            let rest = name.hasPrefix(beginning) ? name.dropFirst(beginning.count) : name[...]
            open.append((name, Array(rest.utf8.suffix(128))))
        }
        var nearest: [String] = []
        for name in missing.prefix(count) {
            let wanted = Array(name.utf8.suffix(128))
            let distances = open.map { Self.distance(wanted, $0.rest) }
            guard let best = distances.indices.min(by: { distances[$0] < distances[$1] }) else { break }
            nearest.append(open.remove(at: best).name)
        }
        return nearest
    }

    /// Least number of bytes to insert, remove or replace (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in right.indices {
                let above = row[place + 1]
                row[place + 1] = min(above + 1, row[place] + 1, diagonal + (right[place] == byte ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
