import FileFormats

/// DVS128 Gesture as tonic keeps it: cut into gestures already.
///
///     DVSGesture/ibmGestureTrain/user01_fluorescent/0.npy … 10.npy      x, y, p, t in ms; the name is the class
///     DVSGesture/ibmGestureTest/…
extension DvsGestureDataSet {
    static let tonicFolders: [PublishedPart: String] = [.training: "ibmGestureTrain", .test: "ibmGestureTest"]

    static func isTonic(_ place: String) -> Bool {
        tonicFolders.values.allSatisfy { ClassFolders.isFolder(place + "/" + $0) }
    }

    static func openTonic(
        _ folder: String, missingImages: DataSetError
    ) throws(DataSetError) -> any DataSetContents {
        var (recordings, paths): ([RecordingDescription], [String]) = ([], [])
        for part in PublishedPart.allCases {
            let place = folder + "/" + (tonicFolders[part] ?? "")
            var listed: [(label: Int, name: String, path: String)] = []
            for user in ClassFolders.names(in: place) {
                try LongWork.check()
                for file in ClassFolders.files(in: place + "/" + user, endings: [".npy"]) {
                    guard let label = Int(ClassFolders.stem(of: file)), classNames.indices.contains(label) else {
                        throw .incomplete(
                            dataSet: "DVS128 Gesture", folder: place + "/" + user, found: file,
                            expected: "0.npy … \(classNames.count - 1).npy, named by their class",
                            advice: "unpack it again")
                    }
                    listed.append((label, "\(classNames[label])/\(user)", "\(place)/\(user)/\(file)"))
                }
            }
            for entry in listed.sorted(by: { ($0.label, $0.name) < ($1.label, $1.name) }) {
                recordings.append(RecordingDescription(name: entry.name, classIndex: entry.label, part: part))
                paths.append(entry.path)
            }
        }
        let table = TableOptions(columns: ColumnChoice("x,y,p,t"), unit: .milliseconds)
        return ListedContents(
            classNames: classNames, sensor: sensor, recordings: recordings, folder: folder, paths: paths, pool: nil,
            missingImages: missingImages, notes: ["read as tonic keeps it: one file for each gesture"]
        ) { [paths] index throws(DataSetError) in
            EventRecording(try EventFiles.read(paths[index], sensor: sensor, table: table).events, sensor: sensor)
        }
    }
}
