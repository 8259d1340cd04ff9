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
}
