/// How a layer of neurons is called where people read it.
public enum LayerTitle {
    /// `feature.3.node` → `feature.3`.
    public static func short(_ layer: String) -> String {
        layer.hasSuffix(".node") ? String(layer.dropLast(5)) : layer
    }
}
