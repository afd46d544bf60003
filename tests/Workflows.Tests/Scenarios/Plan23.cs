using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Unions.Plans;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;
using static Workflows.Tests.Plans.OnePlan;

namespace Workflows.Tests.Scenarios;

/// <summary>
/// Plan 23 on the real host with its database, moved clock and mail catcher, told in the words of the domain: who does what when, and who got which
/// mail. Times are those of Hà Nội, "2019-12-24 08:00".
/// </summary>
internal sealed class Plan23 : IAsyncDisposable
{
    // Told once; each issued plan goes on from there.
    private static readonly Lazy<Task<(Postgres Database, IReadOnlyList<CaughtMail> Mails)>> Issued = new(IssueOnceAsync);

    private readonly Postgres database;
    private readonly Installation installation;
    private readonly WebApplication app;

    private Plan23(Postgres database, Installation installation, WebApplication app) => (this.database, this.installation, this.app) = (database, installation, app);

    public Guid PlanId { get; private set; }

    public NpgsqlDataSource Database => database.DataSource;

    public DateTimeOffset Now => Get<BusinessClock>().Now();

    public static async Task<Plan23> DraftedAsync() => await OnAsync(await Postgres.CreateDemo());

    /// <summary>The same, signed and issued as 23/KH-CĐYT on Tue 17/12/2019 at 10:00.</summary>
    public static async Task<Plan23> IssuedAsync()
    {
        var (issued, mails) = await Issued.Value;
        var plan = await OnAsync(await issued.CloneAsync());
        foreach (var mail in mails) plan.installation.Catcher!.Keep(mail);
        return plan;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await database.DisposeAsync();
    }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public Task<T> ReadAsync<T>(string sql) => ScalarAsync<T>(Database, sql);

    /// <summary>Everything that falls due until then happens on the way, in order.</summary>
    public async Task ToAsync(string local)
    {
        var moved = await Get<AdvanceClock>().RunAsync(At(local));
        (moved.Answer, moved.IsQuiet).ShouldBe((ClockMove.Moved, true));
    }

    public async Task SignAndIssueAsync()
    {
        await DoAsync("kyBanHanh", "chutich.cdyt", [], "Ky");
        var issued = await IssuePlan.RunAsync(Database, await ActorAsync(Database, "vanthu.cdyt"), PlanId, null, Now, Now);
        issued.ShouldBeOfType<PlanIssue.Issued>().Number.ToString().ShouldBe("23/KH-CĐYT");
        await RunAsync();
    }

    /// <summary>Hands an open task in, whatever comes of it.</summary>
    public async Task<TaskAnswer> TryAsync(
        string activity, string user, JsonObject data, string? outcome = null, string? unit = null, Dictionary<string, string>? explanations = null)
    {
        var (id, revision) = await FindAsync(activity, unit, "open");
        var answer = await Get<CompleteTask>().CompleteAsync(
            await ActorAsync(Database, user), new(id, revision, null, outcome, JsonNode.Parse(data.ToJsonString())!.AsObject(), explanations), Now, Now);
        await RunAsync();
        return answer;
    }

    public async Task DoAsync(
        string activity, string user, JsonObject data, string? outcome = null, string? unit = null, Dictionary<string, string>? explanations = null)
    {
        var answer = await TryAsync(activity, user, data, outcome, unit, explanations);
        answer.ShouldBeOfType<TaskAnswer.Done>($"{activity}: {(answer as TaskAnswer.Invalid)?.Errors.FirstOrDefault()}");
    }

    public async Task AcceptAsync(string activity, string? unit, string user = "chuyenvien.cdyt")
    {
        var (id, revision) = await FindAsync(activity, unit, "submitted");
        (await Get<AcceptTask>().AcceptAsync(await ActorAsync(Database, user), new(id, revision, null, null), Now, Now)).ShouldBeOfType<TaskAnswer.Done>();
        await RunAsync();
    }

    public async Task ReturnAsync(string activity, string unit, string reason, string newDue)
    {
        var (id, revision) = await FindAsync(activity, unit, "submitted");
        (await Get<ReturnTask>().ReturnAsync(await ActorAsync(Database, "chuyenvien.cdyt"), new(id, revision, null, reason, At(newDue)), Now, Now)).ShouldBeOfType<TaskAnswer.Done>();
        await RunAsync();
    }

    public async Task CloseAsync(string activity, string reason, string? unit = null)
    {
        var (id, revision) = await FindAsync(activity, unit, "open");
        (await Get<CloseTask>().CloseAsync(await ActorAsync(Database, "chuyenvien.cdyt"), new(id, revision, null, reason), Now, Now)).ShouldBeOfType<TaskAnswer.Done>();
        await RunAsync();
    }

    /// <summary>The unit's chair hands in, the case owner accepts at once.</summary>
    public async Task HandInAsync(string activity, string unit, JsonObject data, Dictionary<string, string>? explanations = null)
    {
        await DoAsync(activity, ChairOf(unit), data, unit: unit, explanations: explanations);
        await AcceptAsync(activity, unit);
    }

    /// <summary>A small file in a file field of an open task; its id goes into the form.</summary>
    public async Task<string> UploadAsync(string activity, string user, string name, string? unit = null)
    {
        var (id, _) = await FindAsync(activity, unit, "open");
        using var content = new MemoryStream("%PDF-1.4\n"u8.ToArray());
        var done = await Get<AddAttachment>().AddAsync(await ActorAsync(Database, user), new(id, null, name), content, Now, Now);
        return done.ShouldBeOfType<TaskAnswer.Done>().Id!.Value.ToString();
    }

