import Attachment
import Foundation
import RunStore
import Studies

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
