using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowHost.Email;
using Workflows.Tests.Deadlines;
using Workflows.Tests.Outbox;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Email;

/// <summary>What administrators may write into mails, what readers get of it, and which mails a change reaches.</summary>
public sealed class MailTemplateTests
{
    private const string Frame = "# {task}\n\nKính gửi {addressee},\n\n{deadline}\n\n[Mở]\n\n--\n{why}";
    private static readonly MailTemplateKind Reminder = MailTemplateKind.Find("reminder")!;
    private static readonly MailRenderer Renderer = new("https://kehoach.example.vn");

    public static TheoryData<string, string> Shipped()
    {
        var all = new TheoryData<string, string>();
        foreach (var kind in MailTemplateKind.All)
            foreach (var language in new[] { "vi", "en" }) all.Add(kind.Id, language);
        return all;
    }

    [Theory, MemberData(nameof(Shipped))]
    public void A_shipped_template_and_its_example_make_a_mail(string id, string language)
    {
        var kind = MailTemplateKind.Find(id)!;
        using var stream = typeof(MailTemplate).Assembly.GetManifestResourceStream($"WorkflowHost.Email.Templates.{id}.example.json")!;
        using var reader = new StreamReader(stream);
        var data = reader.ReadToEnd();

        var mail = Renderer.Render(kind.MailKind, data, language);

        mail.Subject.Length.ShouldBeInRange(10, 70);
        mail.Text.ShouldContain("\n-- \n");
        (mail.Text + mail.Html + mail.Subject).ShouldNotContain('{' + "plan");
        mail.Text.Split("https://kehoach.example.vn/").Length.ShouldBeGreaterThanOrEqualTo(2);
        // Every placeholder that is offered comes to something or to nothing, never to a fault.
        var everything = $"# x\n\n{string.Join(' ', kind.Values.Keys.Select(n => $"{{{n}}}"))}\n\n{string.Join("\n\n", kind.Blocks.Keys.Select(n => $"{{{n}}}"))}\n\n[x]\n\n--\nx";
        var all = MailTemplate.Read(kind, "x", everything, out var problems);
        problems.ShouldBeEmpty();
        var filled = Renderer.Render(kind.MailKind, data, language, null, new Dictionary<string, MailTemplate> { [id] = all! });
        filled.Subject.ShouldBe("x", "the example goes by this template and no other");
        filled.Text.ShouldNotContain('{');
    }

    [Theory]
    [InlineData("{task}", "# {task}\n\n{password}\n\n[Mở]\n\n--\n{why}", "Line 3: there is no placeholder \"{password}\".")]
    [InlineData("{taks}", Frame, "Subject: there is no placeholder \"{taks}\".")]
    [InlineData("{task}", "# {task}\n\nCó {day-strip} đây\n\n[Mở]\n\n--\n{why}", "Line 3: \"{day-strip}\" must stand alone between blank lines.")]
    [InlineData("{task}", "# {task}\n\n{{task}}\n\n[Mở]\n\n--\n{why}", "Line 3: a brace belongs to no placeholder")]
    [InlineData("{task}", "# {task}\n\n{plan.Issuer}\n\n[Mở]\n\n--\n{why}", "Line 3: a brace belongs to no placeholder")]
    [InlineData("{task}", "# {task}\n\n**đậm\n\n[Mở]\n\n--\n{why}", "The paragraph from line 3: ** is opened and not closed.")]
    [InlineData("{task}", "Không có tiêu đề\n\n[Mở]\n\n--\n{why}", "The body begins with exactly one title line")]
    [InlineData("{task}", "# {task}\n\nKhông nút\n\n--\n{why}", "Exactly one button is needed")]
    [InlineData("{task}", "# {task}\n\n[Mở]\n\n[Nữa]\n\n--\n{why}", "Exactly one button is needed")]
    [InlineData("{task}", "# {task}\n\n[Mở]", "A footer is needed")]
    [InlineData("{task} {answer-to}", Frame, "Subject: \"{answer-to}\" stands in a paragraph or a list item only")]
    [InlineData("{task}", "# {task} {answer-to}\n\n[Mở]\n\n--\n{why}", "A title, heading or button: \"{answer-to}\"")]
    [InlineData("{task}", "# {task}\n\n[Mở]\n\n--\n{why} Trả lời {answer-to}.", "The footer: \"{answer-to}\"")]
    [InlineData("hai\ndòng", Frame, "Subject: one line of 1 to 200 characters.")]
    [InlineData("", Frame, "Subject: one line of 1 to 200 characters.")]
    public void What_is_wrong_with_a_template_is_said_with_its_line(string subject, string body, string expected)
    {
        MailTemplate.Read(Reminder, subject, body, out var problems).ShouldBeNull();
        problems.ShouldContain(p => p.In("en").StartsWith(expected, StringComparison.Ordinal), string.Join("; ", problems.Select(p => p.In("en"))));
        problems.ShouldAllBe(p => p.Vi.Length > 0 && p.In("en") != p.Vi);
    }

