import Testing
import TestSupport

@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityFixtureTests {
    /// A folder without cases would make every parity test pass.
    @Test(arguments: ["a_lif", "b_convbnlif", "c_cka", "d_loss", "e_tiny", "g_nets"])
    func theManifestHasCases(file: String) {
        #expect(!MethodFixture.cases("\(file).safetensors").isEmpty)
    }
}
