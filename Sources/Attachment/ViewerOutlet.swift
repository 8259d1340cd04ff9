import Foundation

/// The server's end of a viewer's connection: writes, and knows since when the viewer has taken nothing of what lies there
/// for it. One thread uses it.
struct ViewerOutlet {
    private let socket: UnixSocket
    private let patience: AttachmentServer.Patience
    /// What was unread when it was last looked at. Less means that the viewer has read.
    private var unread = 0
    /// When the viewer was last seen to have taken something, or to have nothing left to take.
    private var lastTaken = ContinuousClock.now
    private var hasTaken = false

    init(socket: UnixSocket, patience: AttachmentServer.Patience) {
        (self.socket, self.patience) = (socket, patience)
    }

    /// Seconds between two looks.
    var interval: Double { min(1, limit / 4) }

    /// Whether something lies there that the viewer has not taken.
    var hasUnread: Bool { unread > 0 }

    private var limit: Double { hasTaken ? patience.later : min(patience.greeting, patience.later) }

    /// Looks whether the viewer has taken something, and whether it has taken nothing for too long.
    mutating func isGivenUp() -> Bool {
        let now = socket.unread
        if now < unread { hasTaken = true }
        if now < unread || now == 0 { lastTaken = .now }
        unread = now
        return ContinuousClock.now - lastTaken >= .seconds(limit)
    }

    /// Waits for room as long as the viewer takes something now and then.
    ///
    /// - Returns: whether all of it was taken over by the system.
    mutating func write(_ message: some Encodable) -> Bool {
        guard let data = Frame.data(of: message) else { return false }
        var sent = 0
        while sent < data.count {
            guard !isGivenUp() else { return false }
            let count = socket.send(data, from: sent)
            guard count >= 0 else { return false }
            if count == 0 { socket.waitForRoom(seconds: interval) }
            sent += count
            unread = max(unread, socket.unread)
        }
        return true
    }
}
