using System.Globalization;
using System.Text;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Overdue;

/// <summary>
/// <c>GET /overdue.csv</c>: the late tasks that the reader may see, for spreadsheets: UTF-8 with a byte order mark, RFC 4180, in the language of
/// the request. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
/// </summary>
public static class OverdueCsv
{
    private const int MostRows = 100_000;
    private const string FormulaStarts = "=+-@\t\r\n";
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",;\"\r\n'");

    /// <summary>Adds the address.</summary>
    public static void MapOverdueCsv(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/overdue.csv", Write).RequireAuthorization().ExcludeFromDescription();

    /// <summary>One cell, quoted where it has to be.</summary>
    public static string Cell(string? text)
    {
        text ??= "";
        if (text.Length > 0 && FormulaStarts.Contains(text[0], StringComparison.Ordinal)) text = "'" + text;
        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static async Task<IResult> Write(
        RequestActor who, OverdueQueries queries, UnitNames names, ReferenceStore reference, Texts texts, CancellationToken stop, Guid? plan = null, string? step = null)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Results.Challenge();
        var words = new OverdueWords(await reference.GetAsync(stop), await names.RolesAsync(stop), who.Now, texts);
        var late = await queries.LateAsync(actor, new OverdueFilter(plan, string.IsNullOrEmpty(step) ? null : step), who.Now, MostRows + 1, stop);
        var text = new StringBuilder();
        Line(["plan", "step", "code", "unit", "last-day", "days", "working-days", "did", "sent"], key => texts[$"overdue.csv.{key}"]);
        foreach (var task in late.Take(MostRows))
        {
            var row = words.Row(task);
            var last = words.DaysOf(task.Limit, task.CalendarId).Last;
            Line([task.PlanNumber, Language.Say(task.Title), task.UnitCode, task.Unit, Dates.Full(last), row.Days.ToString(CultureInfo.InvariantCulture),
                row.WorkingDays.ToString(CultureInfo.InvariantCulture), row.Did, row.Sent], cell => cell?.Replace(Nbsp.Space, ' '));
        }

        if (late.Count > MostRows) Line([texts["overdue.csv.more", MostRows]], cell => cell);
        var bytes = Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(text.ToString())).ToArray();
        return Results.File(bytes, "text/csv; charset=utf-8", $"qua-han-{Dates.Machine(Dates.DayOf(who.Now))}.csv");

        void Line<T>(IEnumerable<T> cells, Func<T, string?> say) => text.AppendJoin(',', cells.Select(c => Cell(say(c)))).Append("\r\n");
    }
}
