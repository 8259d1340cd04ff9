/// All data sets.
public enum DataSetCatalogue {
    public static let all: [any DataSet] = [
        DigitsDataSet(),
        NMnistDataSet(),
        NCaltech101DataSet(),
        CepDvsDataSet(),
        NOmniglotDataSet(),
        Cifar10DvsDataSet(),
        DvsGestureDataSet(),
        EsImageNetDataSet(),
        SimulatedDataSet(),
        FrameCacheDataSet(),
        FolderDataSet(),
    ]

    public static var names: [String] { all.map(\.name) }

    /// - Throws: `DataSetError.unknownName`.
    public static func dataSet(_ name: String) throws(DataSetError) -> any DataSet {
        guard let dataSet = all.first(where: { $0.name == name }) else {
            throw .unknownName(name, of: "data set", known: names)
        }
        return dataSet
    }
}
