import Foundation

/// A file that a data set, or its static images, is published as, and where its content belongs.
///
/// What is not known is `nil`: addresses and checksums are those of the sites, of tonic, SpikingJelly or torchvision.
public struct PublishedArchive: Sendable, Hashable, Codable {
    /// As it is published.
    public var name: String
    /// A plain address from which it can be fetched by itself; `nil` where the site wants a person.
    public var address: String?
    /// Where people find it.
    public var page: String
    /// As the site says it, such as "162 MB".
    public var size: String?
    /// MD5, 32 hexadecimal digits.
    public var checksum: String?
    public var license: String
    /// Below the folder of data sets; empty: in it.
    public var folder: String
    /// The folder or file that it holds and that is put there.
    public var holds: String
    /// What people have to know or do.
    public var note: String?

    public init(
        _ name: String, address: String? = nil, page: String, size: String? = nil, checksum: String? = nil,
        license: String, folder: String, holds: String, note: String? = nil
    ) {
        (self.name, self.address, self.page, self.size) = (name, address, page, size)
        (self.checksum, self.license, self.folder, self.holds, self.note) = (checksum, license, folder, holds, note)
    }

    /// Where its content ends up.
    public func place(in root: String) -> String {
        [root, folder, holds].filter { !$0.isEmpty }.joined(separator: "/")
    }

    /// Whether it is an archive of one file, which is read packed as it is.
    var isFileItself: Bool { name == holds }
}
