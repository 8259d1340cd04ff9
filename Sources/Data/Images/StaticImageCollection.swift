import FileFormats

/// Still pictures of named classes, wherever they come from.
protocol StaticImageCollection: Sendable {
    /// Where they lie.
    var folder: String { get }
    var entries: [StaticImageEntry] { get }
    /// In an order of their own: that of their labels where they have numbers, by name otherwise.
    var classNames: [String] { get }
    /// What lies in the folder and is no picture of it.
    var leftOut: [LeftOut] { get }
    /// Safe to call from several threads.
    func image(_ index: Int) throws(DataSetError) -> StaticImage
    /// The file that holds the picture.
    func file(of index: Int) -> String
}

struct StaticImageEntry: Sendable, Hashable {
    /// Names the picture within its class and part: a file's name without its ending, or a number.
    var name: String
    var className: String
    /// `nil` where the pictures are not published in parts.
    var part: PublishedPart?
    var source: SourceImage
}

extension StaticImageCollection {
    var leftOut: [LeftOut] { [] }

    var descriptions: [ImageDescription] {
        entries.map { ImageDescription(className: $0.className, source: $0.source) }
    }
}

extension StaticImage {
    init(_ picture: PixelImage) {
        self.init(
            width: picture.width, height: picture.height, channelCount: picture.channelCount, pixels: picture.pixels)
        notes = picture.notes
    }
}

/// Any folder of pictures that is understood.
enum StaticImages {
    static let layout =
        "one folder per class with .jpg or .png images (optionally under train/ and test/), the idx files of MNIST or "
        + "similar data sets, or CIFAR-10's binary files"

    /// Whether there is anything in the folder that can be opened. Cheap.
    static func isPresent(in folder: String) -> Bool {
        MnistImageFolder(in: folder) != nil || CifarImages.isPresent(in: folder) || ImageFolder.isPresent(in: folder)
    }

    /// - Throws: `DataSetError.incomplete` if the folder holds no pictures.
    static func open(_ folder: String, dataSet: String) throws(DataSetError) -> any StaticImageCollection {
        if let files = MnistImageFolder(in: folder) { return try files.read() }
        if CifarImages.isPresent(in: folder) { return try CifarImages(folder) }
        if ImageFolder.isPresent(in: folder) { return try ImageFolder(folder, dataSet: dataSet) }
        throw .incomplete(
            dataSet: dataSet, folder: folder,
            found: DataFolders.exists(folder) ? "no images" : "nothing: it does not exist",
            expected: layout,
            advice: DataFolders.exists(folder)
                ? "looked in " + ClassTree.absence(of: .pictures, in: folder) : "check the path")
    }
}
