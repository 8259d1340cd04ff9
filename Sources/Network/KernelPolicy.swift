/// Which kernels convolutions may choose from.
public enum KernelPolicy: String, Sendable, CaseIterable, Hashable {
    /// The fastest for shape and density.
    case fast
    /// The plain ones only: products of image columns and weight in float32.
    case exact
}
