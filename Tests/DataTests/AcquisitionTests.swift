import Foundation
import Testing

@testable import Data
@testable import FileFormats

@Suite struct AcquisitionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var root: String { folder.url.path + "/sets" }

    private func zip(_ entries: [(String, [UInt8])], _ name: String) throws -> String {
        try folder.write(name, try ZipArchive.encode(entries, isPacked: true, path: name))
        return folder.url.path + "/" + name
    }

    private func taking(anyVersion: Bool = true) -> Acquisition {
        var acquisition = Acquisition(root: root)
        acquisition.takesAnyVersion = anyVersion
        return acquisition
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

    /// Everything is swept up, whatever happened.
    private func isSwept() -> Bool {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + "/downloads")) ?? []).allSatisfy {
            !$0.hasPrefix(".")
        }
    }

    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ]) func checksumsAreThoseOfTheStandard(text: String, expected: String) throws {
        #expect(Md5.hash(Array(text.utf8)) == expected)
        try folder.write("a", Array(text.utf8))
        #expect(try Md5.hash(file: folder.url.path + "/a") == expected)
    }

    @Test func everyArchiveIsDescribed() {
        for set in DataSetCatalogue.all where !["digits", "simulated", "folders", "frames"].contains(set.name) {
            #expect(!set.archives.isEmpty, "\(set.name)")
            let places = set.archives.map { $0.place(in: "") }
            #expect(Set(places).count == places.count)
            for archive in set.archives {
                #expect(archive.page.hasPrefix("http") && !archive.license.isEmpty && !archive.holds.isEmpty)
                #expect(archive.address.map { URL(string: $0)?.host != nil } ?? true)
                #expect(archive.checksum.map { $0.count == 32 && $0.allSatisfy(\.isHexDigit) } ?? true)
            }
        }
    }

    /// Where it is put, the data set is found.
    @Test func whatWasDownloadedByHandIsPutWhereItIsFound() throws {
        let event: [UInt8] = [3, 4, 0x80, 0, 9]
        let train = try zip((0...9).map { ("Train/\($0)/0000\($0).bin", event) }, "my-download.zip")
        let test = try zip((0...9).map { ("n-mnist/Test/\($0)/0001\($0).bin", event) }, "Test.zip")
        #expect(try taking().take(train, for: NMnistDataSet().archives).name == "Train.zip")
        #expect(try taking().take(test, for: NMnistDataSet().archives).name == "Test.zip")
        #expect(exists("N-MNIST/Train/7/00007.bin") && exists("N-MNIST/Test/0/00010.bin") && isSwept())
        let contents = try NMnistDataSet().open(DataFolders(recordings: root, environment: [:]))
        #expect(contents.recordings.count == 20)
        // What people gave stays theirs, and nothing is put over what is there.
        #expect(FileManager.default.fileExists(atPath: train))
        #expect { try taking().take(train, for: NMnistDataSet().archives) } throws: {
            "\($0)".contains("there already")
        }
    }

    @Test func anArchiveInAnArchiveIsFound() throws {
        let inner = try ZipArchive.encode(
            [("Caltech101/ant/image_0001.bin", [1, 2, 3, 4, 5])], isPacked: true, path: "")
        let outer = try zip([("N-Caltech101-archive/Caltech101.zip", inner)], "N-Caltech101-archive.zip")
        #expect(try taking().take(outer, for: NCaltech101DataSet().archives).holds == "Caltech101")
        #expect(exists("N-Caltech101/Caltech101/ant/image_0001.bin") && isSwept())
    }

    @Test func anotherChecksumIsRefusedUnlessAskedFor() throws {
        let train = try zip([("Train/0/00001.bin", [1, 2, 3, 4, 5])], "Train.zip")
        #expect { try taking(anyVersion: false).take(train, for: NMnistDataSet().archives) } throws: {
            "\($0)".contains("20959b8e626244a1b502305a9e6e2031") && "\($0)".contains("--any-version")
        }
        #expect(!exists("N-MNIST") && isSwept())
    }

    @Test(arguments: ["../evil", "Train/../../evil", "/evil", "a//b", "Train/./x", "..\\evil"])
    func namesThatLeadOutAreRefused(name: String) throws {
        let archive = try zip([("Train/0/00001.bin", [1]), (name, [2])], "Train.zip")
        #expect { try taking().take(archive, for: NMnistDataSet().archives) } throws: {
            "\($0)".contains("leads out of the folder")
        }
        #expect(!exists("N-MNIST") && !exists("evil") && !exists("downloads/evil") && isSwept())
    }

    @Test func whatIsNoArchiveIsNamed() throws {
        try folder.write("Train.zip", Array("<!DOCTYPE html><html>sign in</html>".utf8))
        let page = folder.url.path + "/Train.zip"
        #expect { try taking().take(page, for: NMnistDataSet().archives) } throws: {
            "\($0)".contains("a page of the site")
        }
        let other = try zip([("photos/me.jpg", [1])], "other.zip")
        #expect { try taking().take(other, for: NMnistDataSet().archives) } throws: {
            "\($0)".contains("it holds photos, expected Train or Test")
        }
        let whole = try zip([("Train/0/1.bin", [UInt8](repeating: 7, count: 5000))], "cut.zip")
        let bytes = try FileBytes.read(whole)
        try folder.write("cut.zip", Array(bytes.prefix(bytes.count / 2)))
        #expect(throws: FileFormatError.self) { try taking().take(whole, for: NMnistDataSet().archives) }
        #expect(isSwept())
    }
}
