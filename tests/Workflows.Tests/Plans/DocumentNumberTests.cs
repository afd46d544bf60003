using Unions.Plans;

namespace Workflows.Tests.Plans;

public sealed class DocumentNumberTests
{
    [Theory]
    [InlineData("23 /KH- CĐYT", "23/KH-CĐYT", "KH", "CĐYT")]
    [InlineData("Số: 31 /KH - LĐLĐ", "31/KH-LĐLĐ", "KH", "LĐLĐ")]
    [InlineData("57/ KH - LĐLĐ", "57/KH-LĐLĐ", "KH", "LĐLĐ")]
    [InlineData("58/KH-TLĐ", "58/KH-TLĐ", "KH", "TLĐ")]
    [InlineData("09/KH-HĐTĐKT", "09/KH-HĐTĐKT", "KH", "HĐTĐKT")]
    [InlineData("9/KH-HĐTĐKT", "09/KH-HĐTĐKT", "KH", "HĐTĐKT")]
    [InlineData("005/kh-CĐCS", "05/KH-CĐCS", "KH", "CĐCS")]
    [InlineData("12/LĐLĐ-CSPL", "12/LĐLĐ-CSPL", null, "LĐLĐ-CSPL")]
    [InlineData("12/CV-LĐLĐ", "12/LĐLĐ", null, "LĐLĐ")]
    [InlineData("01/CĐ-TTg", "01/CĐ-TTg", "CĐ", "TTg")]
    [InlineData("07/CĐYT-VP", "07/CĐYT-VP", null, "CĐYT-VP")]
    [InlineData("2/CTr-CĐYT", "02/CTr-CĐYT", "CTr", "CĐYT")]
    [InlineData("34-CT/TW", "34-CT/TW", "CT", "TW")]
    [InlineData("30/2020/NĐ-CP", "30/2020/NĐ-CP", "NĐ", "CP")]
    [InlineData("   /KH-LĐLĐ", "/KH-LĐLĐ", "KH", "LĐLĐ")]
    public void What_people_print_is_read_by_position_and_written_canonically(string raw, string canonical, string? type, string organisation)
    {
        var number = DocumentNumber.Parse(raw).ShouldNotBeNull();

        number.ToString().ShouldBe(canonical);
        (number.Type, number.Organisation).ShouldBe((type, organisation));
        DocumentNumber.Parse(canonical)!.ToString().ShouldBe(canonical);
    }

    [Fact]
    public void Decomposed_letters_are_the_same_number() =>
        DocumentNumber.Parse("23/KH-CĐYT".Normalize(System.Text.NormalizationForm.FormD))!.ToString().ShouldBe("23/KH-CĐYT");

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Kế hoạch")]
    [InlineData("23")]
    [InlineData("23/")]
    [InlineData("23/KH--CĐYT")]
    public void What_is_no_number_is_told_so(string? raw) => DocumentNumber.Parse(raw).ShouldBeNull();

    [Theory]
    [InlineData("23/KH-CĐYT", "Kế hoạch 23/KH-CĐYT", "Plan 23/KH-CĐYT")]
    [InlineData("12/HD-LĐLĐ", "Hướng dẫn 12/HD-LĐLĐ", "Guidance 12/HD-LĐLĐ")]
    [InlineData("30/2020/NĐ-CP", "Nghị định 30/2020/NĐ-CP", "Decree 30/2020/NĐ-CP")]
    [InlineData("12/LĐLĐ-CSPL", "Công văn 12/LĐLĐ-CSPL", "Official letter 12/LĐLĐ-CSPL")]
    [InlineData("số tạm", "Văn bản số tạm", "Document số tạm")]
    public void A_document_is_named_by_its_kind(string number, string vi, string en) => DocumentNumber.Named(number).ShouldBe(new WorkflowEngine.Tasks.Text(vi, en));

    [Fact]
    public void A_new_symbol_never_carries_CV() => Should.Throw<ArgumentException>(() => DocumentNumber.Of("CV", "CĐYT"));

    [Fact]
    public void Types_keep_their_own_spelling() => DocumentNumber.Of("ctr", "CĐYT").Symbol.ShouldBe("CTr-CĐYT");
}