    [Fact]
    public void What_an_administrator_and_a_person_write_is_text_and_never_markup()
    {
        var (kind, data) = Samples.All["reminder"];
        var template = MailTemplate.Read(Reminder, "{plan-mark}<b>{task}</b>", "# <script>alert(1)</script> {task}\n\n<img src=x onerror=y> **đậm {task}** & {unit}\n\n[<i>Mở</i>]\n\n--\n<a href=\"//x\">x</a> {why}", out _)!;

        var mail = Renderer.Render(kind, data.Replace("Nộp kế hoạch CĐCS", "**Nộp** {why} <u>kế hoạch</u>", StringComparison.Ordinal), "vi", null, new Dictionary<string, MailTemplate> { ["reminder"] = template });

        foreach (var tag in new[] { "<script", "<img", "<i>", "<u>", "<b>", "<a href=\"//x\"" }) mail.Html.ShouldNotContain(tag);
        mail.Html.ShouldContain("&lt;img src=x onerror=y&gt; <strong style=\"font-weight:700;\">đậm **Nộp** {why} &lt;u&gt;kế hoạch&lt;/u&gt;</strong> &amp; ");
        mail.Subject.ShouldBe("[23/KH-CĐYT] <b>**Nộp** {why} <u>kế hoạch</u></b>");
        mail.Text.ShouldContain("<i>Mở</i>: https://kehoach.example.vn/tasks/");
    }

