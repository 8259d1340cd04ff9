import Testing

@testable import FileFormats

/// RFC 3720, B.4, and the check value of the catalogue of CRCs.
@Suite("CRC-32C") struct Crc32cTests {
    private static let known: [(bytes: [UInt8], sum: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ([UInt8](0..<32), 0x46DD_794E), ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
        (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ]

    @Test("is that of the standard", arguments: known)
    func vectors(bytes: [UInt8], sum: UInt32) { #expect(Crc32c.of(bytes) == sum) }

    @Test("is masked as TensorBoard's record_writer.py masks it")
    func mask() {
        // The first record of every file is 24 bytes long: its length as TensorBoard 2.21 writes it.
        #expect(Crc32c.masked([24, 0, 0, 0, 0, 0, 0, 0]) == 0x224B_7FA3)
    }
}
