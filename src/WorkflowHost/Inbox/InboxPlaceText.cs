using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace WorkflowHost.Inbox;

/// <summary>An <see cref="InboxPlace"/> as it stands in an address. What cannot be read is the first page.</summary>
public static class InboxPlaceText
{
    private const int Longest = 2_000;

    public static string Write(InboxPlace place) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{place.Kind}/{place.Group.UtcTicks}/{place.Root}/{place.At.UtcTicks}/{place.Id}/{place.Activity}\n{place.Unit}")));

    public static InboxPlace? Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest) return null;
        try
        {
            var parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text)).Split('/', 6);
            return parts.Length == 6 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var kind)
                && Ticks(parts[1]) is { } group && Guid.TryParse(parts[2], out var root) && Ticks(parts[3]) is { } at && Guid.TryParse(parts[4], out var id)
                && !parts[5].Contains('\0', StringComparison.Ordinal) && parts[5].Split('\n', 2) is [var activity, var unit]
                ? new InboxPlace(kind, group, root, activity, at, unit, id)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Ticks(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;
}
