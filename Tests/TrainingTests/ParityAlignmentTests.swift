import Tensors
import Testing
import TestSupport
import Training

@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityAlignmentTests {
    static let file = "c_cka.safetensors"

    @Test(arguments: MethodFixture.cases(file))
    func linearCKAAndItsGradient(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture(Self.file)
        let (count, widthX, widthY) = (entry.integer("n")!, entry.integer("dx")!, entry.integer("dy")!)
        let x = Tensor([count, widthX], try fixture.floats("\(entry.name)/x"))
        let y = Tensor([count, widthY], try fixture.floats("\(entry.name)/y"))
        let cka = LinearCKA(batchSize: count)
        let value = cka.value(x.pointer, width: widthX, y.pointer, width: widthY)
        #expect(abs(1 - abs(value) - (try fixture.doubles("\(entry.name)/domain_term")[0])) <= 2e-6)

        let (gradientX, gradientY) = (Tensor(x.shape), Tensor(y.shape))
        let scale: Double = value > 0 ? -1 : value < 0 ? 1 : 0
        cka.writeGradient(scale: scale, of: x.pointer, width: widthX, .x, into: gradientX.pointer)
        cka.writeGradient(scale: scale, of: y.pointer, width: widthY, .y, into: gradientY.pointer)
        let hasVariance = Self.varies(x) && Self.varies(y)
        for (gradient, name) in [(gradientX, "dom_grad_x"), (gradientY, "dom_grad_y")] {
            let expected = try fixture.doubles("\(entry.name)/\(name)")
            if hasVariance, expected.contains(where: { abs($0) > 1e-5 }) {
                #expect(differenceToMaximum(gradient.values, expected) <= 1e-5, "\(name)")
            } else {
                #expect(gradient.values.allSatisfy { abs($0) < 1e-5 }, "\(name)")
            }
        }
    }

    @Test(arguments: MethodFixture.cases(file))
    func otherMeasures(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture(Self.file)
        let count = entry.integer("n")!
        let (x, y) = (try fixture.floats("\(entry.name)/x"), try fixture.floats("\(entry.name)/y"))
        let width = entry.integer("dx")!
        // Without variance these are 0 / 0, in which only the reference's rounding shows.
        guard Self.varies(Tensor([count, width], x)), Self.varies(Tensor([count, entry.integer("dy")!], y)) else {
            return
        }
        for (name, measure) in [
            ("linear_CKA_debiased", AlignmentMeasures.debiasedLinearCKA),
            ("feature_space_linear_cka", AlignmentMeasures.featureSpaceLinearCKA),
            ("rbf_CKA", AlignmentMeasures.radialCKA),
        ] {
            let key = "\(entry.name)/\(name)"
            guard fixture.contains(key) else { continue }
            let expected = try fixture.doubles(key)[0]
            let found = measure(x, y, count)
            #expect(abs(found - expected) <= 2e-6, "\(name): \(found), expected \(expected)")
        }
    }

    private static func varies(_ features: Tensor) -> Bool {
        let width = features.shape[1]
        return features.values.indices.contains { features[$0] != features[$0 % width] }
    }
}
