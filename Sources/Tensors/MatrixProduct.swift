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
}
