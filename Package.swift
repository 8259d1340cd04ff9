// swift-tools-version: 6.1
import PackageDescription

// Targets stand in the order in which a sample flows: files → events → frames → batches → network → losses →
// optimizer → engine → bus → screens.

// The umbrella product of this package builds six more modules, which would be a tenth of a first release build.
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let ordered = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

// Targets with loops over pixels and neurons are optimized in debug builds too, or tests would take minutes.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"])]

// `ShippedFiles` is rooted at the package, because Themes/ and Examples/ are; it has to be told what is not its own.
let otherFolders = [
    "CLibraries", "MPILibrary", "Communication", "Configuration", "Files", "Kernels", "TerminalGuard", "Tensors",
    "FileFormats", "Data", "Network",
    "Training", "Analyses",
    "Messages", "Engine", "RunStore", "Studies", "Attachment", "Plotting", "Terminal", "Screens", "saccade",
]

let package = Package(
    name: "saccade",
    products: [.executable(name: "saccade", targets: ["saccade"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C libraries: a module map each, and inline functions where Swift cannot import a macro.
        .systemLibrary(
            name: "CNcurses", path: "Sources/CLibraries/CNcurses", providers: [.apt(["libncursesw5-dev"])]),
        .systemLibrary(
            name: "COpenBLAS", path: "Sources/CLibraries/COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(
            name: "CCairo", path: "Sources/CLibraries/CCairo", providers: [.apt(["libcairo2-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/CLibraries/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLZ4", path: "Sources/CLibraries/CLZ4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZstd", path: "Sources/CLibraries/CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CBlosc", path: "Sources/CLibraries/CBlosc", providers: [.apt(["libblosc-dev"])]),
        .systemLibrary(name: "CLZF", path: "Sources/CLibraries/CLZF", providers: [.apt(["liblzf-dev"])]),
        .systemLibrary(name: "CZip", path: "Sources/CLibraries/CZip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CPng", path: "Sources/CLibraries/CPng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CMatio", path: "Sources/CLibraries/CMatio", providers: [.apt(["libmatio-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", path: "Sources/CLibraries/CTurboJPEG", providers: [.apt(["libturbojpeg0-dev"])]),

        // What all of them need of the file system.
        .target(name: "Files"),

        // What a run can be told and what it measures, as whoever does it declares it.
        .target(name: "Configuration"),

        // The engine's side.
        .target(name: "Kernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]),
        .target(name: "Tensors", dependencies: ["Kernels", "COpenBLAS", "Communication"]),
        // Several processes that train one network.
        .target(name: "MPILibrary", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "Communication", dependencies: ["MPILibrary"]),
        .target(
            name: "FileFormats",
            dependencies: [
                "Files", "CZlib", "CLZ4", "CZstd", "CBlosc", "CLZF", "CZip", "CMatio", "CTurboJPEG", "CPng",
            ],
            swiftSettings: optimized),
        .target(
            name: "Data", dependencies: ["Files", "Configuration", "Tensors", "FileFormats", "ShippedFiles"],
            resources: [.copy("Resources/Digits")],
            swiftSettings: optimized),
        .target(
            name: "Network", dependencies: ["Configuration", "Tensors", "Kernels", "Communication", "FileFormats"],
            swiftSettings: optimized),
        .target(
            name: "Training", dependencies: ["Configuration", "Communication", "Network", "Data"],
            swiftSettings: optimized),

        // What the two sides say to each other.
        .target(name: "Messages", dependencies: ["Configuration", "Plotting", deque, ordered]),

        // Ways to look into a trained network.
        .target(
            name: "Analyses",
            dependencies: [
                "Configuration", "Tensors", "Data", "Network", "Training", "Messages", "Plotting", "COpenBLAS",
            ],
            swiftSettings: optimized),
        .target(
            name: "Engine",
            dependencies: [
                "Communication", "Configuration", "Training", "Analyses", "Messages", "RunStore", logging,
            ]),

        .target(name: "Attachment", dependencies: ["Configuration", "Messages"]),

        // The user's side.
        .target(
            name: "ShippedFiles", path: ".",
            exclude: [
                "README.md", "LICENSE", "Tests", "Examples/Screens", "Examples/ExternalTrainer", "Examples/PyTorch",
            ]
                + otherFolders.map { "Sources/" + $0 },
            sources: ["Sources/ShippedFiles"],
            resources: [
                .copy("Themes"), .copy("Examples/Presets"), .copy("Examples/Studies"),
                .copy("Examples/Schema"),
            ]),
        .target(
            name: "RunStore",
            dependencies: ["Files", "FileFormats", "Configuration", "Messages", "ShippedFiles", database, "Yams"]),
        .target(name: "Plotting", dependencies: ["CCairo"]),
        // Many runs that answer one question.
        .target(
            name: "Studies",
            dependencies: [
                "Files", "FileFormats", "Tensors", "Configuration", "Messages", "RunStore", "Engine", "Plotting",
                "Yams",
            ], swiftSettings: optimized),
        .target(name: "TerminalGuard"),
        .target(name: "Terminal", dependencies: ["Files", "CNcurses", "TerminalGuard", "ShippedFiles", "Yams", deque]),
        .target(name: "Screens", dependencies: ["Configuration", "Messages", "Terminal", "Plotting", deque, ordered]),
        .executableTarget(
            name: "saccade",
            dependencies: [
                "Communication", "Configuration", "Engine", "Analyses", "Attachment", "Screens", "RunStore", "Studies",
                "Data", "Files",
                "FileFormats",
                "Training", "Network", "Tensors",
                "Terminal", "Plotting", "ShippedFiles",
                arguments, logging,
            ]),
        .target(
            name: "TestSupport",
            dependencies: [
                "Communication", "Configuration", "FileFormats", "Data", "Network", "Training", "Messages", "RunStore",
            ],
            path: "Tests/TestSupport"),
        .testTarget(name: "FilesTests", dependencies: ["Files"]),
        .testTarget(name: "CommunicationTests", dependencies: ["Communication", "TestSupport"]),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration", "Training", "Messages", "TestSupport"]),
        .testTarget(name: "MessagesTests", dependencies: ["Configuration", "Messages", "Training", "TestSupport"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
        .testTarget(name: "NetworkTests", dependencies: ["Network", "TestSupport"]),
        .testTarget(name: "TrainingTests", dependencies: ["Configuration", "Training", "TestSupport"]),
        .testTarget(
            name: "AnalysesTests",
            dependencies: ["Analyses", "Configuration", "Data", "Network", "Training", "TestSupport"]),
        .testTarget(name: "FileFormatsTests", dependencies: ["FileFormats"]),
        .testTarget(
            name: "RunStoreTests",
            dependencies: [
                "RunStore", "Configuration", "Training", "Messages", "ShippedFiles", "FileFormats", "TestSupport",
                database,
            ]),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Communication", "Configuration", "Messages", "RunStore", "Data", "Network", "Training",
                "FileFormats", "TestSupport",
                database,
            ]),
        .testTarget(
            name: "SaccadeTests",
            dependencies: ["saccade", "Configuration", "FileFormats", "Training", "Screens", "TestSupport", database]),
        .testTarget(
            name: "ExtensionTests",
            dependencies: [
                "Configuration", "Data", "Network", "Training", "Engine", "RunStore", "Messages", "Screens", "Terminal",
                "saccade", "TestSupport",
            ]),
        .testTarget(name: "DataTests", dependencies: ["Configuration", "Data", "TestSupport"]),
        .testTarget(
            name: "AttachmentTests",
            dependencies: ["Attachment", "Configuration", "Messages", "Training", "TestSupport"]),
        .testTarget(name: "PlottingTests", dependencies: ["Plotting"]),
        .testTarget(
            name: "StudiesTests",
            dependencies: [
                "Studies", "Configuration", "Messages", "RunStore", "Engine", "Network", "Tensors", "Training",
                "Plotting",
                "TestSupport",
            ]),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "ShippedFiles", "TestSupport"]),
        .testTarget(
            name: "ScreensTests",
            dependencies: ["Screens", "Configuration", "Training", "Terminal", "Messages", "Plotting", "TestSupport"],
            exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)
