public struct DataSetSummary: Sendable, Hashable, Codable {
    public var name: String
    public var title: String
    public var classCount: Int
    public var recordingCount: Int
    public var imageCount: Int
    public var sensorWidth: Int
    public var sensorHeight: Int
    /// Recordings made from still images by our simulator, never by a camera.
    public var isSimulated: Bool
    public var isPresent: Bool
    /// Where it lies; or, if absent, where it is found and what its folder must look like.
    public var location: String
    public var license: String
    /// Recordings of a whole copy; `nil` where that is not known.
    public var publishedCount: Int?
    /// Classes of a whole copy; `nil` where that is not known.
    public var publishedClassCount: Int?
    /// What people should know before they train on it: what was left out, classes without a test recording.
    public var notes: [String]

    public init(
        name: String, title: String, classCount: Int, recordingCount: Int, imageCount: Int, sensorWidth: Int,
        sensorHeight: Int, isSimulated: Bool, isPresent: Bool, location: String, license: String,
        publishedCount: Int? = nil, publishedClassCount: Int? = nil, notes: [String] = []
    ) {
        self.notes = notes
        (self.name, self.title, self.classCount, self.recordingCount) = (name, title, classCount, recordingCount)
        (self.publishedCount, self.publishedClassCount) = (publishedCount, publishedClassCount)
        (self.imageCount, self.sensorWidth, self.sensorHeight) = (imageCount, sensorWidth, sensorHeight)
        (self.isSimulated, self.isPresent) = (isSimulated, isPresent)
        (self.location, self.license) = (location, license)
    }
}

/// What came of looking at every file of a data set.
public struct DataSetCheck: Sendable, Hashable, Codable {
    public var dataSet: String
    public var recordings: Int
    /// Files that cannot be read whole.
    public var damaged: Int
    /// Recordings that a whole copy has and this one has not.
    public var missing: Int
    /// Files in the wrong place, or with the content of another.
    public var misplaced: Int
    /// Files that are none of the data set's.
    public var extra: Int
    /// Path and problem of each file, as far as they are worth a line.
    public var problems: [String]

    public init(
        dataSet: String, recordings: Int, damaged: Int, missing: Int, misplaced: Int, extra: Int, problems: [String]
    ) {
        (self.dataSet, self.recordings, self.damaged, self.missing) = (dataSet, recordings, damaged, missing)
        (self.misplaced, self.extra, self.problems) = (misplaced, extra, problems)
    }
}
