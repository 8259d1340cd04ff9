import Configuration
import Data
import FileFormats
import Foundation
import Network
import RunStore
import ShippedFiles
import Terminal
import Training

extension DamageSubject {
    /// What the program's own commands do with files, beside reading recordings: converting them, networks of graphs,
    /// presets, themes.
    static func commands() throws -> [DamageSubject] {
        var subjects = try recordings().enumerated().map { index, recording in
            // Each format into the next, so that every one is written.
            let target = EventFormatCatalogue.all[index % EventFormatCatalogue.all.count]
            return DamageSubject(name: "convert", bytes: recording.bytes) { bytes, _, isTolerant in
                let file = try recording.format.decode(
                    bytes, path: "damaged", options: EventReadingOptions(isTolerant: isTolerant))
                let size = EventRecording(file.events, sensor: file.declaredSensor).sensor
                _ = try target.encode(file.events, sensor: size, variant: target.variants[0])
                return file.loss == nil
            }
        }
        subjects.append(
            DamageSubject(name: "graph", bytes: try graph()) { bytes, _, _ in
                _ = try GraphNetwork(try NIRGraph(bytes, path: "damaged"), path: "damaged")
                return true
            })
        for url in try contents(of: ShippedFiles.presets).prefix(2) {
            let store = PresetStore(userFolder: url.deletingLastPathComponent(), described: .shipped)
            subjects.append(
                DamageSubject(name: "preset", bytes: try FileBytes.read(url.path)) { bytes, folder, _ in
                    _ = try store.load(file(bytes, named: "damaged.yaml", in: folder).path)
                    return true
                })
        }
        for url in try contents(of: ShippedFiles.themes).prefix(2) {
            subjects.append(
                DamageSubject(name: "theme", bytes: try FileBytes.read(url.path)) { bytes, folder, _ in
                    _ = try ThemeCatalogue.read(file(bytes, named: "damaged.yaml", in: folder))
                    return true
                })
        }
        return subjects
    }

    private static func contents(of folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    }
}
