import Data
import FileFormats
import Files

/// What nothing in the tables of a set tells, and how it is taken: people should know before they train on it.
public enum TableGuess {
    /// - Parameter table: what the user says.
    /// - Returns: `nil` where everything is told, by the files or by the user. The files of a set agree: one is looked at.
    public static func note(_ contents: any DataSetContents, _ table: TableOptions) -> String? {
        let first = contents.recordings.indices.lazy.compactMap { contents.file(of: $0) }
            .first { EventFormatCatalogue.tableEndings.contains(PathName($0).ending.lowercased()) }
        guard let first,
            let layout = try? EventFormatCatalogue.read(first, options: EventReadingOptions(table: table)).layout,
            layout != TableLayout()
        else { return nil }
        return "column order or time unit is not given in the tables: read with \(layout); --columns and --unit "
            + "(data.columns, data.time_unit) override this"
    }
}
