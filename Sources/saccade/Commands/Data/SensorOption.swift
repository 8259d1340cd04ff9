import ArgumentParser
import Data

/// The size of a data set's sensor, where its files do not tell.
struct SensorOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Size of the camera's sensor (data.sensor); otherwise as the set or its files say, or their largest extent.",
            valueName: "WxH"), transform: EventFileOptions.sensor)
    var sensor: SensorSize?
}
