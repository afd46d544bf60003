using System.Text.Json.Nodes;
using WorkflowEngine.Tasks.Forms;

namespace Workflows.Tests.Tasks;

public sealed class FormValidationTests
{
    private static readonly Form Plan = Read(
        """
        {"id":"ke-hoach","version":1,"title":{"vi":"Kế hoạch","en":"Plan"},
         "schema":{"type":"object","required":["soDaiBieu","quyMo"],"properties":{
           "soDaiBieu":{"type":"integer","minimum":1,"maximum":300,"x-label":{"vi":"Số đại biểu","en":"Delegates"}},
           "quyMo":{"type":"string","enum":["toan-the","dai-bieu"],"x-enum-labels":{"toan-the":{"vi":"Toàn thể","en":"Plenary"},"dai-bieu":{"vi":"Đại biểu","en":"Delegates"}},"x-label":{"vi":"Hình thức","en":"Form"}},
           "ngay":{"type":"string","format":"date","x-label":{"vi":"Ngày","en":"Date"}},
           "thu":{"type":"string","format":"email","x-label":{"vi":"Thư","en":"E-mail"}},
           "so":{"type":"string","pattern":"^[0-9]+/KH$","maxLength":8,"x-label":{"vi":"Số","en":"Number"}},
           "muc":{"type":"array","uniqueItems":true,"maxItems":3,"x-widget":"checkbox-list","items":{"type":"string","enum":["a","b","c"]},"x-label":{"vi":"Mục","en":"Items"}},
           "danhSach":{"type":"array","maxItems":2,"x-widget":"roster","x-label":{"vi":"Danh sách","en":"Roster"},
             "items":{"type":"object","required":["ten"],"properties":{"ten":{"type":"string","x-label":{"vi":"Họ tên","en":"Name"}},"nu":{"type":"boolean","x-label":{"vi":"Nữ","en":"Woman"}}}}}}},
         "rules":[
           {"id":"toi-da","expression":"soDaiBieu > 200","level":"hard","text":{"vi":"Quá số đại biểu.","en":"Too many delegates."},"fields":["soDaiBieu"],"limit":"=limit","wayOut":{"vi":"Hãy xin ý kiến công đoàn cấp trên.","en":"Ask the superior union."}},
           {"id":"it","expression":"soDaiBieu < 10","level":"soft","text":{"vi":"Ít đại biểu.","en":"Few delegates."},"fields":["soDaiBieu"]}],
         "facts":[{"when":"soDaiBieu < 10","text":{"vi":"Hội nghị nhỏ.","en":"A small conference."}}]}
        """);

    [Fact]
    public void Good_data_pass_and_facts_are_told()
    {
        Check("""{"soDaiBieu":150,"quyMo":"dai-bieu","ngay":"2020-02-29","thu":"cdcs@benhvien.vn","so":"05/KH","muc":["a","c"],"danhSach":[{"ten":"x","nu":true}]}""").IsClean.ShouldBeTrue();
        Check("""{"soDaiBieu":5,"quyMo":"toan-the"}""", ("it", "Đơn vị nhỏ")).Facts.Single().Vi.ShouldBe("Hội nghị nhỏ.");
    }

