import Messages
import Testing

@Suite struct EnergyTests {
    @Test(
        arguments: [
            (0.0, "0.00 nJ"), (9.994, "9.99 nJ"), (9.996, "10.0 nJ"), (830, "830 nJ"), (999.6, "1.00 µJ"),
            (12_345, "12.3 µJ"), (4_560_000, "4.56 mJ"), (2.5e9, "2.50 J"), (.nan, "–"), (-1, "–"),
        ])
    func hasThreeDigits(nanojoules: Double, text: String) {
        #expect(Energy.text(nanojoules: nanojoules) == text)
    }
}
