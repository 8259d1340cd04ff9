import COpenBLAS

/// Products of row-major matrices. The only caller of BLAS; always on the calling thread, because threads are ours.
public enum MatrixProduct {
    private static let isSingleThreaded: Void = openblas_set_num_threads(1)

    /// result[rows, columns] = left · right + (accumulates ? result : 0)
    ///
    /// `left` is [rows, inner], or [inner, rows] where `transposesLeft`; `right` is [inner, columns], or [columns, inner]
    /// where `transposesRight`. Leading dimensions are the widths unless given.
    public static func multiply(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, inner: Int, transposesLeft: Bool = false, transposesRight: Bool = false,
        accumulates: Bool = false, leftStride: Int? = nil, rightStride: Int? = nil, resultStride: Int? = nil
    ) {
        _ = isSingleThreaded
        guard rows > 0, columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, transposesLeft ? CblasTrans : CblasNoTrans, transposesRight ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner), 1, left,
            blasint(leftStride ?? (transposesLeft ? rows : inner)), right,
            blasint(rightStride ?? (transposesRight ? inner : columns)), accumulates ? 1 : 0, result,
            blasint(resultStride ?? columns))
    }

    /// The library behind it: its version and how it was built, and the processor that its kernels are made for.
    public static var library: (configuration: String, kernels: String) {
        (String(cString: openblas_get_config()), String(cString: openblas_get_corename()))
    }

    /// Seconds that BLAS takes for a product of two square matrices of this side, on so many of its own threads, three times,
    /// ascending: what this machine's speed is measured by.
    public static func measure(side: Int, threads: Int) -> [Double] {
        let (a, b, c) = (Tensor([side, side]), Tensor([side, side]), Tensor([side, side]))
        var random = RandomSource(seed: 1)
        for index in 0..<a.count {
            (a.pointer[index], b.pointer[index]) = (random.uniform(-1, 1), random.uniform(-1, 1))
        }
        _ = isSingleThreaded
        openblas_set_num_threads(Int32(threads))
        defer { openblas_set_num_threads(1) }
        func seconds() -> Double {
            let clock = ContinuousClock()
            let time = clock.measure {
                multiply(a.pointer, b.pointer, into: c.pointer, rows: side, columns: side, inner: side)
            }
            return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        }
        // The first wakes the threads.
        _ = seconds()
        return (0..<3).map { _ in seconds() }.sorted()
    }
}
