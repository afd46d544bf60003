using System.Buffers.Binary;
using System.Text;

namespace WorkflowEngine.Tasks.Attachments;

/// <summary>A type of file that may be attached, known by its content.</summary>
/// <param name="Extensions">The endings a name of this type may have; the first is the usual one.</param>
public sealed record FileKind(string MediaType, IReadOnlyList<string> Extensions)
{
    private static readonly FileKind Pdf = new("application/pdf", [".pdf"]);
    private static readonly FileKind Png = new("image/png", [".png"]);
    private static readonly FileKind Jpeg = new("image/jpeg", [".jpg", ".jpeg"]);
    private static readonly FileKind Docx = new("application/vnd.openxmlformats-officedocument.wordprocessingml.document", [".docx"]);
    private static readonly FileKind Xlsx = new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", [".xlsx"]);
    private static readonly FileKind Pptx = new("application/vnd.openxmlformats-officedocument.presentationml.presentation", [".pptx"]);
    private static readonly FileKind Doc = new("application/msword", [".doc"]);
    private static readonly FileKind Xls = new("application/vnd.ms-excel", [".xls"]);

    /// <summary>The endings that are taken, for file choosers and messages.</summary>
    public static readonly IReadOnlyList<string> AllExtensions = [".pdf", ".docx", ".xlsx", ".pptx", ".doc", ".xls", ".png", ".jpg", ".jpeg"];

    /// <summary>The kind of a file by its first bytes, its last bytes (all of a small file) and, where two kinds share a container, its name's ending.</summary>
    /// <param name="head">The first bytes, 8 at least unless the file is shorter.</param>
    /// <param name="tail">The last bytes.</param>
    /// <param name="tailStart">Where in the file the tail begins.</param>
    /// <returns>Null for anything else: plain zip, documents with macros, programs, text.</returns>
    public static FileKind? Of(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long tailStart, string name)
    {
        if (head.StartsWith("%PDF-"u8)) return Pdf;
        if (head.StartsWith(PngMagic)) return Png;
        if (head.StartsWith(JpegMagic)) return Jpeg;
        if (head.StartsWith("PK\u0003\u0004"u8)) return OfZip(tail, tailStart);
        if (!head.StartsWith(OleMagic)) return null;
        return name.EndsWith(".doc", StringComparison.OrdinalIgnoreCase) ? Doc : name.EndsWith(".xls", StringComparison.OrdinalIgnoreCase) ? Xls : null;
    }

    private static ReadOnlySpan<byte> PngMagic => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static ReadOnlySpan<byte> JpegMagic => [0xFF, 0xD8, 0xFF];
    private static ReadOnlySpan<byte> OleMagic => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    /// <summary>The names in the zip's central directory say what it is; one that does not lie in the tail is no office document we know.</summary>
    private static FileKind? OfZip(ReadOnlySpan<byte> tail, long tailStart)
    {
        var end = tail.LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || end + 22 > tail.Length) return null;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(tail[(end + 12)..]);
        var at = BinaryPrimitives.ReadUInt32LittleEndian(tail[(end + 16)..]) - tailStart;
        if (at < 0 || at + size > end) return null;
        var directory = tail.Slice((int)at, (int)size);
        var (types, kind) = (false, (FileKind?)null);
        while (directory.Length >= 46 && directory.StartsWith("PK\u0001\u0002"u8))
        {
            var (name, extra, comment) = (
                BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]), BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]),
                BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]));
            if (46 + name + extra + comment > directory.Length) return null;
            var entry = Encoding.UTF8.GetString(directory.Slice(46, name));
            if (entry.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)) return null;
            types |= entry == "[Content_Types].xml";
            kind ??= entry switch
            {
                "word/document.xml" => Docx,
                "xl/workbook.xml" => Xlsx,
                "ppt/presentation.xml" => Pptx,
                _ => null,
            };
            directory = directory[(46 + name + extra + comment)..];
        }

        return types ? kind : null;
    }
}
