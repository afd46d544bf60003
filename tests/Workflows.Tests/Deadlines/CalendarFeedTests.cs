using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowHost.Calendars;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Deadlines;

/// <summary>Calendars: what stands in them, who may read them, and that a reader which others wrote (ical.js) understands them.</summary>
public sealed class CalendarFeedTests
{
    private static readonly CalendarText Text = new("https://kehoach.example.vn");

    [Fact]
    public async Task A_calendar_shows_the_persons_own_dates_and_nothing_about_people()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        var (feeds, chair) = (new CalendarFeeds(world.Database), await ActorAsync(world, "chair-2"));
        var made = (await feeds.MakeAsync(chair, null, DueWorld.Issued, DueWorld.Issued)).ShouldBeOfType<FeedAnswer.Made>();

        var text = Text.Write((await feeds.OpenAsync(made.Token, DueWorld.Issued))!);

        var read = Read(text);
        var one = read["events"]!.AsArray().Single()!;
        one["uid"]!.ToString().ShouldBe($"{await world.ReadAsync<Guid>("select id from task where unit_id = 2")}@kehoach.example.vn");
        one["summary"]!.ToString().ShouldBe("Hạn: Nộp kế hoạch CĐCS [23/KH-CĐYT]");
        (one["start"]!.ToString(), one["end"]!.ToString(), (bool)one["isDay"]!).ShouldBe(("2019-12-31", "2020-01-01", true));
        ((int)one["sequence"]!, one["status"]!.ToString()).ShouldBe((0, "CONFIRMED"));
        one["properties"]!.AsArray().Select(p => p!.ToString()).ShouldBe(["uid", "dtstamp", "dtstart", "dtend", "summary", "sequence", "status", "transp", "url"]);
        text.ShouldNotContain("chair-2");
        text.ShouldNotContain("đơn vị 2");
        // Only the hash is kept.
        (await world.ReadAsync<long>("select count(*) from calendar_feed where token_hash = sha256(convert_to('" + made.Token + "', 'UTF8'))")).ShouldBe(1);
        (await world.ReadAsync<string>("select coalesce(string_agg(f::text || a::text, ''), '') from calendar_feed f, audit a")).ShouldNotContain(made.Token);
    }

    [Fact]
    public async Task An_extension_raises_the_sequence_and_a_closed_task_is_cancelled_under_the_same_uid()
    {
        await using var world = await DueWorld.CreateAsync();
        var (feeds, chair) = (new CalendarFeeds(world.Database), await ActorAsync(world, "chair-2"));
        var token = ((FeedAnswer.Made)await feeds.MakeAsync(chair, 2, DueWorld.Issued, DueWorld.Issued)).Token;
        var task = await world.ReadAsync<Guid>("select id from task");
        var (later, closed) = (DueWorld.At("20/12/2019 09:00:00"), DueWorld.At("23/12/2019 09:00:00"));
        var before = (await feeds.OpenAsync(token, later))!;

        await world.RunAsync("update deadline set due = $1, extended_due = $1", Instant(DueWorld.At("11/01/2020 00:00:00")));
        await world.RunAsync("insert into audit (at, recorded_at, action, task_id) values ($1, $1, 'deadline.extended', $2)", Instant(later), P(task));
        var extended = (await feeds.OpenAsync(token, later))!;
        await world.RunAsync("update task set status = 'closed', decided_at = $1", Instant(closed));
        await world.RunAsync("insert into audit (at, recorded_at, action, task_id) values ($1, $1, 'task.closed', $2)", Instant(closed), P(task));
        var ended = (await feeds.OpenAsync(token, closed.AddDays(1)))!;

        before.Unit.ShouldBe("CĐCS đơn vị 2");
        (before.Dates.Single().Sequence, before.Dates.Single().LastDay).ShouldBe((0, Vn.Day("31/12/2019")));
        (extended.Dates.Single().Sequence, extended.Dates.Single().LastDay, extended.Dates.Single().ChangedAt).ShouldBe((1, Vn.Day("10/01/2020"), later));
        var last = Read(Text.Write(ended))["events"]!.AsArray().Single()!;
        ((int)last["sequence"]!, last["status"]!.ToString(), last["uid"]!.ToString()).ShouldBe((2, "CANCELLED", $"{task}@kehoach.example.vn"));
        (await feeds.OpenAsync(token, closed.AddDays(61)))!.Dates.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_calendar_ends_with_its_revocation_its_makers_role_and_its_makers_account()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        var (feeds, chair) = (new CalendarFeeds(world.Database), await ActorAsync(world, "chair-2"));
        async Task<string> MakeAsync(long? unit) => ((FeedAnswer.Made)await feeds.MakeAsync(chair, unit, DueWorld.Issued, DueWorld.Issued)).Token;
        var (own, unit) = (await MakeAsync(null), await MakeAsync(2));
        (await feeds.MakeAsync(chair, 3, DueWorld.Issued, DueWorld.Issued)).ShouldBeOfType<FeedAnswer.Refused>();
        var list = await feeds.ListAsync(chair.PersonId);
        list.Select(f => f.Unit).ShouldBe([null, "CĐCS đơn vị 2"], ignoreOrder: true);
        var first = list.Single(f => f.Unit is null).Id;

        (await feeds.RevokeAsync(await ActorAsync(world, "chair-3"), first, DueWorld.Issued, DueWorld.Issued)).ShouldBeFalse();
        (await feeds.OpenAsync(own, DueWorld.Issued)).ShouldNotBeNull();
        (await feeds.RevokeAsync(chair, first, DueWorld.Issued, DueWorld.Issued)).ShouldBeTrue();
        (await feeds.OpenAsync(own, DueWorld.Issued)).ShouldBeNull();
        (await feeds.RevokeAsync(chair, first, DueWorld.Issued, DueWorld.Issued)).ShouldBeFalse();

        await world.RunAsync("update role_assignment set valid_to = '2019-12-20' where unit_id = 2");
        (await feeds.OpenAsync(unit, DueWorld.At("19/12/2019 23:59:00"))).ShouldNotBeNull();
        (await feeds.OpenAsync(unit, DueWorld.At("20/12/2019 00:00:00"))).ShouldBeNull();
        var mine = await MakeAsync(null);
        await world.RunAsync("update person set is_active = false where user_name = 'chair-2'");
        (await feeds.OpenAsync(mine, DueWorld.Issued)).ShouldBeNull();
        (await world.ReadAsync<string>("select string_agg(action, ',' order by id) from audit where action like 'calendar.%'")).ShouldBe("calendar.made,calendar.made,calendar.revoked,calendar.made");
    }

    [Fact]
    public async Task Ten_calendars_are_the_most_a_person_may_have()
    {
        await using var world = await DueWorld.CreateAsync();
        var (feeds, chair) = (new CalendarFeeds(world.Database), await ActorAsync(world, "chair-2"));
        for (var n = 0; n < CalendarFeeds.Most; n++) (await feeds.MakeAsync(chair, null, DueWorld.Issued, DueWorld.Issued)).ShouldBeOfType<FeedAnswer.Made>();

        (await feeds.MakeAsync(chair, null, DueWorld.Issued, DueWorld.Issued)).ShouldBeOfType<FeedAnswer.TooMany>();
    }

    [Fact]
    public void Lines_are_folded_at_75_octets_between_characters_and_texts_escaped()
    {
        var title = string.Concat(Enumerable.Repeat("Tổ chức hội nghị; điển hình, tiên tiến \\ 🙂 công đoàn cơ sở\n", 12));
        var feed = new OpenedFeed("vi", "CĐCS Bệnh viện A", [new(Guid.NewGuid(), new(title), "23/KH-CĐYT", Vn.Day("31/12/2019"), 3, false, DueWorld.Issued)]);

        var text = Text.Write(feed);

        text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n');
        text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\r');
        var lines = text.Split("\r\n");
        lines.Max(Encoding.UTF8.GetByteCount).ShouldBe(75);
        lines.ShouldAllBe(line => !line.Contains('\uFFFD', StringComparison.Ordinal));
        // A character cut in two would not survive the way through octets line by line.
        lines.ShouldAllBe(line => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)) == line);
        var read = Read(text);
        read["events"]![0]!["summary"]!.ToString().ShouldBe($"Hạn: {title} [23/KH-CĐYT]");
        read["name"]!.ToString().ShouldBe("Hạn công việc: CĐCS Bệnh viện A");
        read["version"]!.ToString().ShouldBe("2.0");
    }

    private static async Task<Actor> ActorAsync(DueWorld world, string name) => new(await world.ReadAsync<Guid>($"select id from person where user_name = '{name}'"), null, []);

    private static JsonNode Read(string calendar)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Workflows.sln"))) folder = folder.Parent;
        var here = Path.Combine(folder.FullName, "tests", "calendar");
        Directory.Exists(Path.Combine(here, "node_modules", "ical.js")).ShouldBeTrue("ical.js is missing; ./test installs it");
        using var process = Process.Start(new ProcessStartInfo("node", "read.mjs")
        {
            WorkingDirectory = here,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        process.StandardInput.Write(calendar);
        process.StandardInput.Close();
        var (answer, fault) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, fault);
        return JsonNode.Parse(answer)!;
    }
}
