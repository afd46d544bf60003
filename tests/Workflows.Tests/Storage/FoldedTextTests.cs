using System.Text;
using Npgsql;
using WorkflowEngine.Storage;

namespace Workflows.Tests.Storage;

public sealed class FoldedTextTests
{
    private const string Folded = "aaaaaaaaaaaaaaaaadeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyy";
    private const string Vietnamese = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ";

    // As InboxQueries folds, and as ReadDesignWorld finds.
    private const string Both = """
        select lower(translate(regexp_replace(normalize($1, nfd), '[\u0300-\u036f]', '', 'g'), 'đĐ', 'dd')), $1 ~ $2
        """;

    [Fact]
    public void Every_Vietnamese_letter_loses_its_marks_and_blanks_around_go()
    {
        (FoldedText.Of(Vietnamese), FoldedText.Of(Vietnamese.ToUpperInvariant())).ShouldBe((Folded, Folded));
        FoldedText.Of(" Bệnh VIỆN Đa khoa ").ShouldBe("benh vien da khoa");
    }

    [Fact]
    public async Task A_statement_folds_alike_and_the_expression_finds_each_letter_however_it_is_stored()
    {
        await using var database = await Postgres.CreateDatabase();
        foreach (var stored in (string[])[Vietnamese, Vietnamese.ToUpperInvariant(), Vietnamese.Normalize(NormalizationForm.FormD), Vietnamese.ToUpperInvariant().Normalize(NormalizationForm.FormD)])
            (await AskAsync(database.DataSource, stored, FoldedText.Expression(Folded)!)).ShouldBe((Folded, true), stored);
    }

    [Theory]
    [InlineData("cong doan", "Công đoàn Việt Nam", true)]
    [InlineData("CÔNG ĐOÀN", "cong doan", true)]
    [InlineData("cống đoan", "Công đoàn", true)]
    [InlineData("cong  doan", "Công đoàn", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("A.C", "a.c", true)]
    [InlineData("50% [x] (y) {1} \\d+ ^$|*?", "Trên 50% [X] (Y) {1} \\D+ ^$|*? dưới", true)]
    [InlineData("\\d", "7", false)]
    [InlineData("a_b", "axb", false)]
    public async Task Signs_of_the_expression_are_letters_like_others(string typed, string stored, bool found)
    {
        await using var database = await Postgres.CreateDatabase();
        (await AskAsync(database.DataSource, stored, FoldedText.Expression(typed)!)).Found.ShouldBe(found);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("\u0301")]
    public void Nothing_typed_is_nothing_to_look_for(string? typed) => (FoldedText.Of(typed), FoldedText.Pattern(typed), FoldedText.Expression(typed)).ShouldBe((null, null, null));

    private static async Task<(string Folded, bool Found)> AskAsync(NpgsqlDataSource database, string stored, string expression)
    {
        await using var command = database.CreateCommand(Both);
        command.Parameters.Add(new() { Value = stored });
        command.Parameters.Add(new() { Value = expression });
        await using var row = await command.ExecuteReaderAsync();
        (await row.ReadAsync()).ShouldBeTrue();
        return (row.GetString(0), row.GetBoolean(1));
    }
}
