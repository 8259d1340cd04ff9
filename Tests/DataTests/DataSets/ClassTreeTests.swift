import FileFormats
import Foundation
import Testing

@testable import Data

/// Folders as people have them: which are classes, which files are recordings, and what is said of the rest.
@Suite struct ClassTreeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ places: [String], _ count: Int = 6, ending: String = "bin") throws {
        for (place, name) in places.enumerated() {
            for number in 0..<count {
                try folder.write("\(name)/r\(number).\(ending)", MadeFiles.bin(number + 20 * place))
            }
        }
    }

    private func open(_ place: String = "data") throws -> any DataSetContents { try folder.open("folders", place) }

    private func count(_ contents: any DataSetContents, _ part: PublishedPart) -> Int {
        contents.recordings.count { $0.part == part }
    }

    /// A folder, or a file in one, whose name is these bytes.
    private func write(_ place: String, bytes: [UInt8], folder isFolder: Bool, _ file: String = "") throws {
        let path = Array((folder.path + "/" + place + "/").utf8) + bytes
        func terminated(_ path: [UInt8]) -> [CChar] { path.map { CChar(bitPattern: $0) } + [0] }
        if isFolder { #expect(mkdir(terminated(path), 0o755) == 0) }
        let target = Glibc.open(
            terminated(isFolder ? path + Array(("/" + file).utf8) : path), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        #expect(target >= 0)
        let content = MadeFiles.bin(1)
        #expect(Foundation.write(target, content, content.count) == content.count)
        close(target)
    }

    @Test func whatSystemsLeaveBesideIsNoClass() throws {
        try write(["data/ant", "data/bee"])
        try folder.write("data/__MACOSX/ant/._r0.bin", [UInt8](repeating: 0, count: 20))
        try folder.write("data/__MACOSX/r0.bin", MadeFiles.bin(1))
        for name in ["@eaDir", "lost+found", ".git", ".ipynb_checkpoints", "$RECYCLE.BIN", "System Volume Information"]
        {
            try folder.write("data/\(name)/x.bin", MadeFiles.bin(3))
        }
        try folder.write("data/ant/._r0.bin", [UInt8](repeating: 0, count: 20))
        try folder.write("data/ant/Thumbs.db", [1])
        try folder.write("data/.DS_Store", [1])
        for name in ["empty", "cee"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/data/\(name)", withIntermediateDirectories: true)
        }
        try folder.write("data/cee/README", Array("to come".utf8))
        let contents = try open()
        #expect(contents.classNames == ["ant", "bee"])
        #expect(count(contents, .training) == 10 && count(contents, .test) == 2)
        let report = try DataSetVerification.run(FolderDataSet(), contents)
        #expect(report.isSound)
        let said = Dictionary(uniqueKeysWithValues: report.leftOut.map { ($0.path, $0.problem) })
        #expect(
            Set(said.keys) == [
                "__MACOSX", "@eaDir", "lost+found", ".git", ".ipynb_checkpoints", "$RECYCLE.BIN",
                "System Volume Information", "ant/._r0.bin", "ant/Thumbs.db", ".DS_Store", "empty", "cee",
            ])
        #expect(said["empty"] == "is empty" && said["cee"] == "holds no recording")
        #expect(said["ant/._r0.bin"]?.contains("AppleDouble") == true)
        // Folders without a recording may have been meant; the system's were not.
        #expect(contents.leftOut.filter(\.isNotable).map(\.path).sorted() == ["cee", "empty"])
    }

    @Test func namesThatAreNotUTF8AreSaid() throws {
        try write(["data/ant", "data/bee"])
        try write(
            "data/ant", bytes: Array("r\u{e9}".unicodeScalars.map { UInt8($0.value) }) + Array(".bin".utf8),
            folder: false)
        let contents = try open()
        #expect(contents.recordings.count == 12)
        let left = contents.leftOut.first { $0.path == "ant/r\\xe9.bin" }
        #expect(left?.isNotable == true && left?.reason.contains("UTF-8") == true)
        // A class would be missing, and all labels after it another.
        try write("data", bytes: [0x62, 0xE9, 0x65], folder: true, "r0.bin")
        #expect { try open() } throws: {
            "\($0)".contains("b\\xe9e") && "\($0)".contains("not UTF-8") && "\($0)".contains("mv ")
        }
    }

    @Test(arguments: [
        ("train", "val"), ("TRAIN", "TEST"), ("Train", "Test"), ("training", "testing"), ("train", "Validation"),
    ])
    func partsAsPeopleNameThem(training: String, other: String) throws {
        try write(["data/\(training)/ant", "data/\(training)/bee"], 5)
        try write(["data/\(other)/ant", "data/\(other)/bee"], 2)
        let contents = try open()
        #expect(contents.classNames == ["ant", "bee"])
        #expect(count(contents, .training) == 10 && count(contents, .test) == 4)
        #expect(
            contents.recordings.filter { $0.part == .test }.allSatisfy {
                $0.name.hasPrefix("ant/r") || $0.name.hasPrefix("bee/r")
            })
        // Pictures the same way.
        for (part, count) in [(training, 3), (other, 2)] {
            for number in 0..<count { try folder.write("p/\(part)/ant/\(number).PNG", MadeFiles.png(UInt8(number))) }
        }
        try folder.write("p/@eaDir/ant/0.png", MadeFiles.png(1))
        let pictures = try ImageFolder(folder.path + "/p", dataSet: "p")
        #expect(
            pictures.classNames == ["ant"]
                && pictures.entries.map(\.part) == [.training, .training, .training, .test, .test])
    }

    @Test func aValidationPartOfItsOwnIsUsed() throws {
        try write(["data/train/ant", "data/train/bee"], 5)
        try write(["data/val/ant", "data/test/ant", "data/test/bee"], 3)
        let contents = try open()
        let choice = try SampleChoice(DataOptions(set: "folders", needsImages: false), of: contents)
        #expect(choice.training.count == 10 && choice.validation.count == 3 && choice.test.count == 6)
        #expect(choice.validation.allSatisfy { contents.recordings[$0].part == .validation })
        #expect(SampleWarnings.of(choice, contents).isEmpty)
    }

    @Test func aClassCalledTrainIsAClass() throws {
        try write(["data/car", "data/train", "data/test"])
        #expect(try open().classNames == ["car", "test", "train"])
        // Class folders in it, and no part beside it.
        try folder.write("data/train/wagons/r0.bin", MadeFiles.bin(9))
        let contents = try open()
        #expect(contents.classNames == ["car", "test", "train"])
        let left = contents.leftOut.first { $0.path == "train/wagons" }
        #expect(left?.reason.contains("1 recording") == true && left?.isNotable == true)
    }

    @Test func classesThatDifferBetweenPartsAreSaid() throws {
        try write(["data/train/ant", "data/train/bee", "data/train/cat"], 3)
        try write(["data/val/ant", "data/val/Bee"], 2)
        let contents = try open()
        #expect(contents.classNames == ["Bee", "ant", "bee", "cat"])
        let choice = try SampleChoice(DataOptions(set: "folders", needsImages: false), of: contents)
        let warnings = SampleWarnings.of(choice, contents)
        #expect(warnings.contains { $0.contains("'bee', 'cat'") && $0.contains("no recording to test on") })
        #expect(
            warnings.contains {
                $0.contains("'Bee' has no recording to train on, but is tested; is 'Bee' the same class as 'bee'?")
            })
    }

    @Test func whatLiesALevelDeeperIsFound() throws {
        try write(["data/set/v2/ant", "data/set/v2/bee"])
        try folder.write("data/README.md", [65])
        let contents = try open()
        #expect(contents.classNames == ["ant", "bee"] && contents.notes == ["the class folders are in set/v2/"])
        #expect(contents.file(of: 0) == folder.path + "/data/set/v2/ant/r0.bin")
        // A set and its copy: nobody can know which is meant.
        try write(["two/a/ant", "two/b/ant"])
        #expect { try open("two") } throws: { "\($0)".contains("a level deeper") && "\($0)".contains("a, b") }
        #expect { try open("data/set/v2/ant") } throws: {
            "\($0)".contains("holds 6 recordings itself") && "\($0)".contains("give its parent folder")
        }
    }

    @Test func aSlashAtTheEndChangesNothing() throws {
        try write(["data/ant", "data/bee"])
        let contents = try open("data//")
        #expect(contents.folder == folder.path + "/data")
        #expect(try DataSetVerification.run(FolderDataSet(), contents).isSound)
    }

    @Test func filesBesideRecordingsAreNone() throws {
        try write(["data/a b", "data/🐝", "data/new\nline"], ending: "BIN")
        for name in ["README", "LICENSE", "readme.txt", "notes.md", "preview.png"] {
            try folder.write("data/a b/\(name)", Array("Made on a Sunday with a camera, by hand.\n".utf8))
        }
        try folder.write("data/a b/list.csv", Array("file,label,part,who\nr0.bin,1,train,me\n".utf8))
        try folder.write("data/a b/numbers.csv", Array("0,r0.bin,train,1\n1,r1.bin,test,2\n".utf8))
        try folder.write("data/a b/r9.csv", Array("t,x,y,p\n5,1,2,1\n6,1,3,0\n".utf8))
        try folder.write("data/a b/nothing.npz", [])
        try folder.write(
            "data/a b/plain", try Npz().encode(MadeFiles.events(3), sensor: SensorSize(width: 9, height: 9)))
        try folder.write("data/list.txt", Array("a b\n".utf8))
        let contents = try open()
        #expect(contents.classNames == ["a b", "new\nline", "🐝"])
        let names = contents.recordings.filter { $0.classIndex == 0 }.map(\.name)
        #expect(Set(names) == Set((0..<6).map { "a b/r\($0)" } + ["a b/r9", "a b/plain"]))
        let report = try DataSetVerification.run(FolderDataSet(), contents)
        #expect(report.isSound, "\(report)")
        #expect(report.leftOut.first { $0.path == "a b/nothing.npz" }?.problem == "is empty (0 bytes)")
        #expect(Set(report.leftOut.map(\.path)).isSuperset(of: ["a b/README", "a b/list.csv", "a b/numbers.csv"]))
    }

    @Test func recordingsThatDifferByTheirEndingHaveNamesOfTheirOwn() throws {
        try write(["data/ant"], 2)
        try folder.write("data/ant/r0.csv", Array("t,x,y,p\n5,1,2,1\n".utf8))
        #expect(try open().recordings.map(\.name).sorted() == ["ant/r0.bin", "ant/r0.csv", "ant/r1"])
    }

    @Test func aClassWithoutAReadableRecordingIsSaid() throws {
        try write(["data/ant", "data/bee"])
        for number in 0..<3 { try folder.write("data/cat/r\(number).npz", [UInt8](repeating: 0, count: 20)) }
        try folder.write("data/dog/r0.bin", [])
        let contents = try open()
        #expect(contents.classNames == ["ant", "bee"])
        let choice = try SampleChoice(DataOptions(set: "folders", needsImages: false), of: contents)
        let warning = try #require(SampleWarnings.of(choice, contents).first)
        #expect(warning.contains("cat (no readable recording: none of its 3 files") && warning.contains("dog"))
    }

    @Test func linksAreFollowed() throws {
        let files = FileManager.default
        try write(["elsewhere/bee", "data/ant"])
        func link(_ name: String, _ target: String) throws {
            try files.createSymbolicLink(atPath: folder.path + "/data/" + name, withDestinationPath: target)
        }
        try link("bee", "../elsewhere/bee")
        try link("ant/r7.bin", "../../elsewhere/bee/r3.bin")
        try link("ant/gone.bin", "nothing.bin")
        try link("ant/round.bin", "round.bin")
        try link("ant/back", "../../data")
        try link("circle", "../data")
        #expect(mkfifo(folder.path + "/data/ant/pipe.bin", 0o644) == 0)
        let contents = try open()
        #expect(contents.classNames == ["ant", "bee"] && contents.recordings.count == 13)
        let said = Dictionary(uniqueKeysWithValues: contents.leftOut.map { ($0.path, $0.reason) })
        #expect(said["ant/gone.bin"] == "is a broken link")
        #expect(said["ant/round.bin"] == "is a link that leads back to itself")
        #expect(said["ant/pipe.bin"] == "is a named pipe, not a file")
        #expect(said["circle"]?.contains("no recording") == true && said["ant/back"] == "is a folder inside a class")
    }

    @Test func tooFewToTestOnIsSaidWithAdviceThatHelps() throws {
        try write(["data/ant", "data/bee"], 4)
        let contents = try open()
        var options = DataOptions(set: "folders", needsImages: false)
        #expect { try SampleChoice(options, of: contents) } throws: {
            "\($0)".contains("8 training and 0 test")
                || "\($0)".contains("0 test recordings") && "\($0)".contains("data.split=seeded")
        }
        options.split = .seeded
        #expect(try SampleChoice(options, of: contents).test.count == 2)
        try write(["data/cat"], 10)
        let mixed = try open()
        let warnings = SampleWarnings.of(
            try SampleChoice(DataOptions(set: "folders", needsImages: false), of: mixed), mixed)
        #expect(
            warnings == ["2 classes ('ant', 'bee') have no recording to test on: the test accuracy does not cover them"]
        )
        try write(["one/only"], 10)
        let one = try open("one")
        #expect(
            SampleWarnings.of(try SampleChoice(DataOptions(set: "folders", needsImages: false), of: one), one).first?
                .contains("only one class") == true)
    }

    @Test func publishedSetsTakeNoFolderOfTheSystem() throws {
        for name in ["airplanes", "yin_yang", "__MACOSX", "@eaDir", "empty"] {
            for number in 1...3 where name != "empty" {
                try folder.write("N-Caltech101/\(name)/image_000\(number).bin", MadeFiles.bin(number))
            }
        }
        try folder.write("N-Caltech101/empty/x.txt", [65])
        #expect(try folder.open("ncaltech101").classNames == ["airplanes", "yin_yang"])
        for part in ["train", "TEST"] {
            for digit in 0...9 { try folder.write("mnist/\(part)/\(digit)/00001.bin", MadeFiles.bin(digit)) }
        }
        #expect(try folder.open("nmnist", "mnist").recordings.count == 20)
    }

    /// A pointer of Git LFS, or a server's page, is a recording that is missing: it is named, and no class vanishes.
    @Test(
        arguments: ["csv", "txt", "npz", "npy", "h5", "mat", "raw", "dat", "aedat4", "bin"],
        [
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n",
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>\n",
        ])
    func whatWasNeverFetchedIsNamed(ending: String, text: String) throws {
        let folder = try TemporaryFolder()
        for number in 0..<3 {
            try folder.write("data/ant/\(number).bin", MadeFiles.bin(number))
            try folder.write("data/bee/\(number).\(ending)", Array(text.utf8))
        }
        let dataSet = try #require(DataSetCatalogue.all.first { $0.name == "folders" })
        let contents = try folder.open("folders", "data")
        #expect(contents.classNames == ["ant", "bee"])
        let report = try DataSetVerification.run(dataSet, contents)
        #expect(!report.isSound)
        #expect(report.damaged.count == 3, "\(report.damaged)")
        let said = text.hasPrefix("version") ? "fetch it with git lfs pull" : "a web page"
        #expect(report.damaged.allSatisfy { $0.problem.contains(said) }, "\(report.damaged)")
    }
}
