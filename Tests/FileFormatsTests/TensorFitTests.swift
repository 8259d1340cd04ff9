import Testing

@testable import FileFormats

@Suite struct TensorFitTests {
    /// Names and shapes alone.
    private struct Names: NamedTensors {
        let path = "a.pth"
        var shapes: [String: [Int]]
        var containers: [String: String] = [:]
        var types: [String: String] = [:]

        var names: [String] { shapes.keys.sorted() }
        func contains(_ name: String) -> Bool { shapes[name] != nil }
        func container(of name: String) -> String { containers[name] ?? "" }
        func typeName(of name: String) -> String { types[name] ?? "float32" }
        func shape(of name: String) throws(FileFormatError) -> [Int] { shapes[name] ?? [] }
        func floats(_ name: String) throws(FileFormatError) -> [Float] { [] }
        func integers(_ name: String) throws(FileFormatError) -> [Int] { [] }

        /// The same tensors behind each of the prefixes.
        init(_ prefixes: [String], shapes: [String: [Int]] = TensorFitTests.shapes) {
            self.shapes = [:]
            for prefix in prefixes { for (name, shape) in shapes { self.shapes[prefix + name] = shape } }
        }
    }

    private static let shapes = ["conv.weight": [4, 2, 3, 3], "conv.bias": [4], "fc.1.weight": [3, 4]]
    private let wanted =
        ["conv.weight", "conv.bias", "fc.1.weight"].map { TensorFit.Wanted(name: $0, shape: shapes[$0] ?? []) }
        + [TensorFit.Wanted(name: "bn.num_batches_tracked", shape: [], isRequired: false)]

    @Test(arguments: [
        "", "module.", "_orig_mod.", "_orig_mod.module.", "model.", "state_dict.", "state_dict.model.",
        "model.state_dict.",
        "net.", "network.", "weights.", "model_state_dict.", "ema.module.", "swa.", "state_dict_ema.", "0.", "a.b.c.d.",
    ])
    func anyPrefixIsFound(prefix: String) {
        let file = Names([prefix])
        let fit = TensorFit(wanted, in: file)
        #expect(fit.missing.isEmpty && fit.unexpected.isEmpty && fit.notes.isEmpty)
        #expect(fit.names["fc.1.weight"] == prefix + "fc.1.weight")
    }

    @Test func wrappersMayStandInBetween() {
        var file = Names([])
        file.shapes = [
            "conv._orig_mod.weight": [4, 2, 3, 3], "conv._orig_mod.bias": [4], "module.fc.module.1.weight": [3, 4],
        ]
        #expect(TensorFit(wanted, in: file).missing.isEmpty)
    }

    @Test(arguments: [
        (["state_dict_ema.", "state_dict."], "state_dict."), (["model_ema.", "model."], "model."),
        (["ema.module.", "zzz."], "zzz."), (["net.", "model."], "model."),
        (["swa.", "model_state_dict."], "model_state_dict."),
        (["teacher.", "student."], "student."), (["", "ema."], ""),
    ])
    func ofSeveralThePlainAndFirstIsTaken(prefixes: [String], taken: String) {
        let fit = TensorFit(wanted, in: Names(prefixes))
        #expect(fit.names["conv.bias"] == taken + "conv.bias")
        #expect(fit.notes.first?.contains("under '\(taken.dropLast())' are used") == true)
        #expect(fit.unexpected.isEmpty, "the other copy is none of its own tensors")
    }

    @Test func whatFitsBestGoesBeforeWhatIsNamedBest() {
        var file = Names(["ema."])
        // Another network's, and half of one, under names that are preferred.
        for (name, _) in Self.shapes { file.shapes["state_dict." + name] = [7] }
        file.shapes["model.conv.weight"] = [4, 2, 3, 3]
        #expect(TensorFit(wanted, in: file).names["conv.bias"] == "ema.conv.bias")
    }

    @Test func stateOfTheOptimizerIsNoWeight() {
        let file = Names(["optimizer.exp_avg.", "optimizer_state_dict.", "a.momentum_buffer."])
        let fit = TensorFit(wanted, in: file)
        #expect(fit.names.isEmpty && fit.missing.count == 3)
    }

