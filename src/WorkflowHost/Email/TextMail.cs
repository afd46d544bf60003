using System.Globalization;
using System.Text;

namespace WorkflowHost.Email;

/// <summary>The text twin: 66 columns, lists instead of tables, "-- " before the footer.</summary>
internal static class TextMail
{
    private const int Columns = 66;
    private const char NoBreak = '\u00a0';

    public static string Render(MailDocument mail, string baseAddress)
    {
        var text = new StringBuilder();
        // The subject is the title of this twin, unless it had to be cut: then it may not even say whose work it is about, where the text does not either.
        if (mail.Subject.Contains('…', StringComparison.Ordinal) && mail.Body.OfType<Paragraph>().All(p => p.Text != mail.Title)) text.Append(Wrap(mail.Title)).Append("\n\n");
        foreach (var block in mail.Body)
        {
            var part = block switch
            {
                Paragraph p => Wrap(p.Text),
                Heading h => Wrap(h.Text),
                Quotation q => string.Join('\n', q.Text.Split('\n').Select(line => Wrap(line, "  "))),
                DashList l => string.Join('\n', [.. l.Lead is null ? [] : new[] { Wrap(l.Lead) }, .. l.Items.Select(item => Wrap(item, "- ", "  "))]),
                MailTable t => string.Join('\n', t.Rows.Select((row, i) => Row(row, i + 1))),
                Button b => $"{b.Label}: {baseAddress}{b.Path}",
                _ => "",
            };
            if (part.Length > 0) text.Append(part).Append("\n\n");
        }

        text.Append("-- \n").Append(Wrap(mail.Footer)).Append('\n');
        if (mail.Links.Count > 0) text.Append('\n');
        foreach (var link in mail.Links) text.Append(CultureInfo.InvariantCulture, $"{link.Label}: {link.Address}\n");
        return Plain(text.ToString());
    }

    private static string Row(MailTableRow row, int number)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{number}. ");
        var rest = new string(' ', mark.Length);
        var figures = row.Figures.Count == 0 ? "" : $" {row.ThirdLabel}: {string.Join(", ", row.Figures)}.";
        return $"{Wrap(row.Name, mark, rest)}\n{Wrap($"{row.Done}.{figures}", rest, rest)}";
    }

    /// <summary>Breaks at plain spaces only; a word that is too long (an address) has its own line.</summary>
    private static string Wrap(string text, string first = "", string? rest = null)
    {
        var (lines, line) = (new StringBuilder(), new StringBuilder(first));
        var (prefix, empty) = (rest ?? first, true);
        foreach (var word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && Width(line) + 1 + Width(word) > Columns)
            {
                lines.Append(line).Append('\n');
                line.Clear().Append(prefix);
                empty = true;
            }

            if (!empty) line.Append(' ');
            line.Append(word);
            empty = false;
        }

        return lines.Append(line).ToString();
    }

    private static int Width(StringBuilder text) => Width(text.ToString());

    private static int Width(string text) => new StringInfo(text.Replace($"{MailDocument.BoldOn}", "", StringComparison.Ordinal)
        .Replace($"{MailDocument.BoldOff}", "", StringComparison.Ordinal)).LengthInTextElements;

    private static string Plain(string text) => text
        .Replace($"{MailDocument.BoldOn}", "", StringComparison.Ordinal).Replace($"{MailDocument.BoldOff}", "", StringComparison.Ordinal)
        .Replace(NoBreak, ' ').Replace('“', '"').Replace('”', '"');
}
