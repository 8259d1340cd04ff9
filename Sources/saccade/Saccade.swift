import ArgumentParser
import Messages

@main
struct Saccade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saccade",
        abstract: "A workbench for training spiking neural networks on event-camera data with help from static images.",
        discussion: """
            Without a subcommand the workbench opens in the terminal. Everything is kept in the XDG base directories, or in \
            $SACCADE_HOME if that is set; data sets are looked for in $SACCADE_DATA. `saccade help TOPIC` tells about \
            \(HelpCommand.topics); `saccade man` prints the man page.
            """,
        version: RunOrigin.programVersion,
        subcommands: [
            OpenCommand.self, TrainCommand.self, AttachCommand.self, TellCommand.self, ScreenCommand.self,
            EvaluateCommand.self,
            DataCommand.self, EventsCommand.self, RunsCommand.self, PresetsCommand.self, ThemesCommand.self,
            HelpCommand.self, ManCommand.self, BenchCommand.self, DamageTrialCommand.self,
        ],
        defaultSubcommand: OpenCommand.self)
}
