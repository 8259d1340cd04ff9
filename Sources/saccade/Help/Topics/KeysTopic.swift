import Screens

extension Topic {
    /// Out of the table by which the screens themselves go.
    static let keys = Topic(name: "keys", title: "Keys of the workbench", blocks: words + table)

    private static let table: [Block] = KeyList.sections.flatMap { section -> [Block] in
        let entries = section.keys.map { Entry($0.keys, $0.meaning) }
        return [.heading(section.place), .list(entries)]
    }

    private static let words: [Block] = [
        .text(
            "? shows the keys of the focused panel; : opens the command palette, which finds all commands, "
                + "settings, runs, presets and data sets by name. The mouse works too: click to focus, select and "
                + "read values, wheel to scroll and zoom, drag to move sliders and handles, Shift-drag to select "
                + "text."),
        .text(
            "A changed setting is staged, and applied with Enter at the next step or epoch. On the sliding "
                + "curve h j k l move a handle and n selects the next one; the part of the curve that has passed "
                + "cannot change. In a plot n goes to the next edit, and a plot zoomed to the end follows the run. X "
                + "exports to the current folder: plots and heatmaps as CSV, PNG or SVG, lists as CSV, the screen as "
                + "text or an image."),
        .text(
            "b begins a run or adds it to the queue; time and memory are estimated for the selected entry. f "
                + "forks from a checkpoint or from before an edit, with the staged or other values and a name of your "
                + "choice; the fork trains now or is added to the queue. o overlays other runs on the curves: marked "
                + "runs, the run's parent, its forks. T chooses a theme; changes to a theme file take effect as soon "
                + "as it is saved."),
        .text(
            "/ filters a list: on the Runs screen for example tag:slide acc>50 -state:failed age<2d "
                + "preset:digits, in the samples class:3 events>4k split:test (see `saccade runs list --help` and "
                + "`saccade data samples --help`)."),
    ]
}
