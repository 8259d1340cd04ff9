/// What a JPEG's markers say, found before anything is decoded or memory taken.
struct JpegOutline: Equatable {
    /// Second byte of the marker of the frame: 0xC0 baseline, 0xC1 sequential, 0xC2 progressive, …
    var process: UInt8 = 0
    /// Bits a sample.
    var depth = 0
    var width = 0
    var height = 0
    var componentCount = 0
    /// Up to the end: a sequential picture has one or as many as it has components, a progressive one some ten.
    var scanCount = 0
    /// Whether the marker of the end follows. Without it the file was cut.
    var hasEnd = false

    /// Follows the markers as decoders do: bytes between segments are passed over. A file without a frame has `process` 0.
    init(_ bytes: [UInt8]) {
        var place = 2
        while let start = bytes[min(place, bytes.count)...].firstIndex(of: 0xFF) {
            guard let code = bytes[start...].firstIndex(where: { $0 != 0xFF }) else { return }
            let marker = bytes[code]
            place = code + 1
            switch marker {
            // Stuffed bytes of the pixels, restarts and a marker without content.
            case 0, 1, 0xD0...0xD8: continue
            case 0xD9:
                hasEnd = true
                return
            default: break
            }
            guard code + 2 < bytes.count else { return }
            let length = Int(bytes[code + 1]) << 8 | Int(bytes[code + 2])
            if Self.isFrame(marker), process == 0, code + 8 < bytes.count {
                process = marker
                depth = Int(bytes[code + 3])
                height = Int(bytes[code + 4]) << 8 | Int(bytes[code + 5])
                width = Int(bytes[code + 6]) << 8 | Int(bytes[code + 7])
                componentCount = Int(bytes[code + 8])
            }
            if marker == 0xDA { scanCount += 1 }
            place = code + 1 + max(2, length)
        }
    }

    /// 0xC4, 0xC8 and 0xCC are tables; 0xF7 is that of JPEG-LS.
    private static func isFrame(_ marker: UInt8) -> Bool {
        switch marker {
        case 0xC4, 0xC8, 0xCC: false
        case 0xC0...0xCF, 0xF7: true
        default: false
        }
    }
}
