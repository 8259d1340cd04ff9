import ArgumentParser
import Data

/// The size of a data set's sensor, where its files do not tell.
struct SensorOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Size of the camera's sensor in pixels (data.sensor); default: as the data set or its files say, or the largest extent.",
            valueName: "WxH"), transform: EventFileOptions.sensor)
    var sensor: SensorSize?
}
