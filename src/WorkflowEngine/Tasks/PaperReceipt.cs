using Npgsql;

namespace WorkflowEngine.Tasks;

/// <summary>What a unit handed in on paper: number and symbol as printed, and the day on which it arrived, by the stamp.</summary>
public sealed record PaperReceipt(string? Number, DateOnly ArrivedOn)
{
    private const int LongestNumber = 100;

    /// <summary>Before the names of its fields in refusals.</summary>
    public const string Prefix = "paper.";

    /// <summary>The field of <see cref="Number"/>.</summary>
    public const string NumberField = Prefix + "number";

    /// <summary>The field of <see cref="ArrivedOn"/>.</summary>
    public const string ArrivedField = Prefix + "arrivedOn";

    /// <summary>What is wrong with it, by field. Paper arrives neither before the work was asked for nor after today.</summary>
    internal Dictionary<string, Text> Wrong(DateOnly asked, DateOnly today)
    {
        var wrong = new Dictionary<string, Text>();
        if (string.IsNullOrWhiteSpace(Number) || Number.Length > LongestNumber)
            wrong[NumberField] = new($"Hãy ghi số, ký hiệu văn bản, dài nhất {LongestNumber} ký tự.", $"Give number and symbol of the document, {LongestNumber} characters at most.");
        if (ArrivedOn > today || ArrivedOn < asked)
            wrong[ArrivedField] = new($"Ngày đến từ {asked:dd/MM/yyyy} (ngày giao việc) đến {today:dd/MM/yyyy} (hôm nay).", $"It arrived from {asked:dd/MM/yyyy} (when the work was asked for) to {today:dd/MM/yyyy} (today).");
        return wrong;
    }
}

/// <summary>
/// Where paper is registered, a part of the statement that hands it in: an insert from <c>changed</c>, its parameters from $30 on. Given by who keeps registers.
/// </summary>
/// <param name="Insert">Begins with a comma and a name: <c>, registered as (…)</c>.</param>
public sealed record PaperRegister(string Insert, Func<PaperReceipt, DateTimeOffset, NpgsqlParameter[]> Values);
