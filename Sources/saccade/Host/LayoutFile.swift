import FileFormats
import Files
import Foundation
import RunStore
import Screens

/// The screens' layout, kept between two visits.
struct LayoutFile: Sendable {
    private let file: URL

    init(_ paths: StoragePaths) { file = paths.layout }

    /// As it was left; the usual one if there is none or it cannot be read.
    func read() -> WorkbenchLayout {
        guard let data = try? RegularFile.read(file.path, limit: 1 << 20),
            let layout = try? JSONDecoder().decode(WorkbenchLayout.self, from: data)
        else { return WorkbenchLayout() }
        return layout
    }

    func write(_ layout: WorkbenchLayout) {
        guard let data = try? JSONEncoder().encode(layout) else { return }
        try? StoragePaths.ensure(file.deletingLastPathComponent())
        try? AtomicFile.replace(file.path, with: Array(data))
    }
}
