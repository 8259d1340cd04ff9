import GRDB

extension RunStore {
    /// Version of SQLite, as it says itself; empty where it cannot be asked.
    public static var libraryVersion: String {
        let version = try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
        return version.flatMap(\.self) ?? ""
    }
}
