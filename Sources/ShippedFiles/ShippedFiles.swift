import Foundation

/// What ships beside the program: themes, presets and studies, and the description of what it prints.
///
/// An installed program finds them in `../share/saccade`, counted from the folder that holds it, as in `/usr/bin` and
/// `/usr/share/saccade`; one that was built with SwiftPM in the bundles beside it.
public enum ShippedFiles {
    /// Folder of `*.yaml` themes.
    public static let themes = folder("Themes", in: .module)
    /// Folder of `*.yaml` presets.
    public static let presets = folder("Presets", in: .module)
    /// Folder of `*.yaml` studies.
    public static let studies = folder("Studies", in: .module)
    /// The JSON Schema of what commands print with `--json`.
    public static let outputSchema = folder("Schema", in: .module).appendingPathComponent("output.schema.json")

    /// The folder of an installed program, whose name ends in `share/saccade`; `nil` of one that is not installed.
    public static let installed: URL? = {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        let folder = URL(fileURLWithPath: program).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("share/saccade", isDirectory: true)
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        return isThere && isFolder.boolValue ? folder : nil
    }()

    /// - Parameter bundle: of the module that brings the folder along; only asked for where the program is not installed.
    public static func folder(_ name: String, in bundle: @autoclosure () -> Bundle) -> URL {
        (installed ?? bundle().bundleURL).appendingPathComponent(name, isDirectory: true)
    }
}
