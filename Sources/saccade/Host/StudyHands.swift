import Attachment
import Foundation
import RunStore
import ShippedFiles
import Studies

extension StudyShelf {
    /// The path of a study that can be read.
    ///
    /// - Throws: `StudyError` for one that is not there or is wrong.
    static func checked(_ reference: String, _ paths: StoragePaths) throws -> String {
        let path = try StudyShelf(shipped: ShippedFiles.studies, paths).path(of: reference)
        _ = try StudyReader(PresetStore(paths: paths, described: .shipped)).read(path: path)
        return path
    }
}

extension StoredStudies.Hands {
    /// Studies are trained by a copy of this program, in the background, as `saccade study --detach` leaves it.
    static func ofProgram(_ store: RunStore) -> Self {
        Self(
            start: { path in
                _ = try Detachment.start(["study", path, "--detached-copy"], store.paths)
            },
            stop: { run in
                guard let process = try store.summary(of: run).processIdentifier else { return }
                let client = try await AttachmentClient.attach(
                    path: AttachmentSockets(folder: store.paths.sockets).path(of: process),
                    timeout: AttachmentClient.usualTimeout)
                _ = await client.bus.send(.stop)
                await client.detach()
            },
            json: { String(decoding: try JSON.data($0), as: UTF8.self) })
    }
}
