using System.Globalization;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>An <see cref="InboxPlace"/> as it stands in an address. What cannot be read is the first page.</summary>
public static class InboxPlaceText
{
    public static string Write(InboxPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return PageMark.Encode(string.Create(
            CultureInfo.InvariantCulture, $"{place.Kind}/{PageMark.Ticks(place.Group)}/{place.Root}/{PageMark.Ticks(place.At)}/{place.Id}/{place.Activity}\n{place.Unit}"));
    }

    public static InboxPlace? Read(string? text) =>
        PageMark.Decode(text)?.Split('/', 6) is [var first, var second, var third, var fourth, var fifth, var last]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var kind)
            && PageMark.Instant(second) is { } group && Guid.TryParse(third, out var root) && PageMark.Instant(fourth) is { } at && Guid.TryParse(fifth, out var id)
            && !last.Contains('\0', StringComparison.Ordinal) && last.Split('\n', 2) is [var activity, var unit]
            ? new InboxPlace(kind, group, root, activity, at, unit, id)
            : null;
}
