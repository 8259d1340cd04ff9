/// A table of a FlatBuffer, read field by field; every step is checked against the bytes.
///
///     u32 at 0 ─► table: i32 back to its vtable, then its fields
///                 vtable: u16 its size, u16 the table's size, u16 a field's place in the table (0 = absent) …
///     text and vectors: u32 forward, then u32 count, then the elements
struct FlatTable {
    let view: ByteView
    private let table: Int
    private let vtable: Int
    private let vtableSize: Int

    /// The root table of the buffer that begins at `start`.
    init(rootOf view: ByteView, at start: Int = 0) throws(FileFormatError) {
        try self.init(view, at: start + Int(try view.number(UInt32.self, at: start, "the root's place")))
    }

    private init(_ view: ByteView, at table: Int) throws(FileFormatError) {
        (self.view, self.table) = (view, table)
        vtable = table - Int(try view.number(Int32.self, at: table, "a table's vtable"))
        vtableSize = Int(try view.number(UInt16.self, at: vtable, "a vtable's size"))
        try view.check(vtable, vtableSize, "a vtable")
    }

    /// Where a field lies; `nil` if it is absent.
    func place(of field: Int) throws(FileFormatError) -> Int? {
        let entry = 4 + 2 * field
        guard entry + 2 <= vtableSize else { return nil }
        let offset = Int(try view.number(UInt16.self, at: vtable + entry, "a field's place"))
        return offset == 0 ? nil : table + offset
    }

    func number<Number: FixedWidthInteger>(
        _ type: Number.Type, field: Int, otherwise absent: Number
    ) throws(FileFormatError) -> Number {
        guard let place = try place(of: field) else { return absent }
        return try view.number(type, at: place, "field \(field)")
    }

    func text(field: Int) throws(FileFormatError) -> String? {
        guard let (start, count) = try vector(field: field) else { return nil }
        return try view.text(at: start, count: count, "the text of field \(field)")
    }

    /// Where a vector's elements begin, and how many it says there are: whether they are all there is not checked.
    func vector(field: Int) throws(FileFormatError) -> (start: Int, count: Int)? {
        guard let place = try place(of: field) else { return nil }
        let start = place + Int(try view.number(UInt32.self, at: place, "the place of field \(field)"))
        return (start + 4, Int(try view.number(UInt32.self, at: start, "the count of field \(field)")))
    }
}