    [Theory]
    [InlineData("quyMo", """{"soDaiBieu":150}""", "Hình thức: chưa chọn. Hãy chọn một mục.")]
    [InlineData("quyMo", """{"soDaiBieu":150,"quyMo":"khac"}""", "Hình thức: hãy chọn một trong: Toàn thể, Đại biểu.")]
    [InlineData("soDaiBieu", """{"quyMo":"dai-bieu","soDaiBieu":"150"}""", "Số đại biểu: hãy nhập số.")]
    [InlineData("soDaiBieu", """{"quyMo":"dai-bieu","soDaiBieu":1.5}""", "Số đại biểu: hãy nhập số nguyên.")]
    [InlineData("soDaiBieu", """{"quyMo":"dai-bieu","soDaiBieu":301}""", "Số đại biểu: từ 1 đến 300. Hãy sửa số này.")]
    [InlineData("ngay", """{"quyMo":"dai-bieu","soDaiBieu":50,"ngay":"2019-02-29"}""", "Ngày: ngày không đúng. Hãy nhập ngày/tháng/năm có thật.")]
    [InlineData("thu", """{"quyMo":"dai-bieu","soDaiBieu":50,"thu":"a@b"}""", "Thư: địa chỉ thư không đúng. Hãy nhập dạng ten@donvi.vn.")]
    [InlineData("so", """{"quyMo":"dai-bieu","soDaiBieu":50,"so":"123456789"}""", "Số: tối đa 8 ký tự, đang có 9. Hãy rút gọn.")]
    [InlineData("so", """{"quyMo":"dai-bieu","soDaiBieu":50,"so":"KH"}""", "Số: chưa đúng dạng. Hãy xem lại cách ghi.")]
    [InlineData("muc", """{"quyMo":"dai-bieu","soDaiBieu":50,"muc":["a","a"]}""", "Mục: dòng 2 trùng với dòng trước. Hãy bỏ dòng trùng.")]
    [InlineData("muc[0]", """{"quyMo":"dai-bieu","soDaiBieu":50,"muc":["z"]}""", "Mục: hãy chọn một trong: a, b, c.")]
    [InlineData("danhSach", """{"quyMo":"dai-bieu","soDaiBieu":50,"danhSach":[{"ten":"a"},{"ten":"b"},{"ten":"c"}]}""", "Danh sách: tối đa 2 dòng, đang có 3. Hãy bớt dòng.")]
    [InlineData("danhSach[1].ten", """{"quyMo":"dai-bieu","soDaiBieu":50,"danhSach":[{"ten":"a"},{"nu":true}]}""", "Họ tên: chưa nhập. Hãy nhập mục này.")]
    [InlineData("khac", """{"quyMo":"dai-bieu","soDaiBieu":50,"khac":1}""", "Biểu mẫu không có trường này. Hãy bỏ đi.")]
    public void A_field_gets_one_message_with_limit_and_way_out(string field, string data, string message)
    {
        var check = Check(data);
        check.Errors.ShouldHaveSingleItem().Key.ShouldBe(field);
        check.Errors[field].Vi.ShouldBe(message);
        check.Errors[field].En.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_hard_rule_names_limit_and_way_out_at_its_field()
    {
        var check = Check("""{"soDaiBieu":230,"quyMo":"dai-bieu"}""");
        check.Hard.Single().Id.ShouldBe("toi-da");
        check.Errors["soDaiBieu"].Vi.ShouldBe("Quá số đại biểu. Giới hạn: 200. Hãy xin ý kiến công đoàn cấp trên.");
    }

    [Fact]
    public void A_soft_rule_needs_a_word_of_explanation()
    {
        Check("""{"soDaiBieu":5,"quyMo":"toan-the"}""").Unexplained.Single().Id.ShouldBe("it");
        Check("""{"soDaiBieu":5,"quyMo":"toan-the"}""", ("it", "  ")).Unexplained.ShouldNotBeEmpty();
        Check("""{"soDaiBieu":5,"quyMo":"toan-the"}""", ("it", "Đơn vị nhỏ")).IsClean.ShouldBeTrue();
    }

    [Fact]
    public void A_rule_over_a_wrong_field_keeps_quiet() =>
        Check("""{"soDaiBieu":0,"quyMo":"toan-the"}""").Soft.ShouldBeEmpty();

    [Fact]
    public void What_is_left_blank_is_not_there_for_rules()
    {
        JsonObject? seen = null;
        var context = new FormContext([], [], new DateOnly(2019, 12, 17), (_, scope) => { seen = scope; return null; });
        FormValidation.Validate(Plan, JsonNode.Parse("""{"soDaiBieu":50,"quyMo":"toan-the","ngay":null,"thu":" ","danhSach":[{"ten":"a","nu":null}]}""")!.AsObject(), context);
        seen!.ToJsonString().ShouldBe("""{"form":{"soDaiBieu":50,"quyMo":"toan-the","danhSach":[{"ten":"a"}]},"unit":{},"plan":{},"today":"2019-12-17"}""");
    }

    [Fact]
    public void A_rule_that_cannot_be_evaluated_lets_nothing_pass() =>
        Should.Throw<InvalidOperationException>(() => FormValidation.Validate(
            Plan, JsonNode.Parse("""{"soDaiBieu":50,"quyMo":"toan-the"}""")!.AsObject(),
            new FormContext([], [], new DateOnly(2019, 12, 17), (_, _) => throw new FormatException("odd"))));

    internal static Form Read(string json)
    {
        var (form, problems) = new FormReader().Read(json);
        problems.ShouldBeEmpty();
        return form!;
    }

    /// <summary>Stands in for the engine's scripts: "field &lt; n", "field &gt; n" and "limit".</summary>
    internal static JsonNode? Evaluate(string expression, JsonObject scope)
    {
        var parts = expression.Split(' ');
        if (parts.Length != 3) return expression == "limit" ? 200 : null;
        if (scope["form"]![parts[0]] is not { } value) return false;
        var (left, right) = (value.GetValue<decimal>(), decimal.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
        return parts[1] == "<" ? left < right : left > right;
    }

    private static FormCheck Check(string data, params (string Rule, string Text)[] explanations) => FormValidation.Validate(
        Plan, JsonNode.Parse(data)!.AsObject(), new FormContext([], [], new DateOnly(2019, 12, 17), Evaluate),
        explanations.ToDictionary(e => e.Rule, e => e.Text));
}