    /// <summary>All that any mail said, with its subject.</summary>
    public string AllWords => string.Join('\n', installation.Catcher!.Mails.Select(m => $"{m.Subject} {m.Text} {m.Html}"));

    /// <summary>When mails went to somebody, oldest first.</summary>
    public IReadOnlyList<string> MailsTo(string user) =>
        [.. MailsOf(user).Select(m => m.SentAt.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))];

    public IReadOnlyList<CaughtMail> MailsOf(string user) =>
        [.. installation.Catcher!.Mails.Where(m => m.To.Any(t => t.StartsWith(user + "@", StringComparison.Ordinal))).OrderBy(m => m.SentAt)];

    /// <summary>A mail's text with its lines joined.</summary>
    public static string Words(CaughtMail mail) => string.Join(' ', mail.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The activities that somebody has to act on.</summary>
    public Task<string> OpenTasksAsync(string? unit = null) => ReadAsync<string>($"""
        select coalesce(string_agg(distinct t.activity_id, ' ' order by t.activity_id), '') from task t join instance i on i.id = t.instance_id left join unit u on u.id = i.unit_id
        where t.status in ('open', 'submitted') {(unit is null ? "" : $"and u.code = '{unit}'")}
        """);

    public async Task<(Guid Id, int Revision)> FindAsync(string activity, string? unit, string status)
    {
        await using var read = Database.CreateCommand("""
            select t.id, t.revision from task t join instance i on i.id = t.instance_id left join unit u on u.id = i.unit_id
            where t.activity_id = $1 and t.status = $2 and ($3::text is null or u.code = $3)
            """);
        read.Parameters.Add(new() { Value = activity });
        read.Parameters.Add(new() { Value = status });
        read.Parameters.Add(new() { Value = (object?)unit ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var rows = await read.ExecuteReaderAsync();
        (await rows.ReadAsync()).ShouldBeTrue($"no {status} task {activity} {unit}");
        return (rows.GetGuid(0), rows.GetInt32(1));
    }

    public async Task<List<(string Code, int Headcount)>> UnitsAsync()
    {
        await using var read = Database.CreateCommand("select code, (attributes ->> 'headcount')::int from unit where kind = 'GrassrootsUnion' order by id");
        await using var rows = await read.ExecuteReaderAsync();
        var units = new List<(string, int)>();
        while (await rows.ReadAsync()) units.Add((rows.GetString(0), rows.GetInt32(1)));
        return units;
    }

    public static string ChairOf(string unit) => "chutich." + unit["CDCS-".Length..].ToLowerInvariant();

    public static DateTimeOffset At(string local) => new DateTimeOffset(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(7)).ToUniversalTime();

    /// <summary>A unit's plan as the seed wants it.</summary>
    public static JsonObject PlanOf(int headcount, int delegates = 180, string day = "2019-12-17") => new()
    {
        ["ngayKeHoach"] = day,
        ["tongSoLaoDong"] = headcount,
        ["hinhThuc"] = "tuyen-duong",
        ["quyMo"] = headcount > 200 ? "dai-bieu" : "toan-the",
        ["soDaiBieu"] = headcount > 200 ? delegates : null,
        ["ngayDuKien"] = "2020-03-10",
        ["thoiLuong"] = "nua-ngay",
        ["diaDiem"] = "Hội trường",
        ["chuongTrinh"] = Agenda(),
    };

    /// <summary>A conference's record.</summary>
    public static JsonObject RecordOf(int headcount, string day = "2019-12-17", int exemplars = 70, int guests = 30) => new()
    {
        ["ngayHoiNghi"] = day,
        ["thoiLuong"] = "nua-ngay",
        ["quyMo"] = headcount > 200 ? "dai-bieu" : "toan-the",
        ["soDienHinh"] = exemplars,
        ["soKhachMoi"] = guests,
        ["soNu"] = 50,
        ["chuongTrinh"] = Agenda(),
    };

    public static JsonObject Delegate(int n) => new() { ["hoTen"] = $"Đại biểu {n}", ["gioiTinh"] = n == 1 ? "nu" : "nam", ["loai"] = "lao-dong-sang-tao", ["trucTiep"] = true };

    public static JsonArray Agenda() => ["khai-mac", "bao-cao-tong-ket", "tham-luan", "bieu-duong", "phat-dong", "huong-ung", "thong-qua-danh-sach", "be-mac"];

    private static async Task<Plan23> OnAsync(Postgres database)
    {
        var installation = await Postgres.OpenAsync(database);
        var app = HostSetup.Build(new WebApplicationOptions { ApplicationName = "WorkflowHost", ContentRootPath = Postgres.HostFolder() }, installation);
        var plan = new Plan23(database, installation, app);
        plan.PlanId = await plan.ReadAsync<Guid>("select id from plan");
        return plan;
    }

    private static async Task<(Postgres Database, IReadOnlyList<CaughtMail> Mails)> IssueOnceAsync()
    {
        var plan = await DraftedAsync();
        await plan.ToAsync("2019-12-17 10:00");
        await plan.SignAndIssueAsync();
        var mails = plan.installation.Catcher!.Mails;
        await plan.StopAsync();
        await plan.database.DataSource.DisposeAsync();
        return (plan.database, mails);
    }

    private async Task StopAsync()
    {
        await app.DisposeAsync();
        await installation.DisposeAsync();
    }

    private async Task RunAsync() => await Get<ReadyWorker>().RunAllAsync();
}
