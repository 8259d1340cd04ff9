import CZlib

/// The checksum of gzip and PNG: finds damage, not intent.
public enum Crc32 {
    public static func of(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    }
}
