using System.Globalization;
using System.Text;
using WorkflowEngine.Deadlines;

namespace WorkflowHost.Calendars;

/// <summary>
/// Writes a calendar as RFC 5545 says: lines of at most 75 octets ended by CRLF and cut between characters, commas, semicolons, backslashes and line
/// breaks escaped. An event is a whole day, keeps its UID for good, and grows in SEQUENCE with each change of its date. Pure.
/// </summary>
/// <param name="site">Address of the site as readers reach it, without a slash at the end.</param>
public sealed class CalendarText(string site)
{
    private const int LineOctets = 75;
    private readonly string _host = new Uri(site).Host;

    public string Write(OpenedFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        var english = feed.Language == "en";
        var name = (english ? "Deadlines" : "Hạn công việc") + (feed.Unit is { } unit ? $": {unit}" : "");
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, $"PRODID:-//Workflows//Deadlines//{feed.Language.ToUpperInvariant()}");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "METHOD:PUBLISH");
        Line(text, $"NAME:{Escape(name)}");
        Line(text, $"X-WR-CALNAME:{Escape(name)}");
        Line(text, "REFRESH-INTERVAL;VALUE=DURATION:PT4H");
        Line(text, "X-PUBLISHED-TTL:PT4H");
        foreach (var date in feed.Dates)
        {
            var plan = date.Plan is { } number ? $" [{number}]" : "";
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{date.TaskId}@{_host}");
            Line(text, $"DTSTAMP:{date.ChangedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
            Line(text, $"DTSTART;VALUE=DATE:{Day(date.LastDay)}");
            Line(text, $"DTEND;VALUE=DATE:{Day(date.LastDay.AddDays(1))}");
            Line(text, $"SUMMARY:{Escape((english ? "Due: " : "Hạn: ") + date.Title.In(feed.Language) + plan)}");
            Line(text, string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{date.Sequence}"));
            Line(text, date.IsClosed ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
            Line(text, "TRANSP:TRANSPARENT");
            Line(text, $"URL:{site}/tasks/{date.TaskId}");
            Line(text, "END:VEVENT");
        }

        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>RFC 5545 §3.3.11; other control characters may not stand in a text at all.</summary>
    private static string Escape(string value) => string.Concat(value.ReplaceLineEndings("\n").Select(c => c switch
    {
        '\\' or ',' or ';' => $"\\{c}",
        '\n' => "\\n",
        _ when char.IsControl(c) => " ",
        _ => c.ToString(),
    }));

    /// <summary>RFC 5545 §3.1: what is longer than 75 octets goes on behind a line break and a space; no character is cut in two.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
