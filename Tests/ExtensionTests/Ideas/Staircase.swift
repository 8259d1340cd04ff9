import Configuration
import Training

/// A strategy with two parameters of its own: so many steps, up to a height.
struct Staircase: SlidingStrategy {
    static let count = Setting.integer(
        "sliding.stair_count", "stairs", "Steps of the staircase.", 1...20, default: 4, live: true)
    static let height = Setting.number(
        "sliding.stair_height", "stair height", "Probability on the last step.", 0...1, step: 0.1, default: 1)

    let name = "staircase"
    let summary = "static inputs give way step by step"
    let streams = StreamUse.both
    var knobs: [Knob] { [Self.count.knob, Self.height.knob] }

    func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        let count = Double(settings[Self.count])
        let step = (progress.share * count).rounded(.down)
        return StaticInput(replacementProbability: min(1, step / count) * settings[Self.height])
    }
}
