using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace WorkflowHost.Web;

/// <summary>The last row of a page of a list, as it stands in an address. What cannot be read is null.</summary>
public static class PageMark
{
    private const int Longest = 2_000;

    /// <summary>A row that its list orders by an instant and its id.</summary>
    public static string Write(DateTimeOffset at, Guid id) => Encode($"{Ticks(at)}/{id}");

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static (DateTimeOffset At, Guid Id)? Read(string? text) =>
        Decode(text)?.Split('/') is [var ticks, var row] && Instant(ticks) is { } at && Guid.TryParse(row, out var id) ? (at, id) : null;

    /// <summary>Text as an address may carry it.</summary>
    public static string Encode(string text) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(text));

    /// <summary>What <see cref="Encode"/> made; nothing longer than any mark is looked at.</summary>
    public static string? Decode(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest) return null;
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>An instant inside a mark.</summary>
    public static string Ticks(DateTimeOffset at) => at.UtcTicks.ToString(CultureInfo.InvariantCulture);

    /// <summary>What <see cref="Ticks"/> wrote.</summary>
    public static DateTimeOffset? Instant(string ticks) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(number, TimeSpan.Zero)
            : null;
}
