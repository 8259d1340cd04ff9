/// The sensor's size as files of tables say it beside the events, under the names that people give it.
///
///     sensor_size = [346, 260]      resolution: 346x260      two numbers: width and height, in this order where both fit
///     width = 346, sizeY = 260      a number each
///
/// Two numbers are taken the other way round where the events fit no other way; what is called a shape has rows first.
struct SaidSize {
    private var width: Int?
    private var height: Int?
    private var pair: (first: Int, second: Int)?

    private static let widths: Set = [
        "width", "sizex", "sensorwidth", "sensorsizex", "imgwidth", "imagewidth", "framewidth", "resolutionx",
    ]
    private static let heights: Set = [
        "height", "sizey", "sensorheight", "sensorsizey", "imgheight", "imageheight", "frameheight", "resolutiony",
    ]
    private static let pairs: Set = [
        "sensorsize", "sensorresolution", "resolution", "geometry", "sensorgeometry", "imagesize", "imgsize",
        "framesize", "camerasize", "cameraresolution",
    ]
    private static let shapes: Set = ["sensorshape", "imageshape", "frameshape", "resolutionhw"]

    private static func plain(_ name: some StringProtocol) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// Whether something of this name tells it.
    static func isNamed(_ name: String) -> Bool {
        let name = plain(name)
        return widths.contains(name) || heights.contains(name) || pairs.contains(name) || shapes.contains(name)
    }

    var isEmpty: Bool { pair == nil && (width == nil || height == nil) }

    private static func side(_ number: Double) -> Int? {
        number == number.rounded() && number >= 1 && number <= Double(SensorSize.largestSide) ? Int(number) : nil
    }

    /// Takes what stands under a name; the first that is said counts. tonic says a third number, the polarities.
    mutating func take(_ name: String, _ numbers: [Double]) {
        let name = Self.plain(name)
        let sides = numbers.prefix(3).map(Self.side)
        if numbers.count == 1, let side = sides[0] {
            if Self.widths.contains(name) { width = width ?? side }
            if Self.heights.contains(name) { height = height ?? side }
        }
        guard numbers.count == 2 || numbers.count == 3 && numbers[2] <= 2, pair == nil,
            let first = sides[0], let second = sides[1]
        else { return }
        if Self.pairs.contains(name) { pair = (first, second) }
        if Self.shapes.contains(name) { pair = (second, first) }
    }

    /// As `take(_:_:)`, of `640x480`, `640 480` or `(640, 480)`.
    mutating func take(_ name: String, text: String) {
        take(name, text.split { !$0.isNumber }.compactMap { Double($0) })
    }

    /// Takes every name in a line that numbers follow: `width=640 height=480`, `resolution: 640x480`.
    mutating func take(line: String) {
        var name = ""
        var numbers: [Double] = []
        func isWord(_ character: Character) -> Bool { character.isLetter || character == "_" }
        var word = ""
        func end(_ said: inout SaidSize) {
            guard !word.isEmpty else { return }
            if let number = Double(word) {
                numbers.append(number)
            } else if word.lowercased() != "x" || name.isEmpty {
                if !numbers.isEmpty { said.take(name, numbers) }
                // Names of two words: sensor size.
                let joined = numbers.isEmpty ? name + word : word
                name = Self.isNamed(joined) || !Self.isNamed(word) ? joined : word
                numbers = []
            }
            word = ""
        }
        for character in line {
            let isNumber = character.isNumber
            guard isNumber || isWord(character) else {
                end(&self)
                continue
            }
            if let last = word.last, last.isNumber != isNumber { end(&self) }
            word.append(character)
        }
        end(&self)
        if !numbers.isEmpty { take(name, numbers) }
    }

    /// In the order in which they are said, then the other way round.
    private var candidates: [SensorSize] {
        if let width, let height { return [SensorSize(width: width, height: height)] }
        guard let pair else { return [] }
        let turned = SensorSize(width: pair.second, height: pair.first)
        return [SensorSize(width: pair.first, height: pair.second)] + (pair.first == pair.second ? [] : [turned])
    }

    /// What needs no look at the events: two numbers of a sensor that stands on its side may be in the other order.
    var certain: SensorSize? { candidates.first.flatMap { pair == nil || $0.width >= $0.height ? $0 : nil } }

    /// What a file says, seen with its events. A few events beyond it are damage; many show that something else is meant.
    struct Decision {
        var size: SensorSize?
        var notes: [String] = []
    }

    /// - Parameters:
    ///   - count: of events.
    ///   - beyond: how many of them lie beyond a sensor of this size.
    func decide(_ count: Int, beyond: (SensorSize) -> Int) -> Decision {
        let counted = candidates.map { (size: $0, beyond: beyond($0)) }
        guard let best = counted.min(by: { $0.beyond < $1.beyond }) else { return Decision() }
        guard best.beyond <= max(1, count / 100) else {
            return Decision(notes: [
                "the file says a size of \(candidates[0]), but \(best.beyond) events lie beyond it: the size is ignored"
            ])
        }
        return Decision(size: best.size)
    }

    func decide(_ columns: EventColumns) -> Decision {
        decide(columns.time.count) { size in
            // All within is the rule, and quickly seen.
            if columns.x.allSatisfy({ $0 < size.width }), columns.y.allSatisfy({ $0 < size.height }) { return 0 }
            return zip(columns.x.doubles(), columns.y.doubles()).count {
                $0 >= Double(size.width) || $1 >= Double(size.height)
            }
        }
    }
}
