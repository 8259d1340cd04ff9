import CLZ4
import CMatio
import CPng
import CZip
import CZlib
import CZstd

/// The libraries that files are read with, as they call themselves.
public enum LinkedLibraries {
    /// Name and version; libjpeg-turbo has no function that tells.
    public static var versions: [(name: String, version: String)] {
        var (major, minor, release): (Int32, Int32, Int32) = (0, 0, 0)
        Mat_GetLibraryVersion(&major, &minor, &release)
        return [
            ("zlib", String(cString: zlibVersion())), ("lz4", String(cString: LZ4_versionString())),
            ("zstd", String(cString: ZSTD_versionString())), ("libzip", String(cString: zip_libzip_version())),
            ("libpng", String(cString: png_get_libpng_ver(nil))), ("matio", "\(major).\(minor).\(release)"),
        ]
    }
}
