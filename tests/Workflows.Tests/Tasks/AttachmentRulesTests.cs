using System.IO.Compression;
using WorkflowEngine.Tasks.Attachments;

namespace Workflows.Tests.Tasks;

public sealed class AttachmentRulesTests
{
    [Theory]
    [InlineData("Kế hoạch số 05.pdf", "Kế hoạch số 05.pdf")]
    [InlineData("C:\\Users\\vt\\ke-hoach.docx", "ke-hoach.docx")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("a\u202Egpj.exe", "agpj.exe")]
    [InlineData("a<b>:\"c|d?*.pdf", "a_b___c_d__.pdf")]
    [InlineData(" .. ", null)]
    [InlineData("a\0b.pdf", null)]
    [InlineData("Ke\u0302\u0301 hoach.pdf", "Kế hoach.pdf")]
    public void Names_are_made_harmless(string name, string? clean) => FileName.Clean(name).ShouldBe(clean);

    [Fact]
    public void Long_names_keep_their_ending()
    {
        var clean = FileName.Clean(new string('ế', 400) + ".docx")!;
        clean.Length.ShouldBe(150);
        clean.ShouldEndWith(".docx");
    }

    [Fact]
    public void Content_decides_the_type()
    {
        Kind("%PDF-1.7"u8.ToArray(), "x.exe")!.MediaType.ShouldBe("application/pdf");
        Kind([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "x")!.MediaType.ShouldBe("image/png");
        Kind([0xFF, 0xD8, 0xFF, 0xE0], "x")!.MediaType.ShouldBe("image/jpeg");
        Kind([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "x.xls")!.MediaType.ShouldBe("application/vnd.ms-excel");
        Kind([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "x.msi").ShouldBeNull();
        Kind("MZ"u8.ToArray(), "x.pdf").ShouldBeNull();
        Kind("<html>"u8.ToArray(), "x.pdf").ShouldBeNull();
    }

    [Fact]
    public void An_office_document_is_told_from_a_zip_by_its_directory()
    {
        Kind(Zip("[Content_Types].xml", "word/document.xml"), "x.docx")!.Extensions[0].ShouldBe(".docx");
        Kind(Zip("xl/workbook.xml", "[Content_Types].xml"), "x.xlsx")!.Extensions[0].ShouldBe(".xlsx");
        Kind(Zip("[Content_Types].xml", "ppt/presentation.xml"), "x.pptx")!.Extensions[0].ShouldBe(".pptx");
        Kind(Zip("word/document.xml"), "x.docx").ShouldBeNull();
        Kind(Zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "x.docx").ShouldBeNull();
        Kind(Zip("a.txt"), "x.docx").ShouldBeNull();
        Kind(Zip("[Content_Types].xml", "word/document.xml")[..40], "x.docx").ShouldBeNull();
    }

    internal static byte[] Zip(params string[] names)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
            foreach (var name in names)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write("<x/>"u8);
            }

        return stream.ToArray();
    }

    private static FileKind? Kind(byte[] content, string name) => FileKind.Of(content, content, 0, name);
}
