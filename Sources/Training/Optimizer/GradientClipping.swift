import Network

/// Norm of the whole gradient, and the factor that clipping puts on it.
public enum GradientClipping {
    public static func norm(of parameters: [Parameter]) -> Double {
        parameters.reduce(0) { $0 + $1.gradient.sumOfSquares }.squareRoot()
    }

    /// 1 where `limit` is 0 or the norm is below it.
    public static func scale(norm: Double, limit: Double) -> Double {
        limit > 0 && norm > limit ? limit / (norm + 1e-6) : 1
    }
}
