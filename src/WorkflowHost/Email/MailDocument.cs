namespace WorkflowHost.Email;

/// <summary>
/// The content of a mail, once: <see cref="HtmlMail"/> and <see cref="TextMail"/> write the same sentences in the same order. Texts are plain;
/// <see cref="Bold"/> marks what is bold in HTML, no-break spaces keep dates and quantities on one line in both.
/// </summary>
/// <param name="Language">vi or en.</param>
/// <param name="Subject">At most 70 characters.</param>
/// <param name="Title">The fact in one line.</param>
/// <param name="Body">Under the title, in order.</param>
/// <param name="Footer">Why the reader gets it, what comes next, when it stops.</param>
internal sealed record MailDocument(string Language, string Subject, string Title, IReadOnlyList<MailBlock> Body, string Footer)
{
    /// <summary>Behind the footer: what the reader can change about mails.</summary>
    public IReadOnlyList<MailLink> Links { get; init; } = [];

    internal const char BoldOn = '\uE000';
    internal const char BoldOff = '\uE001';

    /// <summary>Bold in HTML, plain in text.</summary>
    public static string Bold(string text) => $"{BoldOn}{text}{BoldOff}";
}

/// <summary>One part of a mail.</summary>
internal abstract record MailBlock;

/// <summary>A paragraph; <paramref name="Small"/> for what is said beside the matter.</summary>
internal sealed record Paragraph(string Text, bool Small = false) : MailBlock;

/// <summary>A sub-heading, only in a digest of several obligations.</summary>
internal sealed record Heading(string Text) : MailBlock;

/// <summary>Words that somebody wrote and the reader gets unchanged; line breaks are kept.</summary>
internal sealed record Quotation(string Text) : MailBlock;

/// <summary>Lines with a dash, and the words before them.</summary>
internal sealed record DashList(string? Lead, IReadOnlyList<string> Items) : MailBlock;

/// <summary>The day strip; the text twin leaves it out, the paragraph before it says the same in words.</summary>
internal sealed record DayCells(IReadOnlyList<DayCellText> Cells) : MailBlock;

/// <summary>A cell: word above the number.</summary>
internal sealed record DayCellText(string Word, string Number, DayLook Look);

/// <summary>How a cell is drawn; its word always says the same.</summary>
internal enum DayLook
{
    Working,
    Off,
    Last,
    Late,
}

/// <summary>A table of three columns; a numbered list in text. Each row: name with its address, what was done, figures one a line.</summary>
internal sealed record MailTable(string First, string Second, string Third, IReadOnlyList<MailTableRow> Rows) : MailBlock;

/// <summary>One row of a <see cref="MailTable"/>; <paramref name="ThirdLabel"/> introduces the figures in text.</summary>
internal sealed record MailTableRow(string Name, string Path, string Done, IReadOnlyList<string> Figures, string ThirdLabel);

/// <summary>The one button; its address in full in text.</summary>
internal sealed record Button(string Label, string Path) : MailBlock;

/// <summary>A link of the footer, with its full address.</summary>
internal sealed record MailLink(string Label, string Address);

/// <summary>A mail ready to send.</summary>
/// <param name="Unsubscribe">Address that takes away mails of this kind (RFC 2369); null: they cannot be declined.</param>
public sealed record RenderedMail(string Subject, string Text, string Html, string? Unsubscribe = null)
{
    /// <summary>Where answers go; null: nobody reads them, and the mail does not ask for any.</summary>
    public string? ReplyTo { get; init; }
}
