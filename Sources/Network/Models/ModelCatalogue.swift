/// Every network there is: the paper's, a small one, and the baselines with a single stream.
public enum ModelCatalogue {
    private static let transfer: [any NetworkModel] = [
        MiniNetwork(),
        VGGNetwork(),
        ResNet18Network(),
        ResNet34Network(),
        SCNNNetwork(),
        NMnistNetwork(),
    ]

    public static let all: [any NetworkModel] = transfer + transfer.map { SingleStreamNetwork(of: $0) }
}
