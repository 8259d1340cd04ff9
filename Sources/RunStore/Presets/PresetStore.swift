import Configuration
import Foundation
import Messages
import ShippedFiles

/// Presets: those that ship, which never change, and the user's own, each a YAML file that people may edit.
///
/// ```yaml
/// note: Digits with simulated recordings, sliding training.
/// data:
///   set: digits
/// loss:
///   domain_coefficient: 0.5
/// ```
///
/// A knob that is not in the file has its default. Reading is strict: whatever is not understood is an error with file,
/// line and column.
public struct PresetStore: Sendable {
    public let builtInFolder: URL
    public let userFolder: URL
    /// The knobs that presets set.
    public let description: EngineDescription

    public init(builtInFolder: URL = ShippedFiles.presets, userFolder: URL, described description: EngineDescription) {
        (self.builtInFolder, self.userFolder, self.description) = (builtInFolder, userFolder, description)
    }

    public init(paths: StoragePaths, described description: EngineDescription) {
        self.init(userFolder: paths.presets, described: description)
    }

    // MARK: Reading

    /// All presets, the user's own first, each kind by name. A file that cannot be used is listed with its `problem`.
    ///
    /// - Throws: `PresetError.storage` if a folder is there but cannot be read.
    public func list() throws(PresetError) -> [PresetSummary] {
        let builtIn = try files(in: builtInFolder).map { summary(of: $0, isBuiltIn: true) }
        let names = Set(builtIn.map(\.name))
        let own = try files(in: userFolder).map { file in
            var summary = summary(of: file, isBuiltIn: false)
            if file.pathExtension == "yml" {
                summary.problem = "presets end in .yaml: rename the file"
            } else if let reason = PresetName.problem(with: summary.name) {
                summary.problem = "'\(summary.name)' cannot name a preset: \(reason); rename the file"
            } else if names.contains(summary.name) {
                summary.problem = "a built-in preset has the name '\(summary.name)': rename the file"
            }
            return summary
        }
        return own + builtIn
    }

    /// Reads a preset.
    ///
    /// - Parameter reference: its name; or, with a `/` in it or ending in `.yaml` or `.yml`, the path of a file.
    /// - Throws: `unknown` with the nearest name, `content` with line and column, `storage`.
    public func load(_ reference: String) throws(PresetError) -> Preset {
        if reference.contains("/") || reference.hasSuffix(".yaml") || reference.hasSuffix(".yml") {
            let file = URL(fileURLWithPath: reference)
            let name = file.deletingPathExtension().lastPathComponent
            let isKnown = [builtInFolder, userFolder].contains { existing(name, in: $0) != nil }
            if !reference.contains("/"), isKnown, access(file.path, F_OK) != 0 {
                throw .unknown(reference, suggestion: name)
            }
            return try read(file, isBuiltIn: false)
        }
        if let file = existing(reference, in: builtInFolder) { return try read(file, isBuiltIn: true) }
        if let file = existing(reference, in: userFolder) { return try read(file, isBuiltIn: false) }
        throw unknown(reference)
    }

    // MARK: Changing

    /// Writes one of the user's presets. Knobs at their defaults are left out.
    ///
    /// - Parameter replacing: without it a preset that is there stays and `taken` is thrown. With it the old file's
    ///   comments and order are kept as far as possible: lines of knobs that are there get their new values in place.
    public func save(
        name: String, configuration: RunConfiguration, note: String, replacing: Bool
    ) throws(PresetError) {
        try PresetName.check(name)
        try refuseBuiltIn(name, suggesting: true)
        let file = userFile(name)
        var text = ConfigurationWriter(description).text(
            of: configuration, note: note, heading: ConfigurationWriter.presetHeading, extent: .differences)
        if replacing, let old = try? WholeFile.read(file), let oldText = String(data: old, encoding: .utf8),
            let edited = ConfigurationRewriter.rewrite(
                oldText, configuration: configuration, note: note, described: description)
        {
            text = edited
        }
        do throws(StorageError) {
            try StoragePaths.ensure(userFolder)
            try WholeFile.write(text, to: file, replacing: replacing)
        } catch .alreadyThere {
            throw .taken(name)
        } catch {
            throw .storage(error)
        }
    }

