import Foundation

/// The folder of sockets: one for each process that trains, named after it.
public struct AttachmentSockets: Sendable {
    public let folder: URL

    /// - Parameter folder: its owner's alone (0700).
    public init(folder: URL) { self.folder = folder }

    public func path(of process: Int32) -> String { folder.appendingPathComponent("\(process).sock").path }

    /// The processes that listen, in order. Sockets that dead processes left behind are removed.
    public func listening() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { name -> Int32? in
            guard name.hasSuffix(".sock"), let process = Int32(name.dropLast(5)) else { return nil }
            do throws(AttachmentError) {
                try UnixSocket.connect(to: path(of: process), seconds: 1).end()
                return process
            } catch {
                switch error {
                case .nobodyListens: unlink(path(of: process))
                // It is there, but lets nobody in now: whoever attaches is told.
                case .silent: return process
                default: break
                }
                return nil
            }
        }.sorted()
    }
}
