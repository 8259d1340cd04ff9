import Tensors
import Testing

@Suite struct RandomSourceTests {
    @Test func streamsAreReproducibleAndApart() {
        let root = RandomSource(seed: 7)
        var (first, again, other) = (root.split("a", 1), root.split("a", 1), root.split("a", 2))
        let numbers = (0..<100).map { _ in first.next() }
        #expect(numbers == (0..<100).map { _ in again.next() })
        #expect(Set(numbers).isDisjoint(with: (0..<100).map { _ in other.next() }))
    }

    @Test func uniformAndNormalHaveTheirMoments() {
        var random = RandomSource(seed: 3)
        let uniforms = (0..<20_000).map { _ in random.uniform() }
        #expect(uniforms.allSatisfy { (0..<1).contains($0) })
        #expect(abs(uniforms.reduce(0, +) / 20_000 - 0.5) < 0.01)
        let normals = (0..<20_000).map { _ in random.normal() }
        #expect(abs(normals.reduce(0, +) / 20_000) < 0.03)
        #expect(abs(normals.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.05)
    }

    @Test func aShuffleKeepsEveryElement() {
        var random = RandomSource(seed: 1)
        let shuffled = random.shuffled(Array(0..<50))
        #expect(shuffled.sorted() == Array(0..<50))
        #expect(shuffled != Array(0..<50))
    }
}
