import ArgumentParser
import Data
import FileFormats

/// What the user says about tables of events: the same for every command that reads them.
struct TableArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Order of the columns in a table (csv, npy, npz, mat, hdf5), as x,y,t,p; any other word skips one: y,x,-,p,t. By "
                + "name: t=stamp,x=u,y=v,p=on. To choose one of several tables: NAME:x,y,t,p or NAME:auto.",
            valueName: "order"))
    var columns = "auto"
    @Option(help: ArgumentHelp("Time unit of a table: s, ms, us or ns.", valueName: "unit"))
    var unit = "auto"

    /// A number alone is the width of a printed picture, which was called so before tables were: now it is --width.
    var width: Int? { Int(columns) }

    func validate() throws {
        if let width {
            guard 2...64 ~= width else { throw ValidationError("--columns must be 2 to 64 as the width of an image") }
            return
        }
        guard TableOptions(columns: columns, unit: "auto") != nil else {
            throw ValidationError("invalid --columns '\(columns)': write \(ColumnChoice.expectation)")
        }
        guard TableOptions(columns: "auto", unit: unit) != nil else {
            throw ValidationError("invalid --unit '\(unit)': write auto, s, ms, us or ns")
        }
    }

    var options: TableOptions { TableOptions(columns: width == nil ? columns : "auto", unit: unit) ?? TableOptions() }

    /// Folders of a data set whose tables are read so.
    func folders(_ recordings: String, images: String = "", sensor: SensorSize? = nil) -> DataFolders {
        var folders = DataFolders(recordings: recordings, images: images, sensor: sensor)
        folders.table = options
        return folders
    }
}
