/// Files that lie among recordings and are not read here, told by their first bytes, each with a way to what is.
enum OtherRecordings {
    private static let kinds: [(mark: String, name: String, advice: String)] = [
        ("Event Stream", "an Event Stream file (.es)", "convert it to csv, for example with faery"),
        (
            "#ROSBAG V", "a ROS bag",
            "write its event messages as t,x,y,p text or HDF5, for example with the rosbag and h5py packages of Python"
        ),
        (
            "SQLite format 3", "an SQLite database, as used for ROS 2 bags",
            "write its event messages as t,x,y,p text or HDF5"
        ),
        ("\u{89}MCAP0", "an MCAP bag of ROS 2", "write its event messages as t,x,y,p text or HDF5"),
        ("%PDF-", "a PDF document", "remove it"),
    ]

    /// - Throws: `.unsupported` with its name.
    static func refuse(_ prefix: [UInt8], path: String) throws(FileFormatError) {
        func begins(_ mark: String) -> Bool { prefix.starts(with: mark.unicodeScalars.map { UInt8($0.value) }) }
        guard let kind = kinds.first(where: { begins($0.mark) }) else { return }
        throw .unsupported(
            path: path, offset: 0, found: kind.name, expected: "an event recording in a supported format",
            advice: kind.advice)
    }
}
