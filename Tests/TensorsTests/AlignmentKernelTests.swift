import Tensors
import Testing

/// Products of centered features beside the definition, in double.
@Suite struct AlignmentKernelTests {
    struct Sizes: Sendable, CustomTestStringConvertible {
        let rows: Int
        let width: Int
        var mean: Float = 0
        var testDescription: String { "\(rows)×\(width), mean \(mean)" }
    }

    static let sizes = [
        Sizes(rows: 1, width: 5), Sizes(rows: 2, width: 1), Sizes(rows: 3, width: 8), Sizes(rows: 7, width: 37),
        Sizes(rows: 8, width: 300, mean: 20), Sizes(rows: 32, width: 513), Sizes(rows: 130, width: 70, mean: -3),
        Sizes(rows: 600, width: 9),
    ]

    @Test(arguments: sizes)
    func areWhatTheirDefinitionSays(_ sizes: Sizes) {
        var random = RandomSource(seed: 6)
        let values = (0..<sizes.rows * sizes.width).map { _ in sizes.mean + random.uniform(-1, 1) }
        let matrix = (0..<sizes.rows * sizes.rows).map { _ in random.uniform(-1, 1) }
        let centered = Self.center(values, sizes)

        var gram = [Double](repeating: .nan, count: sizes.rows * sizes.rows)
        centered_gram(values, Int32(sizes.rows), sizes.width, &gram)
        var result = [Float](repeating: .nan, count: values.count)
        centered_product(matrix, Int32(sizes.rows), values, Int32(sizes.rows), sizes.width, &result)

        let tolerance = 1e-5 * Double(max(1, abs(sizes.mean)))
        // Some rows alone, as one of several ranks has them: also none but the first, and an odd number.
        for part in [0..<1, sizes.rows / 3..<sizes.rows] {
            var some = [Double](repeating: .nan, count: part.count * sizes.rows)
            centered_gram_rows(
                values, Int32(sizes.rows), sizes.width, Int32(part.lowerBound), Int32(part.count), &some)
            let whole = gram[part.lowerBound * sizes.rows..<part.upperBound * sizes.rows]
            #expect(zip(some, whole).allSatisfy { abs($0 - $1) <= tolerance * Double(sizes.width) })
            var rows = [Float](repeating: .nan, count: part.count * sizes.width)
            let factors = Array(matrix[part.lowerBound * sizes.rows..<part.upperBound * sizes.rows])
            centered_product(
                factors, Int32(part.count), values, Int32(sizes.rows), sizes.width, &rows)
            let there = result[part.lowerBound * sizes.width..<part.upperBound * sizes.width]
            #expect(zip(rows, there).allSatisfy { abs(Double($0 - $1)) <= tolerance * Double(sizes.rows) })
        }
        // Of many rows, some.
        for row in stride(from: 0, to: sizes.rows, by: 1 + sizes.rows / 40) {
            for other in 0..<sizes.rows {
                let expected = (0..<sizes.width).reduce(0) {
                    $0 + centered[row * sizes.width + $1] * centered[other * sizes.width + $1]
                }
                #expect(abs(gram[row * sizes.rows + other] - expected) <= tolerance * Double(sizes.width))
            }
            for column in 0..<sizes.width {
                let expected = (0..<sizes.rows).reduce(0) {
                    $0 + Double(matrix[row * sizes.rows + $1]) * centered[$1 * sizes.width + column]
                }
                #expect(abs(Double(result[row * sizes.width + column]) - expected) <= tolerance * Double(sizes.rows))
            }
        }
    }

    private static func center(_ values: [Float], _ sizes: Sizes) -> [Double] {
        var centered = values.map(Double.init)
        for column in 0..<sizes.width {
            let places = stride(from: column, to: values.count, by: sizes.width)
            let mean = places.reduce(0) { $0 + centered[$1] } / Double(sizes.rows)
            for place in places { centered[place] -= mean }
        }
        return centered
    }
}
