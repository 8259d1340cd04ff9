import Foundation
import RunStore
import Testing

@Suite struct StoragePathsTests {
    @Test func xdgVariablesLead() {
        let paths = StoragePaths(environment: [
            "HOME": "/home/me", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s",
            "XDG_CACHE_HOME": "/k",
        ])
        #expect(paths.presets.path == "/c/saccade/presets")
        #expect(paths.themes.path == "/c/saccade/themes")
        #expect(paths.runDatabase.path == "/d/saccade/runs.sqlite")
        #expect(paths.runs.path == "/d/saccade/runs")
        #expect(paths.logs.path == "/s/saccade/logs")
        #expect(paths.frameCache.path == "/k/saccade/frames")
    }

    @Test(arguments: ["", "relative", "./here", "~/x"])
    func otherValuesAreIgnored(value: String) {
        let paths = StoragePaths(environment: [
            "HOME": "/home/me", "XDG_CONFIG_HOME": value, "XDG_DATA_HOME": value, "XDG_STATE_HOME": value,
            "XDG_CACHE_HOME": value,
        ])
        #expect(paths.config.path == "/home/me/.config/saccade")
        #expect(paths.data.path == "/home/me/.local/share/saccade")
        #expect(paths.state.path == "/home/me/.local/state/saccade")
        #expect(paths.cache.path == "/home/me/.cache/saccade")
    }

    @Test func oneFolderGoesBeforeAll() {
        let environment = ["HOME": "/home/me", "XDG_CONFIG_HOME": "/c", "SACCADE_HOME": "/one"]
        #expect(StoragePaths(environment: environment).config.path == "/one/config")
        let relative = StoragePaths(environment: ["SACCADE_HOME": "try/../here"], currentFolder: "/work")
        #expect(relative.cache.path == "/work/here/cache")
        // As in a script whose variable was never set.
        let empty = StoragePaths(environment: ["HOME": "/home/me", "SACCADE_HOME": ""], currentFolder: "/work")
        #expect(empty.home == nil && empty.config.path == "/home/me/.config/saccade")
        // Quotes keep the shell from it.
        let quoted = StoragePaths(environment: ["SACCADE_HOME": "~/x"], currentFolder: "/work")
        #expect(quoted.cache.path == NSHomeDirectory() + "/x/cache")
    }

    @Test func foldersAreMadeOnDemandForTheirOwnerAlone() throws {
        let scratch = try Scratch()
        let folder = scratch.root.appendingPathComponent("a/b/c")
        try StoragePaths.ensure(folder)
        try StoragePaths.ensure(folder)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func whatCannotBeAFolderIsNamed() throws {
        let scratch = try Scratch()
        let file = try scratch.write("", to: "file")
        #expect(throws: StorageError.notAFolder(path: file.path)) { try StoragePaths.ensure(file) }
        #expect(throws: StorageError.notAFolder(path: file.path)) {
            try StoragePaths.ensure(file.appendingPathComponent("below"))
        }
        let error = #expect(throws: StorageError.self) {
            try StoragePaths.ensure(URL(fileURLWithPath: "/proc/saccade/data"))
        }
        #expect(error?.description.contains("/proc/saccade") == true)
        #expect(error?.description.contains("SACCADE_HOME") == true)
    }
}
