import Configuration
import Messages

/// Handles of a sliding curve while they are moved by hand: rising in progress, never falling in probability, and what
/// the run has passed stays as it was.
struct SlidingHandles: Sendable, Hashable {
    private(set) var handles: [SlidingCurve.Handle]
    /// Progress of the run; handles up to here are frozen.
    let now: Double

    /// Two handles never come nearer than this.
    static let gap = 0.005
    /// Of what has passed, so many handles are kept at most.
    static let pastLimit = 12

    /// The handles that a knob holds; where it holds none the planned curve is taken at some places, so that it can be bent.
    init(text: String, plan: PlannedCurve, now: Double) {
        self.now = Self.rounded(min(1, max(0, now)))
        let handles = SlidingCurve.handles(fromText: text) ?? []
        // Nothing is replaced: there is nothing to bend.
        guard !plan.probabilities.isEmpty || !handles.isEmpty else {
            self.handles = []
            return
        }
        self.handles = handles.isEmpty ? Self.ofPlan(plan, now: self.now) : handles
    }

    private static func ofPlan(_ plan: PlannedCurve, now: Double) -> [SlidingCurve.Handle] {
        var places = [0.0]
        if now > 0 { places += (1...4).map { now * Double($0) / 4 } }
        let end = min(1, max(now + 0.1, plan.end))
        places += (1...4).map { now + (end - now) * Double($0) / 4 } + [1]
        var spread: [Double] = []
        for place in places where spread.last.map({ rounded(place) >= rounded($0) + gap }) ?? true {
            spread.append(place)
        }
        // The end is always a handle, and so is the present.
        if let last = spread.last, last < 1 { spread[spread.count - 1] = 1 }
        return spread.map {
            .init(progress: rounded($0), probability: rounded(min(1, max(0, plan.probability(at: $0) ?? $0))))
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    var text: String { SlidingCurve.text(of: handles) }

    /// Why none can be moved.
    var emptyText: String {
        handles.isEmpty
            ? "this strategy has no sliding curve to edit" : "the run is past the end of the curve"
    }

    /// Positions of the handles that can be moved.
    var movable: [Int] { handles.indices.filter { handles[$0].progress > now + 1e-9 } }

    /// The movable handle nearest to a position among the handles; `nil` if all have passed.
    func nearestMovable(_ index: Int) -> Int? { movable.min { abs($0 - index) < abs($1 - index) } }

    /// The movable handle that is nearest in the picture, if one is near.
    func handle(nearProgress progress: Double, probability: Double) -> Int? {
        func distance(_ index: Int) -> Double {
            max(abs(handles[index].progress - progress), abs(handles[index].probability - probability) / 2)
        }
        return movable.min { distance($0) < distance($1) }.flatMap { distance($0) < 0.08 ? $0 : nil }
    }

    // MARK: Changing

    /// Moves a handle as far as its neighbors and the present allow. What has passed is pinned down first.
    ///
    /// - Returns: where the handle stands among the others now.
    mutating func move(_ index: Int, toProgress progress: Double, probability: Double) -> Int {
        guard handles.indices.contains(index), handles[index].progress > now else { return index }
        let index = pin(keeping: index)
        let (before, after) = (
            index > 0 ? handles[index - 1] : nil, index + 1 < handles.count ? handles[index + 1] : nil
        )
        let least = max(now, before.map { $0.progress } ?? 0) + (index > 0 ? Self.gap : 0)
        let greatest = after.map { $0.progress - Self.gap } ?? 1
        if least <= greatest { handles[index].progress = Self.rounded(min(greatest, max(least, progress))) }
        handles[index].probability = Self.rounded(
            min(after?.probability ?? 1, max(before?.probability ?? 0, probability)))
        return index
    }

    /// Puts a handle onto the curve at the present, so that moving a later one leaves the past alone.
    private mutating func pin(keeping index: Int) -> Int {
        guard now > 0, !handles.contains(where: { abs($0.progress - now) < 1e-9 }) else { return index }
        let probability = SlidingCurve(exponent: 1, end: 1, handles: handles).probability(at: now)
        let place = handles.firstIndex { $0.progress > now } ?? handles.count
        handles.insert(.init(progress: now, probability: Self.rounded(probability)), at: place)
        var moved = index >= place ? index + 1 : index
        while handles.filter({ $0.progress < now }).count > Self.pastLimit {
            handles.remove(at: 1)
            moved -= 1
        }
        return moved
    }

    /// Adds a handle on the curve in the middle of the widest stretch beside one, or at a place.
    ///
    /// - Returns: its position; `nil` where there is no room.
    mutating func add(beside index: Int) -> Int? {
        guard handles.indices.contains(index) else { return nil }
        let right = index + 1 < handles.count ? handles[index + 1].progress - handles[index].progress : 0
        let from = index > 0 ? max(now, handles[index - 1].progress) : now
        let left = handles[index].progress - from
        let middle = right >= left ? handles[index].progress + right / 2 : from + left / 2
        return add(atProgress: middle, probability: nil)
    }

    mutating func add(atProgress progress: Double, probability: Double?) -> Int? {
        let progress = Self.rounded(progress)
        guard progress > now, progress <= 1, handles.allSatisfy({ abs($0.progress - progress) >= Self.gap }) else {
            return nil
        }
        let onCurve = SlidingCurve(exponent: 1, end: 1, handles: handles).probability(at: progress)
        let place = handles.firstIndex { $0.progress > progress } ?? handles.count
        handles.insert(.init(progress: progress, probability: Self.rounded(onCurve)), at: place)
        return probability.map { move(place, toProgress: progress, probability: $0) } ?? place
    }

    /// Takes a handle away; two must stay, and what has passed stays too.
    mutating func remove(_ index: Int) -> Bool {
        guard handles.count > 2, movable.contains(index) else { return false }
        handles.remove(at: index)
        return true
    }
}
