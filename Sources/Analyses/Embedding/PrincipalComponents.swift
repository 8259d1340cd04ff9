import COpenBLAS

/// The two directions in which points differ most, by the eigenvectors of their covariance.
struct PrincipalComponents {
    /// [points, 2], along the first direction and the second.
    let points: [(x: Double, y: Double)]
    /// Share of the variance along each, 0…1.
    let shares: (Double, Double)

    /// - Parameter rows: points of one dimension, at least two of each.
    init?(_ rows: [[Double]]) {
        guard let width = rows.first?.count, rows.count > 1, width > 1 else { return nil }
        var means = [Double](repeating: 0, count: width)
        for row in rows { for (index, value) in row.enumerated() { means[index] += value / Double(rows.count) } }
        let centered = rows.map { row in zip(row, means).map { $0 - $1 } }
        let flat = centered.flatMap { $0 }
        var covariance = [Double](repeating: 0, count: width * width)
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, Int32(width), Int32(rows.count), 1 / Double(rows.count - 1), flat,
            Int32(width), 0, &covariance, Int32(width))
        let total = (0..<width).reduce(0) { $0 + covariance[$1 * width + $1] }
        guard total > 0, let eigen = Self.largest(2, of: covariance, width) else { return nil }
        shares = (max(0, eigen[0].value) / total, max(0, eigen[1].value) / total)
        points = centered.map { row in
            func along(_ vector: [Double]) -> Double { zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
            return (along(eigen[0].vector), along(eigen[1].vector))
        }
    }

    /// Eigenvalues and vectors of a symmetric matrix whose upper half is given, the greatest first; the greatest number of each
    /// vector is positive, so that the picture is the same every time.
    private static func largest(
        _ count: Int, of matrix: [Double], _ width: Int
    ) -> [(value: Double, vector: [Double])]? {
        var (copy, order) = (matrix, Int32(width))
        var (low, high, found, tolerance) = (Int32(width - count + 1), Int32(width), Int32(0), 0.0)
        var (bottom, top) = (0.0, 0.0)
        var values = [Double](repeating: 0, count: width)
        var vectors = [Double](repeating: 0, count: width * count)
        var support = [Int32](repeating: 0, count: 2 * count)
        var (workSize, integerSize, status) = (Int32(26 * width), Int32(10 * width), Int32(0))
        var work = [Double](repeating: 0, count: Int(workSize))
        var integers = [Int32](repeating: 0, count: Int(integerSize))
        // The upper half by rows is the lower half by columns.
        dsyevr_(
            "V", "I", "L", &order, &copy, &order, &bottom, &top, &low, &high, &tolerance, &found, &values, &vectors,
            &order,
            &support, &work, &workSize, &integers, &integerSize, &status, 1, 1, 1)
        guard status == 0, found == count else { return nil }
        return (0..<count).reversed().map { index in
            var vector = Array(vectors[index * width..<(index + 1) * width])
            let largest = vector.max { abs($0) < abs($1) } ?? 1
            if largest < 0 { vector = vector.map { -$0 } }
            return (values[index], vector)
        }
    }
}
