import FileFormats

/// CIFAR10-DVS (Li et al. 2017): a DVS128 in front of a screen on which 10,000 pictures of CIFAR-10 moved. Static images:
/// CIFAR-10. Which picture a recording shows was not published.
///
///     CIFAR10DVS/<class>/cifar10_<class>_0.aedat … _999.aedat     the first 900 are for training
///     cifar-10-batches-bin/data_batch_1.bin … test_batch.bin
public struct Cifar10DvsDataSet: DataSet {
    public init() {}

    public var name: String { "cifar10-dvs" }
    public var title: String { "CIFAR10-DVS" }
    public var license: String { "CC BY 4.0 (Li, Liu, Ji, Li, Shi 2017, figshare); CIFAR-10: Krizhevsky 2009" }
    public var isSimulated: Bool { false }

    private static let endings = [".aedat", ".aedat4", ".mat", ".npz"]

    static let recordings = FolderSearch(
        dataSet: "CIFAR10-DVS", what: "the folder of recordings",
        names: ["CIFAR10DVS", "CIFAR10-DVS", "cifar10-dvs", "CIFAR10DVS/extract", "extract"],
        layout:
            "10 folders, from airplane to truck, with cifar10_<class>_0.aedat … _999.aedat; 10,000 files, about 8 GB",
        source: "https://figshare.com/articles/dataset/CIFAR10-DVS_New/4724671 (ten zip files)"
    ) { !ClassFolders.files(in: $0 + "/airplane", endings: endings).isEmpty }

    static let images = FolderSearch(
        dataSet: "CIFAR10-DVS", what: "the images of CIFAR-10",
        names: ["cifar-10-batches-bin", "CIFAR-10", "CIFAR10"],
        layout:
            "the binary version: data_batch_1.bin … data_batch_5.bin and test_batch.bin; 184 MB (the Python version consists of "
            + "pickles, which are not read)",
        source: "https://www.cs.toronto.edu/~kriz/cifar.html (cifar-10-binary.tar.gz)"
    ) { CifarImages.isPresent(in: $0) }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        FolderSearch.presence(of: Self.recordings, images: Self.images, in: folders)
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        let folder = try Self.recordings.recordings(folders)
        let (pool, missing) = try ImageSide.open { () throws(DataSetError) in
            try CifarImages(try Self.images.images(folders, recordings: folder))
        }
        var (recordings, paths): ([RecordingDescription], [String]) = ([], [])
        for part in PublishedPart.allCases {
            for (classIndex, className) in CifarImages.names.enumerated() {
                try LongWork.check()
                let files = ClassFolders.files(in: folder + "/" + className, endings: Self.endings)
                let training = ClassFolders.trainingCount(of: files.count)
                for file in part == .training ? files[..<training] : files[training...] {
                    recordings.append(
                        RecordingDescription(
                            name: className + "/" + ClassFolders.stem(of: file), classIndex: classIndex, part: part))
                    paths.append("\(folder)/\(className)/\(file)")
                }
            }
        }
        let sensor = SensorSize(width: 128, height: 128)
        return ListedContents(
            classNames: CifarImages.names, sensor: sensor, recordings: recordings, folder: folder, paths: paths,
            pool: pool,
            missingImages: missing, referencePools: pool.map(Self.referencePools)
        ) { [paths] index throws(DataSetError) in
            EventRecording(try EventFiles.read(paths[index], sensor: sensor).events, sensor: sensor)
        }
    }

    /// A list sorted by class, indexed by the label itself: the first ten images, which are all airplanes.
    private static func referencePools(_ pool: any StaticImageCollection) -> [[Int]] {
        let airplanes = pool.entries.indices.filter { pool.entries[$0].className == CifarImages.names[0] }
        return CifarImages.names.indices.map { $0 < airplanes.count ? [airplanes[$0]] : [] }
    }

    public var knownCounts: KnownCounts? { KnownCounts(CifarImages.names, each: 1000) }
}