    @Test func whatLiesBesideIsLeftOutAndTold() {
        var file = Names(["state_dict.model."])
        for name in file.names { file.containers[name] = "state_dict" }
        for (name, shape) in ["state_dict.loss.weight": [2], "rng": [5056], "state_dict.model.rng_state": [16]] {
            file.shapes[name] = shape
        }
        (file.containers["state_dict.loss.weight"], file.containers["state_dict.model.rng_state"]) = (
            "state_dict", "state_dict"
        )
        file.types["state_dict.model.rng_state"] = "uint8"
        file.types["state_dict.model.conv.weight"] = "bfloat16"
        let fit = TensorFit(wanted, in: file)
        #expect(fit.missing.isEmpty && fit.unexpected.isEmpty)
        #expect(
            fit.notes == [
                "1 tensor besides 'state_dict.model' is ignored", "1 tensor of bfloat16 is converted to float32",
            ])
    }

    @Test func whatIsTooMuchInTheNetworkItselfIsToldApart() {
        var file = Names(["module."])
        file.shapes["module.conv.other"] = [1]
        file.shapes["module.loss.weight"] = [1]
        file.shapes["n_averaged"] = []
        let fit = TensorFit(wanted, in: file)
        #expect(fit.unexpected == ["module.conv.other"], "a loss's weight is no part of the network")
        #expect(fit.notes.contains { $0.contains("1 tensor beside") || $0.contains("2 tensors beside") })
    }

    @Test func theNearestNamesAreGivenOnceEach() {
        var file = Names([])
        file.shapes = ["net.conv1.weight": [], "net.conv1.bias": [], "net.head.weight": [], "net.zzzzzz": []]
        let fit = TensorFit(wanted, in: file)
        #expect(fit.missing == ["conv.weight", "conv.bias", "fc.1.weight"])
        #expect(
            fit.nearestNames(3, in: file) == ["net.conv1.weight", "net.conv1.bias", "net.head.weight"])
    }

    /// A larger network that has all of this one's tensors is another one all the same.
    @Test(arguments: ["attention.weight", "layer5.0.conv.weight", "pos_embed", "head.weight"])
    func aLargerNetworkIsAnotherOne(name: String) {
        for prefix in ["", "module.", "state_dict.model."] {
            var file = Names([prefix])
            file.shapes[prefix + name] = [4, 4]
            #expect(TensorFit(wanted, in: file).unexpected == [prefix + name])
        }
    }

    @Test(arguments: [
        "criterion.weight", "loss_fn.pos_weight", "train_accuracy.tp", "class_weights", "val_acc.total", "f1.tp",
    ])
    func whatTrainingNeedsIsLeftOut(name: String) {
        var file = Names([""])
        file.shapes[name] = [4]
        let fit = TensorFit(wanted, in: file)
        #expect(fit.missing.isEmpty && fit.unexpected.isEmpty)
        #expect(fit.notes == ["1 tensor besides the network's is ignored"])
    }

    /// `torch.optim.swa_utils.AveragedModel`, alone or beside the weights that it averages.
    @Test func averagedModels() {
        var file = Names(["module."])
        (file.shapes["n_averaged"], file.types["n_averaged"]) = ([], "int64")
        let alone = TensorFit(wanted, in: file)
        #expect(alone.missing.isEmpty && alone.unexpected.isEmpty && alone.notes.isEmpty)
        #expect(alone.names["conv.bias"] == "module.conv.bias")
        file = Names(["model.", "swa_model.module."])
        file.shapes["swa_model.n_averaged"] = []
        let both = TensorFit(wanted, in: file)
        #expect(both.names["conv.bias"] == "model.conv.bias" && both.unexpected.isEmpty)
        file = Names(["ema_state_dict."])
        #expect(TensorFit(wanted, in: file).missing.isEmpty)
    }

    /// Places in a list are no names.
    @Test func listsOfTensorsAreToldByTheirName() {
        var file = Names([])
        file.shapes = ["ema.shadow_params.0": [4], "ema.shadow_params.1": [4], "ema.decay": []]
        #expect(file.nameless == "ema.shadow_params")
        file.shapes = ["0": [4], "1": [4], "2": [4]]
        #expect(file.nameless?.isEmpty == true)
        for prefix in ["", "0.", "fc."] { #expect(Names([prefix]).nameless == nil) }
    }
}
