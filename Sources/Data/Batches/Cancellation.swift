/// Lets whoever waits for data to be read or simulated, which may take minutes, call it off.
///
/// What takes long asks again and again, between two recordings or two folders, and throws `DataSetError.cancelled`. Nothing
/// half made is kept then: files are put in their places whole or not at all.
public struct Cancellation: Sendable {
    /// That of the calling task; other threads that do a part of the work are handed it.
    @TaskLocal public static var current = Cancellation { false }

    /// Whether nobody wants the outcome any more.
    let isCancelled: @Sendable () -> Bool

    /// - Parameter isCancelled: asked often, from any thread.
    public init(isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

    /// - Throws: `DataSetError.cancelled`.
    public func check() throws(DataSetError) {
        if isCancelled() { throw .cancelled }
    }

    /// - Throws: `DataSetError.cancelled`.
    public static func check() throws(DataSetError) { try current.check() }
}
