/// The functions and classes that a pickle may call, and what comes of each here. Nothing is run: a call that is not among
/// them refuses the file.
///
/// They are those that PyTorch's `torch.load(…, weights_only=True)` takes, and plain values of Python and NumPy that people
/// keep beside their tensors, which are passed over.
///
/// Source: PyTorch's `torch/_weights_only_unpickler.py`.
enum PickleCalls {
    enum Effect {
        case dictionary
        /// The first argument itself.
        case argument
        /// Of a storage, an offset, a shape and strides.
        case tensor
        /// The same, with a type as seventh argument.
        case tensorOfType
        /// Another of these, called for a subclass of tensors.
        case subclass
        /// An instance whose content is of no use here.
        case record
    }

    /// - Parameter name: as Python 3 names it.
    static func effect(of name: String) -> Effect? {
        switch name {
        case "collections.OrderedDict", "collections.defaultdict", "builtins.dict": .dictionary
        case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor": .tensor
        case "torch._utils._rebuild_tensor_v3": .tensorOfType
        case "torch._tensor._rebuild_from_type_v2": .subclass
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
            "torch._utils._rebuild_device_tensor_from_cpu_tensor", "torch.nn.parameter.Parameter",
            "torch.nn.parameter.Buffer", "torch.Size", "builtins.tuple":
            .argument
        default: records.contains(name) ? .record : nil
        }
    }

    private static let records: Set<String> = [
        // Also taken by PyTorch.
        "builtins.set", "builtins.complex", "builtins.bytearray", "collections.Counter", "_codecs.encode",
        "torch.device", "torch.dtype", "torch.Tensor", "torch.serialization._get_layout",
        "torch._utils._rebuild_qtensor", "torch._utils._rebuild_sparse_tensor",
        "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_wrapper_subclass",
        "torch._utils._rebuild_device_tensor_from_numpy",
        // Plain values of Python.
        "builtins.frozenset", "builtins.list", "builtins.slice", "builtins.range", "builtins.object", "builtins.int",
        "builtins.float", "builtins.str", "builtins.bytes", "builtins.bool",
        "copyreg._reconstructor", "copyreg.__newobj__", "argparse.Namespace", "types.SimpleNamespace",
        "collections.deque", "decimal.Decimal", "uuid.UUID",
        "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath",
        "pathlib.PureWindowsPath", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
        "datetime.datetime", "datetime.timedelta", "datetime.date", "datetime.time", "datetime.timezone",
        "torch.Generator",
        // NumPy, before and since version 2.
        "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor",
        "numpy.random._pickle.__bit_generator_ctor", "numpy.random._mt19937.MT19937", "numpy.random._pcg64.PCG64",
        // What Lightning keeps of the settings.
        "pytorch_lightning.utilities.parsing.AttributeDict", "lightning.pytorch.utilities.parsing.AttributeDict",
        "lightning_fabric.utilities.data.AttributeDict", "lightning.fabric.utilities.data.AttributeDict",
    ]
}

extension Pickle {
    /// What PyTorch says of a storage: `('storage', type, key, device, count of numbers, piece)`.
    struct Storage {
        /// Without its module: `FloatStorage`.
        let type: String
        let key: String
        /// Of another storage; files of old alone have it.
        let piece: Value?

        init?(_ values: [Value]?) {
            guard let values, values.count >= 5, values[0] == .text("storage"), case .global(let type) = values[1],
                case .text(let key) = values[2]
            else { return nil }
            self.type = String(type.split(separator: ".").last ?? "")
            (self.key, piece) = (key, values.count > 5 ? values[5] : nil)
        }
    }
}
