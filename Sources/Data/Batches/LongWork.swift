import Synchronization

/// Lets whoever waits for data to be read or simulated, which may take minutes, hear how far it is and call it off.
///
/// What takes long asks again and again, between two recordings or two folders, and throws `DataSetError.cancelled`. Nothing
/// half made is kept then: files are put in their places whole or not at all.
public struct LongWork: Sendable {
    /// How far a part of it is.
    public struct Progress: Sendable, Hashable {
        /// What is done, for people: `reading recordings`.
        public var title: String
        public var done: Int
        /// At least 1.
        public var all: Int

        public init(title: String, done: Int, all: Int) { (self.title, self.done, self.all) = (title, done, all) }
    }

    /// That of the calling task; other threads that do a part of the work are handed it.
    @TaskLocal public static var current = LongWork { false }

    /// Whether nobody wants the outcome any more.
    let isCancelled: @Sendable () -> Bool
    private let onProgress: (@Sendable (Progress) -> Void)?

    /// - Parameters:
    ///   - isCancelled: asked often, from any thread.
    ///   - onProgress: called often, from any thread; of two calls the later may say less.
    public init(isCancelled: @escaping @Sendable () -> Bool, onProgress: (@Sendable (Progress) -> Void)? = nil) {
        (self.isCancelled, self.onProgress) = (isCancelled, onProgress)
    }

    /// - Throws: `DataSetError.cancelled`.
    public func check() throws(DataSetError) {
        if isCancelled() { throw .cancelled }
    }

    /// - Throws: `DataSetError.cancelled`.
    public static func check() throws(DataSetError) { try current.check() }

    /// Counts the elements of a part, from any thread.
    final class Count: Sendable {
        private let work: LongWork
        private let title: String
        private let all: Int
        private let done = Atomic(0)

        init(_ work: LongWork, _ title: String, of all: Int) { (self.work, self.title, self.all) = (work, title, all) }

        /// Before each element.
        ///
        /// - Throws: `DataSetError.cancelled`.
        func next() throws(DataSetError) {
            try work.check()
            guard let onProgress = work.onProgress else { return }
            let count = done.wrappingAdd(1, ordering: .relaxed).oldValue
            onProgress(Progress(title: title, done: count, all: all))
        }
    }

    /// - Parameter title: what is done, for people.
    func count(_ title: String, of all: Int) -> Count { Count(self, title, of: max(1, all)) }
}
