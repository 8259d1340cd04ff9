import Files
import Foundation
import Testing

@Suite final class RegularFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-\(UUID())").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func aFileIsRead() throws {
        let path = folder + "/a"
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        symlink("a", folder + "/b")
        for path in [path, folder + "/b"] {
            let (descriptor, size) = try RegularFile.open(path)
            close(descriptor)
            #expect(size == 3)
            #expect(try RegularFile.read(path, limit: 3) == Data([1, 2, 3]))
            #expect(throws: RegularFile.Refusal.self) { try RegularFile.read(path, limit: 2) }
        }
    }

    /// Nothing waits for the other end of a pipe.
    @Test(arguments: [
        ("pipe", "a named pipe"), ("folder", "a folder"), ("socket", "a socket"), ("device", "a device"),
        ("dangling", "a broken link"), ("loop", "form a loop"),
        ("absent", "no such file"),
        ("file/below", "not a folder"), ("link-to-pipe", "a named pipe"),
    ])
    func whatIsNoFileIsRefusedByWhatItIs(_ name: String, _ says: String) throws {
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(mkdir(folder + "/folder", 0o700) == 0)
        symlink("/dev/null", folder + "/device")
        symlink("nowhere", folder + "/dangling")
        symlink("loop", folder + "/loop")
        symlink("pipe", folder + "/link-to-pipe")
        try Data().write(to: URL(fileURLWithPath: folder + "/file"))
        let end = try bind(folder + "/socket")
        defer { close(end) }
        let refusal = #expect(throws: RegularFile.Refusal.self) { try RegularFile.open(self.folder + "/" + name) }
        #expect(refusal?.reason.contains(says) == true, "\(refusal?.reason ?? "")")
    }

    private func bind(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(code == 0)
        return descriptor
    }
}
