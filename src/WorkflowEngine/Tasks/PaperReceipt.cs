using Npgsql;

namespace WorkflowEngine.Tasks;

/// <summary>What a unit handed in on paper: number and symbol as printed, and the day on which it arrived, by the stamp.</summary>
public sealed record PaperReceipt(string? Number, DateOnly ArrivedOn)
{
    private const int LongestNumber = 100;

    /// <summary>What is wrong with it, or null. Paper arrives neither before the work was asked for nor after today.</summary>
    internal TaskAnswer.Invalid? Refuse(DateOnly asked, DateOnly today) =>
        string.IsNullOrWhiteSpace(Number) || Number.Length > LongestNumber
            ? TaskAnswer.Invalid.On("paper.number", $"Hãy ghi số, ký hiệu văn bản, dài nhất {LongestNumber} ký tự.", $"Give number and symbol of the document, {LongestNumber} characters at most.")
            : ArrivedOn > today || ArrivedOn < asked
                ? TaskAnswer.Invalid.On("paper.arrivedOn", $"Ngày đến từ {asked:dd/MM/yyyy} (ngày giao việc) đến {today:dd/MM/yyyy} (hôm nay).", $"It arrived from {asked:dd/MM/yyyy} (when the work was asked for) to {today:dd/MM/yyyy} (today).")
                : null;
}

/// <summary>
/// Where paper is registered, a part of the statement that hands it in: an insert from <c>changed</c>, its parameters from $30 on. Given by who keeps registers.
/// </summary>
/// <param name="Insert">Begins with a comma and a name: <c>, registered as (…)</c>.</param>
public sealed record PaperRegister(string Insert, Func<PaperReceipt, DateTimeOffset, NpgsqlParameter[]> Values);
