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
            "? shows the keys of the place where you are; : finds everything that can be done anywhere, and knobs, "
                + "runs, presets and data sets by name. The mouse works too: a click focuses and reads, the wheel "
                + "scrolls and zooms, dragging moves sliders and handles, Shift selects text."),
        .text(
            "An edit of a knob is staged, and applied with Enter at the next step or epoch. On the sliding curve h j k l "
                + "move a handle and n chooses the next; what has passed stays. In a plot n goes to the next edit, "
                + "and a plot that is zoomed to the end follows the run. X writes into the current folder: plots and "
                + "heatmaps as CSV, PNG or SVG, lists as CSV, the screen as text."),
        .text(
            "b begins a run, or lets one wait; what it would take in time and memory is measured for the chosen entry. f "
                + "forks from a checkpoint or from before an edit, with the staged values or others, under a name; the fork "
                + "trains or waits in the queue. o draws other runs beneath the curves: those marked, what this run was "
                + "forked from, its forks. Themes are chosen with T, and a theme file that is written shows at once."),
        .text(
            "/ filters: on the runs screen by tag:slide acc>50 -state:failed age<2d preset:digits, on samples by "
                + "class:3 events>4k split:test (`saccade runs list --help`, `saccade data samples --help`)."),
    ]
}
