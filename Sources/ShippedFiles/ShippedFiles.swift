import Foundation

/// The folders of this package that ship beside the program: themes, presets and studies.
public enum ShippedFiles {
    /// Folder of `*.yaml` themes.
    public static var themes: URL { Bundle.module.bundleURL.appendingPathComponent("Themes", isDirectory: true) }
    /// Folder of `*.yaml` presets.
    public static var presets: URL { Bundle.module.bundleURL.appendingPathComponent("Presets", isDirectory: true) }
    /// Folder of `*.yaml` studies.
    public static var studies: URL { Bundle.module.bundleURL.appendingPathComponent("Studies", isDirectory: true) }
}
