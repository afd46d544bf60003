using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using WorkflowEngine.Deadlines;
using WorkflowHost.Email;

namespace Workflows.Tests.Email;

/// <summary>
/// Each mail in both languages against the text kept in <c>Email/Snapshots</c>. After a wanted change run once with WORKFLOWS_WRITE_SNAPSHOTS=1
/// and read the difference.
/// </summary>
public sealed class MailRendererTests
{
    private static readonly MailRenderer Renderer = new("https://kehoach.example.vn/", "van-phong@cdyt.example.vn");

    public static TheoryData<string, string> Mails()
    {
        var mails = new TheoryData<string, string>();
        foreach (var name in Samples.All.Keys)
        {
            mails.Add(name, "vi");
            mails.Add(name, "en");
        }

        return mails;
    }

    [Theory, MemberData(nameof(Mails))]
    public void A_mail_says_what_was_agreed(string name, string language)
    {
        var (kind, data) = Samples.All[name];
        var mail = Renderer.Render(kind, data, language);
        var folder = Path.Combine(Postgres.HostFolder(), "..", "..", "tests", "Workflows.Tests", "Email", "Snapshots");
        foreach (var (file, content) in new[] { ($"{name}.{language}.txt", $"Subject: {mail.Subject}\n\n{mail.Text}"), ($"{name}.{language}.html", mail.Html) })
        {
            var path = Path.Combine(folder, file);
            if (Environment.GetEnvironmentVariable("WORKFLOWS_WRITE_SNAPSHOTS") == "1")
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(path, content);
            }

            content.ShouldBe(File.ReadAllText(path));
        }
    }

    /// <summary>What sets the date is named by its kind, also where it does not.</summary>
    [Theory]
    [InlineData("vi", "Hướng dẫn 12/HD-CĐYT ghi \"", "không có trong hướng dẫn: ngày")]
    [InlineData("en", "Guidance 12/HD-CĐYT says \"", "not in the guidance: the last")]
    public void The_document_is_called_by_its_kind(string language, string says, string isNotIn)
    {
        var (kind, data) = Samples.All["reminder"];
        var guidance = JsonNode.Parse(data.Replace("23/KH-CĐYT", "12/HD-CĐYT", StringComparison.Ordinal))!;
        Said(guidance).ShouldContain(says);
        guidance["deadline"]!["origin"] = nameof(DeadlineOrigin.Internal);
        Said(guidance).ShouldContain(isNotIn);

        string Said(JsonNode mail) => string.Join(' ', Renderer.Render(kind, mail.ToJsonString(), language).Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory, MemberData(nameof(Mails))]
    public void A_mail_keeps_to_its_form(string name, string language)
    {
        var (kind, data) = Samples.All[name];
        var mail = Renderer.Render(kind, data, language);

        mail.Subject.Length.ShouldBeLessThanOrEqualTo(70);
        mail.Subject.ShouldNotContain('\n');
        if (name != "digest-own") mail.Subject.ShouldStartWith("[23/KH-CĐYT] ");
        foreach (var line in mail.Text.Split('\n').Where(l => !l.Contains("https://", StringComparison.Ordinal)))
            new StringInfo(line).LengthInTextElements.ShouldBeLessThanOrEqualTo(66, line);
        mail.Text.ShouldContain("\n-- \n");
        mail.Text.ShouldContain("https://kehoach.example.vn/");
        mail.Html.ShouldNotContain("<img");
        mail.Html.ShouldNotContain("vn//");
        (mail.Text + mail.Html).ShouldNotContain('\uE000');
        (mail.Text + mail.Html).ShouldNotContain('\uE001');
        // Well-formed, so that no mail program has to guess.
        XDocument.Parse(mail.Html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Replace("&nbsp;", " ", StringComparison.Ordinal)
            .Replace("<br>", "<br/>", StringComparison.Ordinal).Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("content=\"width=device-width, initial-scale=1\">", "content=\"\"/>", StringComparison.Ordinal).Replace("content=\"light\">", "content=\"\"/>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("van-phong@cdyt.example.vn", null, "van-phong@cdyt.example.vn")]
    [InlineData("van-phong@cdyt.example.vn", "to-chuc@cdyt.example.vn", "to-chuc@cdyt.example.vn")]
    [InlineData("van-phong@cdyt.example.vn", "x@y.vn\r\nBcc: z@y.vn", "van-phong@cdyt.example.vn")]
    [InlineData(null, "không phải địa chỉ", null)]
    public void An_answer_is_asked_for_only_where_somebody_reads_it(string? setting, string? issuer, string? expected)
    {
        foreach (var (name, language, asks) in new[] { ("reminder", "vi", "Trả lời thư này"), ("reminder-overdue", "vi", "Trả lời thư này"), ("reminder", "en", "Answer this mail"), ("reminder-overdue", "en", "Answer this mail") })
        {
            var (kind, data) = Samples.All[name];
            var mail = new MailRenderer("https://kehoach.example.vn/", setting).Render(kind, data, language, issuerAddress: issuer);
            mail.ReplyTo.ShouldBe(expected);
            mail.Text.Contains(asks, StringComparison.Ordinal).ShouldBe(expected is not null, name);
            mail.Html.Contains(asks, StringComparison.Ordinal).ShouldBe(expected is not null, name);
        }
    }

    [Fact]
    public void What_people_wrote_is_text_and_never_markup()
    {
        var (kind, data) = Samples.All["returned"];

        var mail = Renderer.Render(kind, data.Replace("Đề nghị bổ sung", "<b>Đề nghị</b>", StringComparison.Ordinal), "vi");

        mail.Html.ShouldContain("&lt;b&gt;Đề nghị&lt;/b&gt; &amp; nộp lại");
        mail.Text.ShouldContain("<b>Đề nghị</b> & nộp lại");
    }

    [Fact]
    public void A_long_title_gives_way_to_the_date_in_the_subject()
    {
        var (kind, data) = Samples.All["reminder"];

        var mail = Renderer.Render(kind, data.Replace("Nộp kế hoạch CĐCS", "Nộp kế hoạch tổ chức hội nghị điển hình tiên tiến của công đoàn cơ sở", StringComparison.Ordinal), "vi");

        mail.Subject.ShouldBe("[23/KH-CĐYT] Nộp kế hoạch tổ chức hội… chậm nhất Thứ Ba 31/12/2019");
    }
}
