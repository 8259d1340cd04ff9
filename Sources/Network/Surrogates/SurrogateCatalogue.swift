/// Every surrogate gradient by name.
public enum SurrogateCatalogue {
    public static let all: [any SurrogateGradient] = [
        QuadraticGate(),
        Gate(),
        ArcTangent(),
        Sigmoid(),
        RectifiedLinear(),
        SpikeItself(),
        ShiftedGate(),
        HalfGate(),
        SignedGate(),
    ]

    /// `nil` if no surrogate has this name or this reference name.
    public static func named(_ name: String) -> (any SurrogateGradient)? {
        all.first { $0.name == name || $0.referenceName == name }
    }
}
