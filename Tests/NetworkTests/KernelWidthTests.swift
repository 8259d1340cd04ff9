import Foundation
import Network
import Testing

@Suite struct KernelWidthTests {
    @Test func oneOfTheProcessorsIsInUse() throws {
        let usable = KernelWidth.usable
        #expect(usable.last == "plain" && usable.contains(KernelWidth.inUse) && Set(usable).count == usable.count)
        let wanted = ProcessInfo.processInfo.environment["SACCADE_KERNELS"]
        #expect(KernelWidth.inUse == wanted ?? usable[0])
        try KernelWidth.check()
    }

    @Test func whatIsNotThereIsRefusedWithWhatIs() {
        let text = KernelWidthError.notUsable("avx1024", usable: ["avx2", "plain"]).description
        #expect(text.contains("avx1024") && text.contains("avx2, plain"))
    }
}