    [Theory, MemberData(nameof(Shipped))]
    public void An_edited_request_for_an_answer_goes_with_its_paragraph_or_item_where_nobody_reads_answers(string id, string language)
    {
        var kind = MailTemplateKind.Find(id)!;
        using var stream = typeof(MailTemplate).Assembly.GetManifestResourceStream($"WorkflowHost.Email.Templates.{id}.example.json")!;
        using var reader = new StreamReader(stream);
        var data = reader.ReadToEnd();
        var template = MailTemplate.Read(kind, "x", "# x\n\nTrả lời thư này để {answer-to} biết.\n\n- Một\n- Gửi {answer-to}\n\n[x]\n\n--\nx", out _)!;
        var edited = new Dictionary<string, MailTemplate> { [id] = template };

        var asked = Renderer.Answered("van-phong@cdyt.example.vn").Render(kind.MailKind, data, language, null, edited);
        asked.Text.ShouldMatch("Trả lời thư này để [^{}]+ biết\\.");
        asked.Text.ShouldMatch("Gửi [^{} ]");
        asked.Html.ShouldContain("Trả lời thư này");
        var silent = Renderer.Answered(null).Render(kind.MailKind, data, language, null, edited);
        foreach (var part in new[] { silent.Text, silent.Html })
        {
            part.ShouldNotContain("Trả lời thư này");
            part.ShouldNotContain("Gửi ");
            part.ShouldContain("Một");
        }

        template.PlainRequests.ShouldBeEmpty();
        template.DependsOnAnswers.ShouldBeTrue();
        var plain = MailTemplate.Read(kind, "x", "# x\n\nTrả lời thư này khi vướng.\n\nReply to this email.\n\nTrả lời văn thư.\n\n[x]\n\n--\nx", out _)!;
        plain.PlainRequests.ShouldBe(["Trả lời thư này khi vướng.", "Reply to this email."]);
        plain.DependsOnAnswers.ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_reaches_mails_queued_from_then_on_and_a_reset_the_ones_after_it()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await using var server = new SmtpStub();
        await world.RunAsync("insert into role (code, label_vi, label_en, permissions) values ('Admin', 'Quản trị', 'Administrator', '{organisation}')");
        var admin = new Actor(await world.AddPersonAsync("admin", (1, "Admin")), null, [new Grant(1, "/1/", "Admin", new HashSet<string> { Permission.Organisation })]);
        var (templates, ten) = (new MailTemplates(world.Database), DueWorld.At("17/12/2019 10:00:00"));
        Task<TemplateAnswer> SaveAsync(Actor actor, int seen, string? body, DateTimeOffset at) =>
            templates.SaveAsync(actor, "distribution", "vi", seen, body is null ? null : "{plan-mark}{plan-subject}", body, at, at);
        static string Body(string words) => $"# {{plan}}\n\n{words}\n\n[Mở]\n\n--\nx";
        async Task QueueAsync(string name, DateTimeOffset at) => await world.RunAsync("insert into outbox (id, dedupe, kind, to_address, data, queued_at, next_attempt_at) values ($1, $2, 'distribution', $2, $3, $4, $5)",
            P(Guid.NewGuid()), P($"{name}@example.test"), Json(MailData.Write(new DistributionData { Number = "23/KH-CĐYT", Subject = "Hội nghị" })), Instant(at), Instant(ten.AddHours(5)));

        await QueueAsync("before", ten);
        (await SaveAsync(admin, 0, Body("Lời mới"), ten.AddHours(1))).ShouldBe(TemplateAnswer.Saved);
        await QueueAsync("after", ten.AddHours(2));
        (await SaveAsync(admin, 0, Body("Lời của người đến sau"), ten.AddHours(2))).ShouldBe(TemplateAnswer.Changed);
        (await SaveAsync(new Actor(admin.PersonId, null, [new Grant(2, "/1/2/", "Admin", new HashSet<string> { Permission.Organisation })]), 1, Body("Lời của cấp dưới"), ten)).ShouldBe(TemplateAnswer.Forbidden);
        (await SaveAsync(admin, 1, null, ten.AddHours(3))).ShouldBe(TemplateAnswer.Saved);
        await QueueAsync("reset", ten.AddHours(4));
        await DrainOutboxTests.Drain(world, server).RunAsync(ten.AddHours(5));

        (await world.ReadAsync<string>("select string_agg(split_part(to_address, '@', 1) || ' ' || (body_text like '%Lời mới%')::text, ', ' order by queued_at) from outbox where kind = 'distribution' and status = 'sent'"))
            .ShouldBe("before false, after true, reset false");
        (await templates.VersionsAsync("distribution", "vi")).Select(v => (v.Version, v.Body is null, v.ChangedBy)).ShouldBe([(2, true, "admin"), (1, false, "admin")]);
        (await world.ReadAsync<string>("select string_agg(action || ' ' || (detail ->> 'version'), ', ' order by id) from audit where action like 'mail.template%'")).ShouldBe("mail.template 1, mail.template.reset 2");
        // What this program cannot read does not hold a mail back.
        await world.RunAsync("insert into mail_template (kind, language, version, subject, body, at, changed_by) values ('distribution', 'vi', 3, 'x', '{gone}', $1, $2)", Instant(ten.AddHours(6)), P(admin.PersonId));
        await QueueAsync("broken", ten.AddHours(7));
        await world.RunAsync("update outbox set next_attempt_at = $1 where status = 'queued'", Instant(ten.AddHours(7)));
        (await DrainOutboxTests.Drain(world, server).RunAsync(ten.AddHours(7))).ShouldBe(1);
    }
}
