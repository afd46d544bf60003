using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Inbox;

namespace Workflows.Tests.Inbox;

public sealed class FormPostTests
{
    private static readonly Form Form = new FormReader().Read("""
        {"id":"f","version":1,"title":"F","schema":{"type":"object","required":["agreed"],"properties":{
          "n":{"type":"integer","x-label":"N"},"x":{"type":"number","x-label":"X"},"day":{"type":"string","format":"date","x-label":"D"},
          "text":{"type":"string","x-label":"T"},"agreed":{"type":"boolean","x-label":"A"},"maybe":{"type":"boolean","x-label":"M"},
          "items":{"type":"array","x-label":"I","x-widget":"checkbox-list","items":{"type":"string","enum":["a","b","c"]}},
          "roster":{"type":"array","x-label":"R","items":{"type":"object","properties":{"name":{"type":"string","x-label":"N"},"born":{"type":"string","format":"date","x-label":"B"}}}}}},
          "rules":[{"id":"r1","level":"soft","expression":"true","text":"t","fields":["n"]}]}
        """).Form!;

    [Theory]
    [InlineData("312", "312")]
    [InlineData("1.234", "1234")]
    [InlineData("1 234", "1234")]
    [InlineData("-5", "-5")]
    [InlineData("12,5", "12.5")]
    [InlineData("mười", "\"mười\"")]
    public void A_number_is_read_as_people_write_it_and_kept_as_typed_when_it_is_none(string typed, string json) =>
        Read(("f.n", typed)).Data["n"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldBe(json);

    [Theory]
    [InlineData("vi", "0,125", "0.125")]
    [InlineData("vi", "12,345", "12.345")]
    [InlineData("vi", "0.125", "0.125")]
    [InlineData("vi", "12.345", "12345")]
    [InlineData("vi", "1.234.567,5", "1234567.5")]
    [InlineData("vi", "1 234,25", "1234.25")]
    [InlineData("en", "0.125", "0.125")]
    [InlineData("en", "12.345", "12.345")]
    [InlineData("en", "1,234,567.5", "1234567.5")]
    [InlineData("en", "12,5", "\"12,5\"")]
    public void Three_decimals_are_no_thousands(string language, string typed, string json) =>
        In(language, () => Read(("f.x", typed)).Data["x"]!.ToJsonString().ShouldBe(json));

    [Theory]
    [InlineData("vi", "1,234", "1234")]
    [InlineData("en", "1.234", "1234")]
    public void Whole_numbers_are_grouped_in_either_way(string language, string typed, string json) =>
        In(language, () => Read(("f.n", typed)).Data["n"]!.ToJsonString().ShouldBe(json));

    [Theory]
    [InlineData("vi", "1,234")]
    [InlineData("en", "1.234")]
    public void What_the_page_shows_comes_back_as_it_was(string language, string shown) => In(language, () =>
    {
        var field = Form.Root.Fields.Single(f => f.Name == "x");
        FormValues.Input(field, JsonValue.Create(1.234m)).ShouldBe(shown);
        FormValues.Show(field, JsonValue.Create(1.234m), new WorkflowHost.Web.Texts()).ShouldBe(shown, "a reader sees all decimals");
        Read(("f.x", shown)).Data["x"]!.ToJsonString().ShouldBe("1.234");
    });

    [Theory]
    [InlineData("28/02/2020", "2020-02-28")]
    [InlineData("1-3-2020", "2020-03-01")]
    [InlineData("31/02/2020", "31/02/2020")]
    public void A_day_is_read_day_first(string typed, string stored)
    {
        var data = Read(("f.day", typed)).Data;
        data["day"]!.ToString().ShouldBe(stored);
        FormValues.Input(Form.Root.Fields.Single(f => f.Name == "day"), data["day"]).ShouldBe(stored == typed ? typed : WorkflowHost.Web.Dates.Full(FormPost.ReadDate(typed)!.Value));
    }

    [Fact]
    public void What_is_empty_is_not_there()
    {
        var data = Read(("f.n", " "), ("f.text", "\r\n"), ("f.day", "")).Data;
        data.ToJsonString().ShouldBe("""{"agreed":false}""");
    }

    [Fact]
    public void Texts_are_trimmed_and_composed() => Read(("f.text", " a\r\nte\u0302\u0301 ")).Data["text"]!.ToString().ShouldBe("a\nt\u1ebf");

    [Fact]
    public void A_sign_beyond_the_first_plane_leaves_the_text_composed() => Read(("f.text", "\ud83d\ude00 te\u0302\u0301")).Data["text"]!.ToString().ShouldBe("\ud83d\ude00 t\u1ebf");

    [Fact]
    public void Ticks_keep_the_order_of_the_form_and_foreign_values_out() =>
        Read(("f.items", new StringValues(["c", "z", "a"]))).Data["items"]!.ToJsonString().ShouldBe("""["a","c"]""");

    [Fact]
    public void Rows_are_added_taken_away_and_empty_ones_dropped()
    {
        var post = Read(("f.roster.count", "3"), ("f.roster[0].name", "Một"), ("f.roster[2].name", "Ba"), ("f.roster[2].born", "1/2/1980"));
        post.ChangeRows("roster", null);
        post.LastCell("roster").ShouldBe("roster[3].name");
        post.ChangeRows("roster", 0);
        post.DropEmptyRows();
        post.Data["roster"]!.AsArray().ShouldHaveSingleItem()!["born"]!.ToString().ShouldBe("1980-02-01");
    }

    [Fact]
    public void A_draft_keeps_explanations_beside_the_data()
    {
        var post = Read(("f.n", "1"), ("x.r1", "Vì đơn vị mới tách"), ("x.other", "?"));
        post.Explanations.ShouldBe(new Dictionary<string, string> { ["r1"] = "Vì đơn vị mới tách" });
        var draft = post.Draft();
        FormPost.ExplanationIn(draft, "r1").ShouldBe("Vì đơn vị mới tách");
        JsonNode.DeepEquals(FormPost.WithoutExtras(draft), post.Data).ShouldBeTrue();
    }

    [Fact]
    public void A_huge_count_of_rows_is_bounded() => Read(("f.roster.count", "999999999")).Data["roster"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(2_000);

    [Theory]
    [InlineData("")]
    [InlineData("not a place")]
    [InlineData("MS8yLzM")]
    public void A_place_that_cannot_be_read_is_the_first_page(string text) => InboxPlaceText.Read(text).ShouldBeNull();

    private static void In(string language, Action check)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = WorkflowHost.Web.Language.Find(language)!.Culture;
        try
        {
            check();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static FormPost Read(params (string Name, StringValues Value)[] fields) =>
        FormPost.Read(Form, new FormCollection(fields.ToDictionary(f => f.Name, f => f.Value)));
}
