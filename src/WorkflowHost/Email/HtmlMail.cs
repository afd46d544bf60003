using System.Text;
using System.Text.RegularExpressions;

namespace WorkflowHost.Email;

/// <summary>
/// The HTML of a mail: one table of 600 px, inline styles (mail programs drop style sheets; the one rule for phones only narrows the margins),
/// no images, no fonts to load, a light background stated. Readable with styles off. Colours and sizes: design §2, §3, §7.
/// </summary>
internal static partial class HtmlMail
{
    private const string Font = "font-family:'Be Vietnam Pro','Segoe UI',Arial,sans-serif;";

    private const string Phone =
        "@media (max-width: 620px) { .m { padding: 0 !important; } .p { padding-left: 18px !important; padding-right: 18px !important; } .n { padding-left: 6px !important; } }";

    public static string Render(MailDocument mail, string baseAddress)
    {
        var product = mail.Language == "en" ? "Trade union plans" : "Kế hoạch Công đoàn";
        var html = new StringBuilder();
        foreach (var block in mail.Body) html.Append(Block(block, baseAddress));
        return $"""
            <!DOCTYPE html>
            <html lang="{mail.Language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light">
            <meta name="supported-color-schemes" content="light">
            <title>{Encode(mail.Subject)}</title>
            <style>{Phone}</style>
            </head>
            <body style="margin:0;padding:0;background-color:#f5f6f5;color:#17202b;">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background-color:#f5f6f5;border-collapse:collapse;">
            <tr><td class="m" align="center" style="padding:32px 0;">
            <table role="presentation" width="600" cellpadding="0" cellspacing="0" style="width:100%;max-width:600px;background-color:#ffffff;border:1px solid #d5dae0;border-collapse:collapse;">
            <tr><td class="p" style="padding:24px 32px;{Font}font-size:16px;line-height:1.6;color:#17202b;">
            <p style="margin:0;font-size:14px;line-height:1.5;font-weight:600;">{product}</p>
            <div style="width:36px;height:3px;margin:6px 0 18px 0;background-color:#a1141f;font-size:0;line-height:0;">&nbsp;</div>
            <h1 style="margin:0 0 14px 0;font-size:24px;line-height:1.34;font-weight:700;">{Inline(mail.Title.TrimEnd('.'))}</h1>
            {html}</td></tr>
            <tr><td class="p" style="padding:20px 32px 24px 32px;border-top:1px solid #d5dae0;{Font}font-size:13.5px;line-height:1.6;color:#56616f;">
            <p style="margin:0;">{Inline(mail.Footer)}</p>
            {Links(mail)}</td></tr>
            </table>
            </td></tr>
            </table>
            </body>
            </html>

            """;
    }

