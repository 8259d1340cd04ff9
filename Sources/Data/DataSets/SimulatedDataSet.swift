import FileFormats
import Foundation

/// Recordings that `saccade data simulate` made of images, with the images they were made of: Fashion-MNIST, or any folder
/// of pictures. The image behind a recording is known, so images behind test recordings are never drawn.
public struct SimulatedDataSet: DataSet {
    public init() {}

    public var name: String { "simulated" }
    public var title: String { "Images with simulated saccades" }
    public var license: String { "that of the images" }
    public var isSimulated: Bool { true }

    private static func folder(_ folders: DataFolders) -> String? {
        let places =
            [folders.recordings] + (folders.shared.map { [$0 + "/simulated"] } ?? []) + [
                folders.installed + "/simulated"
            ]
        return places.first { !$0.isEmpty && DataFolders.exists($0 + "/" + ImageSimulation.descriptionFile) }
    }

    private static func missing(_ folders: DataFolders) -> DataSetError {
        .missing(
            dataSet: "simulated", what: "a folder written by saccade data simulate",
            lookedIn: [
                folders.recordings, folders.shared.map { $0 + "/simulated" } ?? "", folders.installed + "/simulated",
            ]
            .filter { !$0.isEmpty },
            layout: "simulation.json, recordings.tsv, train/ and test/",
            source: "create it: saccade data simulate IMAGES OUT, then --data OUT. IMAGES is \(StaticImages.layout). "
                + "Fashion-MNIST is found at https://github.com/zalandoresearch/fashion-mnist (30 MB; about 1.4 GB of recordings)"
        )
    }

    public func presence(in folders: DataFolders) -> DataSetPresence {
        guard let folder = Self.folder(folders) else {
            return DataSetPresence(isPresent: false, location: Self.missing(folders).description)
        }
        let images = (try? ImageSimulation.description(in: folder)).map { "; images in \($0.images)" } ?? ""
        return DataSetPresence(isPresent: true, location: folder + images)
    }

    public func open(_ folders: DataFolders) throws(DataSetError) -> any DataSetContents {
        guard let folder = Self.folder(folders) else { throw Self.missing(folders) }
        let description = try ImageSimulation.description(in: folder)
        let unmade = ImageSimulation.leftOut(in: folder)
        let lines = try Self.lines(in: folder, description).filter { unmade[$0.file] == nil }
        let images = folders.images.isEmpty ? description.images : folders.images
        let (pool, missing) = try ImageSide.open { () throws(DataSetError) in
            guard StaticImages.isPresent(in: images) else {
                throw .missing(
                    dataSet: name, what: "the images that the recordings were simulated from", lookedIn: [images],
                    layout: StaticImages.layout,
                    source: "restore them where they were when the recordings were simulated")
            }
            return try StaticImages.open(images, dataSet: name)
        }
        let order = lines.indices.sorted {
            let (left, right) = (lines[$0], lines[$1])
            return (Self.place(of: left.part), left.classIndex, $0) < (Self.place(of: right.part), right.classIndex, $1)
        }
        let paths = order.map { folder + "/" + lines[$0].file }
        let sensor = SensorSize(width: description.sensorSide, height: description.sensorSide)
        return ListedContents(
            classNames: description.classNames, sensor: sensor,
            recordings: order.map { index in
                RecordingDescription(
                    name: String(lines[index].file.dropLast(4)), classIndex: lines[index].classIndex,
                    part: lines[index].part, source: lines[index].source)
            }, folder: folder, paths: paths, pool: pool, missingImages: missing,
            leftOut: unmade.sorted { $0.key < $1.key }.map {
                LeftOut(path: $0.key, reason: "its image cannot be read: " + $0.value, isNotable: true)
            }
        ) { index throws(DataSetError) in
            EventRecording(try EventFiles.read(paths[index], sensor: sensor).events, sensor: sensor)
        }
    }

    private static func place(of part: PublishedPart) -> Int {
        switch part {
        case .training: 0
        case .validation: 1
        case .test, .spare: 2
        }
    }

    private static func lines(
        in folder: String, _ description: ImageSimulation.Description
    ) throws(DataSetError) -> [ImageSimulation.Line] {
        let path = folder + "/" + ImageSimulation.listFile
        do throws(FileFormatError) {
            let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
            let lines = text.split(separator: "\n").map { ImageSimulation.Line($0) }
            guard lines.count == description.recordings,
                !lines.contains(where: { line in
                    line.map { !description.classNames.indices.contains($0.classIndex) } ?? true
                })
            else {
                throw .damaged(
                    path: path, offset: 0, found: "\(lines.count) lines, or an invalid line",
                    expected: "\(description.recordings) lines of five columns", advice: "run data simulate again")
            }
            return lines.compactMap { $0 }
        } catch {
            throw .file(error)
        }
    }
}