    /// Gives one of the user's presets another name; never over another preset.
    public func rename(_ name: String, to newName: String) throws(PresetError) {
        try refuseBuiltIn(name, suggesting: false)
        guard let file = existing(name, in: userFolder) else { throw unknown(name) }
        try PresetName.check(newName)
        try refuseBuiltIn(newName, suggesting: true)
        guard newName != name else { return }
        guard existing(newName, in: userFolder) == nil else { throw .taken(newName) }
        do { try WholeFile.rename(file, to: userFile(newName)) } catch { throw .storage(error) }
    }

    /// Deletes one of the user's presets.
    public func delete(_ name: String) throws(PresetError) {
        try refuseBuiltIn(name, suggesting: false)
        guard let file = existing(name, in: userFolder) else { throw unknown(name) }
        do { try WholeFile.remove(file) } catch { throw .storage(error) }
    }

    // MARK: Files

    private func userFile(_ name: String) -> URL { userFolder.appendingPathComponent(name + ".yaml") }

    private func existing(_ name: String, in folder: URL) -> URL? {
        guard PresetName.problem(with: name) == nil else { return nil }
        let file = folder.appendingPathComponent(name + ".yaml")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }

    private func files(in folder: URL) throws(PresetError) -> [URL] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
                .map { folder.appendingPathComponent($0) }
                // By their names: `digits` before `digits-joint`.
                .sorted { $0.deletingPathExtension().lastPathComponent < $1.deletingPathExtension().lastPathComponent }
        } catch {
            do { try HomePlace.check(folder: folder.path) } catch { throw .storage(error) }
            guard access(folder.path, F_OK) == 0 else { return [] }
            throw .storage(.unreadable(path: folder.path, reason: systemMessage(EACCES)))
        }
    }

    private func read(_ file: URL, isBuiltIn: Bool) throws(PresetError) -> Preset {
        let data: Data
        do { data = try WholeFile.read(file) } catch { throw .storage(error) }
        let content = try ConfigurationReader(description).read(data, path: file.path)
        return Preset(
            name: file.deletingPathExtension().lastPathComponent, note: content.note,
            configuration: content.configuration, isBuiltIn: isBuiltIn, file: file)
    }

    private func summary(of file: URL, isBuiltIn: Bool) -> PresetSummary {
        var summary = PresetSummary(
            name: file.deletingPathExtension().lastPathComponent, note: "", isBuiltIn: isBuiltIn, path: file.path,
            problem: nil)
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
        summary.modified = (attributes?[.modificationDate] as? Date).map {
            TimeOfDay(wrappedValue: $0.timeIntervalSince1970)
        }
        do throws(PresetError) {
            let preset = try read(file, isBuiltIn: isBuiltIn)
            (summary.note, summary.editCount) = (preset.note, (try? preset.configuration.scheduledEdits().count) ?? 0)
            summary.dataSet = description.text(of: KnownKnob.dataSet, in: preset.configuration)
        } catch {
            summary.problem = error.description
        }
        return summary
    }

    private func refuseBuiltIn(_ name: String, suggesting: Bool) throws(PresetError) {
        guard existing(name, in: builtInFolder) != nil else { return }
        guard suggesting else { throw .builtIn(name, instead: nil) }
        let candidates = ["my-\(name)"] + (2...99).map { "my-\(name)-\($0)" }
        throw .builtIn(
            name,
            instead: candidates.first { existing($0, in: userFolder) == nil && PresetName.problem(with: $0) == nil })
    }

    private func unknown(_ name: String) -> PresetError {
        let names = ((try? list()) ?? []).map(\.name)
        return .unknown(name, suggestion: NearestWord.nearest(to: name, among: names))
    }
}
