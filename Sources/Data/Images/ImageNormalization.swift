/// What becomes of an image's numbers 0…1 before the network sees them.
public enum ImageNormalization: String, Sendable, Hashable, CaseIterable {
    /// They stay as they are.
    case none
    /// Less the mean of MNIST's training images, over their deviation: what the reference does to its images of MNIST.
    case mnist

    func callAsFunction(_ value: Float) -> Float {
        switch self {
        case .none: value
        case .mnist: (value - 0.1307) / 0.3081
        }
    }
}