    private static string Links(MailDocument mail) => mail.Links.Count == 0 ? ""
        : $"<p style=\"margin:10px 0 0 0;\">{string.Join(" · ", mail.Links.Select(l => $"<a href=\"{Encode(l.Address)}\" style=\"color:#1d4675;text-underline-offset:3px;\">{Inline(l.Label)}</a>"))}</p>\n";

    private static string Block(MailBlock block, string baseAddress) => block switch
    {
        Paragraph { Small: true } p => $"<p style=\"margin:0 0 14px 0;font-size:15px;line-height:1.6;color:#3a4654;\">{Inline(p.Text)}</p>\n",
        Paragraph p => $"<p style=\"margin:0 0 14px 0;\">{Inline(p.Text)}</p>\n",
        Heading h => $"<h2 style=\"margin:22px 0 8px 0;font-size:18px;line-height:1.4;font-weight:600;\">{Inline(h.Text)}</h2>\n",
        Quotation q => "<blockquote style=\"margin:0 0 16px 0;padding:2px 0 2px 14px;border-left:3px solid #d5dae0;\">"
            + string.Join("<br>\n", q.Text.Split('\n').Select(Inline)) + "</blockquote>\n",
        DashList l => (l.Lead is null ? "" : $"<p style=\"margin:0 0 6px 0;\">{Inline(l.Lead)}</p>\n") + "<ul style=\"margin:0 0 18px 0;padding:0;list-style:none;\">\n"
            + string.Concat(l.Items.Select(item => $"<li style=\"margin:0;padding:0;\">– {Inline(item)}</li>\n")) + "</ul>\n",
        DayCells d => Strip(d),
        MailTable t => Table(t, baseAddress),
        Button b => $"<p style=\"margin:20px 0 18px 0;\"><a href=\"{Encode(baseAddress + b.Path)}\" style=\"display:inline-block;padding:10px 22px;background-color:#1d4675;"
            + $"border-radius:4px;color:#ffffff;font-weight:600;text-decoration:none;\">{Inline(b.Label)}</a></p>\n",
        _ => "",
    };

    private static string Strip(DayCells strip)
    {
        var cells = string.Concat(strip.Cells.Select(Cell));
        return $"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:0 0 18px 0;border-collapse:collapse;table-layout:fixed;\">\n<tr>\n{cells}</tr>\n</table>\n";
    }

    private static string Cell(DayCellText cell)
    {
        var (back, ink, weight) = cell.Look switch
        {
            DayLook.Last => ("#1d4675", "#ffffff", 700),
            DayLook.Off => ("#f5f6f5", "#56616f", 400),
            DayLook.Late => ("#fbeceb", "#7d0f18", 600),
            _ => ("#dbe6f2", "#17202b", 700),
        };
        return $"<td align=\"center\" style=\"padding:6px 0;background-color:{back};font-size:13.5px;line-height:1.4;color:{ink};border-right:4px solid #ffffff;\">"
            + $"{Inline(cell.Word)}<br><span style=\"font-size:15px;font-weight:{weight};\">{Inline(cell.Number)}</span></td>\n";
    }

    private static string Table(MailTable table, string baseAddress)
    {
        const string Head = "padding:0 0 6px 0;border-bottom:1px solid #7d8794;font-size:13.5px;line-height:1.5;font-weight:600;color:#56616f;";
        const string Cell = "padding:10px 0;border-bottom:1px solid #d5dae0;font-size:15px;line-height:1.5;vertical-align:top;";
        var rows = string.Concat(table.Rows.Select(row =>
            $"<tr>\n<th scope=\"row\" align=\"left\" style=\"{Cell}padding-right:8px;font-weight:600;\"><a href=\"{Encode(baseAddress + row.Path)}\" style=\"color:#17202b;text-underline-offset:3px;\">{Inline(row.Name)}</a></th>\n"
            + $"<td style=\"{Cell}padding-right:8px;\">{Inline(row.Done)}</td>\n"
            + $"<td class=\"n\" align=\"right\" style=\"{Cell}\">{string.Join("<br>", row.Figures.Select(Inline))}</td>\n</tr>\n"));
        return $"<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:4px 0 18px 0;border-collapse:collapse;\">\n"
            + $"<tr><th scope=\"col\" align=\"left\" width=\"36%\" style=\"{Head}\">{Inline(table.First)}</th><th scope=\"col\" align=\"left\" style=\"{Head}\">{Inline(table.Second)}</th>"
            + $"<th scope=\"col\" align=\"right\" width=\"20%\" style=\"{Head}\">{Inline(table.Third)}</th></tr>\n{rows}</table>\n";
    }

    /// <summary>"23/KH-CĐYT": a browser would break it at its hyphen.</summary>
    [GeneratedRegex(@"\d+/[\p{L}\d]+(?:-[\p{L}\d]+)+")]
    private static partial Regex DocumentNumber();

    private static string Inline(string text) => DocumentNumber().Replace(Encode(text), "<span style=\"white-space:nowrap;\">$0</span>")
        .Replace($"{MailDocument.BoldOn}", "<strong style=\"font-weight:700;\">", StringComparison.Ordinal)
        .Replace($"{MailDocument.BoldOff}", "</strong>", StringComparison.Ordinal);

    /// <summary>Only what HTML needs; Vietnamese letters stay letters (the framework's encoder writes ô as a number).</summary>
    private static string Encode(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("\u00a0", "&nbsp;", StringComparison.Ordinal);
}
