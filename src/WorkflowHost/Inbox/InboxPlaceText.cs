using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace WorkflowHost.Inbox;

/// <summary>An <see cref="InboxPlace"/> as it stands in an address. What cannot be read is the first page.</summary>
public static class InboxPlaceText
{
    public static string Write(InboxPlace place) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{place.Kind}/{place.Root}/{place.Legal.UtcTicks}/{place.At.UtcTicks}/{place.Id}/{place.Activity}")));

    public static InboxPlace? Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 500) return null;
        try
        {
            var parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text)).Split('/', 6);
            return parts.Length == 6 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var kind)
                && Guid.TryParse(parts[1], out var root) && Ticks(parts[2]) is { } legal && Ticks(parts[3]) is { } at && Guid.TryParse(parts[4], out var id)
                && !parts[5].Contains('\0', StringComparison.Ordinal)
                ? new InboxPlace(kind, root, legal, parts[5], at, id)
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
