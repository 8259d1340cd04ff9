import ArgumentParser
import Data
import FileFormats
import Foundation

/// Fetches a data set, or takes the archives that were downloaded by hand.
struct DataGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Download a data set, or unpack archives that were downloaded by hand.",
        discussion: """
            Prints the address, size, license and MD5 of every file, downloads those with a plain address (with the \
            program curl), checks them, and unpacks them where data sets are searched for. An interrupted download goes \
            on where it ended. What a site gives to people only is taken with --from. Sizes and checksums that are not \
            known are not checked, and are shown as a dash.

              saccade data get nmnist --show
              saccade data get dvs-gesture --from ~/Downloads/DvsGesture.tar.gz
            """)

    @Argument(help: "Name of the data set.") var name: String
    @Option(help: ArgumentHelp("Folder of data sets; default: in the data folder of the program.", valueName: "dir"))
    var data: String = ""
    @Option(help: ArgumentHelp("Take an archive that was downloaded by hand; may be repeated.", valueName: "file"))
    var from: [String] = []
    @Option(help: ArgumentHelp("Download every file from below this address instead.", valueName: "url"))
    var mirror: String?
    @Flag(help: "Only print what there is to download.") var show = false
    @Flag(help: "Take files whose MD5 differs from the known one.") var anyVersion = false
    @Flag(help: "Keep the archives after unpacking.") var keep = false
    @Flag(help: "Print a JSON object.") var json = false

    private struct File: Encodable {
        var archive: PublishedArchive
        var place: String
        var isThere: Bool

        enum CodingKeys: String, CodingKey {
            case name, address, page, size, md5, license, note, place
            case isThere = "is_there"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(archive.name, forKey: .name)
            try values.encode(archive.address, forKey: .address)
            try values.encode(archive.page, forKey: .page)
            try values.encode(archive.size, forKey: .size)
            try values.encode(archive.checksum, forKey: .md5)
            try values.encode(archive.license, forKey: .license)
            try values.encode(archive.note, forKey: .note)
            try values.encode(place, forKey: .place)
            try values.encode(isThere, forKey: .isThere)
        }
    }

    private struct Facts: Encodable {
        var name: String
        var folder: String
        var files: [File]
        var missing: [String]
    }

    func validate() throws {
        if show, !from.isEmpty { throw ValidationError("--show and --from cannot be combined") }
        if let mirror, !["http://", "https://"].contains(where: mirror.hasPrefix) {
            throw ValidationError("--mirror must be an http:// or https:// address")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let dataSet = try DataSetCatalogue.dataSet(name)
            guard !dataSet.archives.isEmpty else {
                throw CommandFailure("\(dataSet.title) (\(name)) is not published anywhere: \(Self.origin(name))")
            }
            let folders = DataFolders(recordings: data)
            var acquisition = Acquisition(root: data.isEmpty ? folders.installed : folders.recordings)
            (acquisition.takesAnyVersion, acquisition.keepsArchives) = (anyVersion, keep)
            if !json { try describe(dataSet, acquisition) }
            if !show {
                if from.isEmpty {
                    try download(dataSet.archives, acquisition)
                } else {
                    for path in from {
                        let archive = try acquisition.take(
                            DataFolders(recordings: path).recordings, for: dataSet.archives)
                        say("\(path): \(archive.name) is in \(archive.place(in: acquisition.root))")
                    }
                }
            }
            let missing = dataSet.archives.filter { !acquisition.isThere($0) }
            if json {
                try JSON.print(
                    Facts(
                        name: name, folder: acquisition.root,
                        files: dataSet.archives.map {
                            File(archive: $0, place: $0.place(in: acquisition.root), isThere: acquisition.isThere($0))
                        }, missing: missing.map(\.name)))
            } else if !show {
                try conclude(missing, acquisition)
            }
        }
    }

    private static func origin(_ name: String) -> String {
        switch name {
        case "digits": "it comes with the program"
        case "simulated": "`saccade data simulate` makes it from images"
        default: "it is made of your own files; give their folder with --data where it is used"
        }
    }

    private func describe(_ dataSet: any DataSet, _ acquisition: Acquisition) throws {
        try Output.line("\(dataSet.title) (\(name)), to \(acquisition.root)")
        for archive in dataSet.archives {
            try Output.line("")
            try Output.line(archive.name + (acquisition.isThere(archive) ? "  (there already)" : ""))
            try Output.line("  address  \(archive.address ?? "– (by hand, from the page)")")
            try Output.line("  page     \(archive.page)")
            try Output.line("  size     \(archive.size ?? "–")")
            try Output.line("  md5      \(archive.checksum ?? "–")")
            try Output.line("  license  \(archive.license)")
            try Output.line("  goes to  \(archive.place(in: acquisition.root))")
            if let note = archive.note { try Output.line("  note     \(note)") }
        }
        try Output.line("")
    }

    private func download(_ archives: [PublishedArchive], _ acquisition: Acquisition) throws {
        for archive in archives where !acquisition.isThere(archive) {
            guard let address = mirror.map({ ($0.hasSuffix("/") ? $0 : $0 + "/") + archive.name }) ?? archive.address
            else { continue }
            let isShown = isatty(STDERR_FILENO) != 0 && !json
            try acquisition.fetch(archive, from: address) { bytes in
                guard isShown else { return }
                StandardError.drawn(String(format: "\r\u{1B}[K%@: %.1f MB", archive.name, Double(bytes) / 1e6))
            }
            if isShown { StandardError.drawn("\r\u{1B}[K") }
            say("\(archive.name) is in \(archive.place(in: acquisition.root))")
        }
    }

    private func conclude(_ missing: [PublishedArchive], _ acquisition: Acquisition) throws {
        guard !missing.isEmpty else {
            return try Output.line(
                "complete: saccade data verify \(name)\(data.isEmpty ? "" : " --data \(data)") checks it")
        }
        for archive in missing {
            try Output.line("still missing: \(archive.name): download it from \(archive.page), then")
            try Output.line("  saccade data get \(name)\(data.isEmpty ? "" : " --data \(data)") --from FILE")
        }
    }

    private func say(_ text: String) {
        if !json { StandardError.line(text) }
    }
}
