import Foundation

/// A sound file, and who reads it. Modules that read files of their own add theirs.
public struct DamageSubject: Sendable {
    public let name: String
    let bytes: [UInt8]
    /// Bytes, a folder for readers that take a file, and whether to be tolerant; says whether nothing was left out.
    let read: @Sendable ([UInt8], URL, Bool) throws -> Bool

    public init(name: String, bytes: [UInt8], read: @escaping @Sendable ([UInt8], URL, Bool) throws -> Bool) {
        (self.name, self.bytes, self.read) = (name, bytes, read)
    }

    /// For readers that have nothing to be tolerant about.
    init(_ name: String, _ bytes: [UInt8], _ read: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.init(name: name, bytes: bytes) { bytes, _, _ in
            try read(bytes)
            return true
        }
    }

    /// A file of these bytes in `folder`, in place of the one that was there before.
    public static func file(_ bytes: [UInt8], named name: String = "damaged", in folder: URL) throws -> URL {
        let url = folder.appendingPathComponent(name)
        try Foundation.Data(bytes).write(to: url)
        return url
    }

    /// A recording in every layout of every format, with the format's name.
    public static func recordings() throws(FileFormatError) -> [(format: any EventFormat, bytes: [UInt8])] {
        let events = FormatBenchmark.events(count: 300)
        var recordings: [(format: any EventFormat, bytes: [UInt8])] = []
        for format in EventFormatCatalogue.all {
            for variant in format.variants {
                let bytes = try format.encode(events, sensor: FormatBenchmark.sensor, variant: variant)
                recordings.append((format, bytes))
            }
        }
        return recordings
    }

    /// Every layout of every format, checkpoints, graphs, pictures and tables of pictures.
    public static func all() throws(FileFormatError) -> [DamageSubject] {
        var subjects: [DamageSubject] = []
        for (format, bytes) in try recordings() {
            // Both by the format itself, whatever the damage, and as a person would read it.
            subjects.append(
                DamageSubject(name: format.name, bytes: bytes) { bytes, _, isTolerant in
                    try format.decode(bytes, path: "damaged", options: EventReadingOptions(isTolerant: isTolerant)).loss
                        == nil
                })
        }
        return subjects + [eventCompression] + (try checkpoints()) + (try graphs()) + (try pictures()) + tables + [
            tensorBoard
        ]
    }

    private static var eventCompression: DamageSubject {
        DamageSubject(name: "hdf5-ecf", bytes: EventCompressionSample.bytes) { bytes, _, isTolerant in
            try Hdf5().decode(bytes, path: "damaged", options: EventReadingOptions(isTolerant: isTolerant)).loss == nil
        }
    }

    private static var tensorBoard: DamageSubject {
        var bytes: [UInt8] = []
        for step in 1...20 {
            let values = [TensorBoardValue("a", .scalar(Double(step))), TensorBoardValue("b", .text("a word"))]
            let event = TensorBoardEvent(wallTime: Double(step), step: step, content: .values(values))
            RecordFraming.append(event.encoded, to: &bytes)
        }
        return DamageSubject("tensorboard", bytes) { _ = try TensorBoardFile(bytes: $0, path: "damaged") }
    }

    /// Recordings that lie about, each read as its content says.
    public static func files(_ urls: [URL]) throws(FileFormatError) -> [DamageSubject] {
        var subjects: [DamageSubject] = []
        for url in urls {
            let name = url.lastPathComponent
            subjects.append(
                DamageSubject(name: name, bytes: try FileBytes.read(url.path)) { bytes, _, isTolerant in
                    try EventFormatCatalogue.decode(
                        bytes, path: name, options: EventReadingOptions(isTolerant: isTolerant)
                    ).loss == nil
                })
        }
        return subjects
    }
}
