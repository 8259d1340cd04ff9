import Messages
import Screens

extension RecordingShow {
    /// Cuts a recording as the command line says.
    ///
    /// - Parameter mode: one of `modes`, checked before.
    /// - Throws: `CommandFailure`, a usage error, for a slicing that is not one.
    static func cut(
        _ recording: RecordingPicture, mode: String, slicing: String, masksHotPixels: Bool = false
    ) throws -> RecordingShow {
        guard let show = RecordingShow(recording, mode: mode, slicing: slicing, masksHotPixels: masksHotPixels) else {
            throw CommandFailure(
                "'\(slicing)' is not a slicing: write time:N or count:N with 1 to 256 slices, or window:N with 1 to 2000 "
                    + "milliseconds", code: 64)
        }
        return show
    }
}
