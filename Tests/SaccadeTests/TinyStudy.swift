/// A study of two arms whose runs take some hundredths of a second.
enum TinyStudy {
    static func text(name: String, steps: Int, seeds: Int) -> String {
        """
        name: \(name)
        preset: digits
        settings:
          data: {test: rest, size: 16, time_steps: 2, recordings_per_class: 2}
        budget: {steps: \(steps), validations: 1}
        seeds: \(seeds)
        arms:
          events only:
            sliding.strategy: events-only
            loss.domain_alignment: false
          joint:
            sliding.strategy: joint
        """
    }
}
