/// Types of numbers as PyTorch names them, in storages (`FloatStorage`) and by themselves (`float32`).
enum TorchNumber {
    case plain(NumberType)
    case brainFloat
    /// Complex and quantized numbers: no network here has any, but their places in a file count.
    case other(width: Int)

    /// - Parameter name: with or without its module.
    init?(_ name: String) {
        switch name.split(separator: ".").last {
        case "FloatStorage", "float32", "float": self = .plain(.float32)
        case "DoubleStorage", "float64", "double": self = .plain(.float64)
        case "HalfStorage", "float16", "half": self = .plain(.float16)
        case "BFloat16Storage", "bfloat16": self = .brainFloat
        case "LongStorage", "int64", "long": self = .plain(.int64)
        case "IntStorage", "int32", "int": self = .plain(.int32)
        case "ShortStorage", "int16", "short": self = .plain(.int16)
        case "CharStorage", "int8": self = .plain(.int8)
        case "ByteStorage", "uint8": self = .plain(.uint8)
        case "BoolStorage", "bool": self = .plain(.bool)
        case "uint16": self = .plain(.uint16)
        case "uint32": self = .plain(.uint32)
        case "uint64": self = .plain(.uint64)
        case "UntypedStorage", "QInt8Storage", "QUInt8Storage": self = .other(width: 1)
        case "QInt32Storage": self = .other(width: 4)
        case "ComplexFloatStorage", "complex64": self = .other(width: 8)
        case "ComplexDoubleStorage", "complex128": self = .other(width: 16)
        default: return nil
        }
    }

    /// Bytes a number takes.
    var width: Int {
        switch self {
        case .plain(let type): type.width
        case .brainFloat: 2
        case .other(let width): width
        }
    }

    /// As PyTorch's `dtype` is written.
    var name: String? {
        switch self {
        case .plain(let type): "\(type)"
        case .brainFloat: "bfloat16"
        case .other: nil
        }
    }
}
